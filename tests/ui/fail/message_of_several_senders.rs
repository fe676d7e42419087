//! A message has one sender.

use chor::prelude::*;

chor! {
    chor f[A, B, C](x: u32 @ [A, B]) {
        [A, B] -> C: x;
    }
}

fn main() {}
