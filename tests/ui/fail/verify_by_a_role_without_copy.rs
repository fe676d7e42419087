//! Who compares holds a copy.

use chor::prelude::*;

chor! {
    #[verify(agreement = A)]
    chor f[A, B, C](x: u32 @ [B, C]) {
        A: println!("hello");
        let y = agree!(B: x, C: x);
        B: println!("{y}");
    }
}

fn main() {}
