//! rustc compares the types, at the user's token.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) -> String @ A {
        A: x
    }
}

fn main() {}
