//! The outermost guard that a role doesn't know is named.

use chor::prelude::*;

chor! {
    chor f[A, B, C](x: u32 @ A) {
        if A => B: x > 3 {
            if B => A: true {
                C: println!("hello");
            }
        }
    }
}

fn main() {}
