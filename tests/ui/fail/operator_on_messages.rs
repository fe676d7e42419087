//! They are operands of `&&`, `||` and `!` only.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        let y = (A => B: x) + 1;
        let z: bool = (A => B: x) == 3;
        A: drop((y, z));
    }
}

fn main() {}
