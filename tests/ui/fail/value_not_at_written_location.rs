//! A written location is checked.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        let y: u32 @ B = x;
        let z: u32 @ [A, B] = A -> B: x;
        let w: u32 @ B = A: x;
        B: drop((y, z, w));
    }
}

fn main() {}
