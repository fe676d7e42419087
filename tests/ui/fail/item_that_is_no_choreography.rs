//! Other items stand outside.

use chor::prelude::*;

chor! {
    fn helper() -> u32 {
        3
    }

    chor f[A](x: u32 @ A) {
        A: drop(x);
    }
}

fn main() {}
