//! An arrow goes to the right, in one piece.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        B <- A: x;
        A - > B: x;
        A = > B: x;
    }
}

fn main() {}
