//! The body ends in a value where the result type says.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) -> u32 @ B {
        A: x
    }

    chor g[A, B](x: u32 @ A) -> (u32 @ A, u32 @ B) {
        (A: x, A: x)
    }

    chor h[A, B](x: u32 @ A) -> u32 @ [A, B] {
        A -> B: x
    }
}

fn main() {}
