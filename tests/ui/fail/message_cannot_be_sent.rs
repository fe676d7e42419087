//! A message implements `Message`.

use chor::prelude::*;

pub struct Opaque(u32);

chor! {
    chor f[A, B](x: Opaque @ A) {
        let y = A -> B: x;
        B: drop(y.0);
    }
}

fn main() {}
