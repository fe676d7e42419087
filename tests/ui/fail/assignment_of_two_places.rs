//! One assignment has one location.

use chor::prelude::*;

chor! {
    chor f[A, B](mut x: u32 @ A, mut y: u32 @ B) {
        (x, y) = (1, 2);
        A: drop(x);
        B: drop(y);
    }
}

fn main() {}
