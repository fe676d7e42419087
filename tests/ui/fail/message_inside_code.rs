//! Messages don't stand inside Rust expressions.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ B, mut all: Vec<u32> @ A) {
        A: all.push(B -> A: x);
        let sum = 1 + (B -> A: x);
        A: drop((all, sum));
    }
}

fn main() {}
