//! So is a written type.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        let y: String @ A = A: x;
        let z: bool = A -> B: x;
        A: drop(y);
        B: drop(z);
    }
}

fn main() {}
