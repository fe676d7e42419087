//! rustc asks for an `else`.

use chor::prelude::*;

chor! {
    chor f[A, B](x: Option<u32> @ [A, B]) {
        let Some(y) = x;
        [A, B]: println!("{y}");
    }
}

fn main() {}
