//! A location names each role once.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ [A, A]) {
        let y: u32 @ [B, A, B] = 1;
        A: drop(x);
        [A, B, A]: drop(y);
    }
}

fn main() {}
