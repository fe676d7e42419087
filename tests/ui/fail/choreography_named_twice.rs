//! The choreographies of a block have different names.

use chor::prelude::*;

chor! {
    chor f[A]() {}

    chor f[A, B](x: u32 @ A) {
        A -> B: x;
    }
}

fn main() {}
