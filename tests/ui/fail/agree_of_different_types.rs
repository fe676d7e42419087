//! Its values have one type.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A, y: String @ B) -> u32 @ [A, B] {
        agree!(A: x, B: y)
    }
}

fn main() {}
