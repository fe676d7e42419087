//! An arrow has a role on both sides.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        A -> : x;
        -> B: x;
        A: drop(x);
    }
}

fn main() {}
