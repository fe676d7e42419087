//! An agreement takes two roles.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        let y = agree!(A: x);
        A: println!("{y}");
        B: println!("hello");
    }
}

fn main() {}
