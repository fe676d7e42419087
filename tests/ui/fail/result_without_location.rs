//! So does a result.

use chor::prelude::*;

chor! {
    chor f[A, B, C](x: u32 @ A) -> u32 {
        A: x
    }
}

fn main() {}
