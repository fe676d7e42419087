//! Items in a body see no variables, as in Rust.

use chor::prelude::*;

chor! {
    chor f[A](x: u32 @ A) {
        fn helper() -> u32 {
            x
        }
        A: drop(helper() + x);
    }
}

fn main() {}
