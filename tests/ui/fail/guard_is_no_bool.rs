//! The guard of an `if` and a `while` is `bool`.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        if A => B: x {
            B: println!("hello");
        }
        while A => B: x + 1 {}
    }
}

fn main() {}
