//! A message has a value.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        A -> B;
        let y = A => B: ;
        A -> B x;
        [A, B]: drop(y);
    }
}

fn main() {}
