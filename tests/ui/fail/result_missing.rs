//! A body whose result type isn't `()` ends in a value.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) -> u32 @ A {
        A -> B: x;
    }
}

fn main() {}
