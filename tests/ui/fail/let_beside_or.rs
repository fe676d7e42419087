//! `let` is joined by `&&` only.

use chor::prelude::*;

chor! {
    chor f[A, B](x: Option<u32> @ [A, B]) {
        if let Some(y) = x || true {
            A: println!("{y}");
        }
    }
}

fn main() {}
