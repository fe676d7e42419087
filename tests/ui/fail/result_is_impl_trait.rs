//! A result's type can be named.

use chor::prelude::*;

chor! {
    chor f[A](x: u32 @ A) -> impl Fn() -> u32 @ A {
        A: move || x
    }
}

fn main() {}
