//! `if let` is a branch.

use chor::prelude::*;

chor! {
    chor f[A, B](x: Option<u32> @ A) {
        if let Some(y) = x {
            B: println!("something");
            A: println!("{y}");
        }
    }
}

fn main() {}
