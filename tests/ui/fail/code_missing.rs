//! `A:` is followed by code.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        A: ;
        let y = B: ;
        A: drop(x)
        B: drop(y);
    }
}

fn main() {}
