//! Each element is where its type says.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A, y: u32 @ B) {
        let both: (u32 @ A, u32 @ A) = (A: x, B: y);
        let (a, b) = both;
        A: println!("{a} {b}");
    }
}

fn main() {}
