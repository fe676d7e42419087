//! A message goes to each receiver once.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        A -> [B, B]: x;
    }
}

fn main() {}
