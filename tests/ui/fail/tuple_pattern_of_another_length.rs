//! Taking apart needs a pattern for each element.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A, y: u32 @ B) {
        let (a, b, c) = (A: x, B: y);
        let [d, e] = (A: x, B: y);
        A: println!("{a} {b} {c} {d} {e}");
    }
}

fn main() {}
