//! Labels stand on loops and blocks.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        'here: A -> B: x;
        'there: if A => B: x > 3 {}
    }
}

fn main() {}
