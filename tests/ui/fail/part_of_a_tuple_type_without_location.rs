//! So does each part of a choreographic tuple.

use chor::prelude::*;

chor! {
    chor f[A, B](x: (u32 @ A, u32)) -> (u32 @ B, u32) {
        let (a, b) = x;
        (B: 1, A: 2)
    }
}

fn main() {}
