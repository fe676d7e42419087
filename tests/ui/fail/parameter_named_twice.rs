//! Parameters have different names.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A, y: u32 @ A, x: u32 @ B) {
        A: drop(y);
    }
}

fn main() {}
