//! What a loop breaks with is where it is wanted.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) -> u32 @ B {
        loop {
            if A => B: x > 3 {
                break A: x;
            }
        }
    }
}

fn main() {}
