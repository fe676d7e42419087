//! The second operand is for those who know the first.

use chor::prelude::*;

chor! {
    chor f[A, B, C](x: u32 @ A, y: u32 @ C) {
        if (A => B: x > 3) && (C => [A, B]: y > 3) {
            A: println!("hello");
        }
    }
}

fn main() {}
