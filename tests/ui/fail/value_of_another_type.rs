//! What is passed uses no more roles than the type allows, takes as many arguments, and gives its
//! result where it is wanted.

use chor::prelude::*;

chor! {
    chor f[A, B](ask: chor(u32 @ A) -> u32 @ A) {}
    chor tell[A, B](x: u32 @ A) -> u32 @ B { A -> B: x }
    chor nothing[A]() -> u32 @ A { 1 }
    chor g[A, B](x: u32 @ A) {
        f[A, B](tell[A, B]);
        f[A, B](nothing[A]);
        f[A, B](chor(x, y) { x });
        f[A, B](chor(x) { A -> B: x });
        f[A, B](x);
    }
}

fn main() {}
