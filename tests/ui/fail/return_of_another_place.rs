//! It returns what the result type says.

use chor::prelude::*;

chor! {
    chor f[A, B](go: bool @ [A, B], x: u32 @ A) -> u32 @ B {
        if go {
            return A: x;
        }
        if !go {
            return;
        }
        A -> B: x
    }
}

fn main() {}
