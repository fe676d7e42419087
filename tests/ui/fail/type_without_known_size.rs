//! A role holds values of a known size.

use chor::prelude::*;

chor! {
    chor f[A, B](ask: dyn Fn() -> u32 @ A, name: str @ B) -> [u32] @ A {
        A: vec![ask()]
    }
}

fn main() {}
