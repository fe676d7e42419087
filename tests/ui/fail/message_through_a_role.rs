//! A message has one arrow.

use chor::prelude::*;

chor! {
    chor f[A, B, C](x: u32 @ A) {
        let y = A -> B -> C: x;
        C: drop(y);
    }
}

fn main() {}
