//! The `else` of a `let` ends, for every role that is in it.

use chor::prelude::*;

chor! {
    chor f[A, B](x: Option<u32> @ [A, B]) {
        let Some(y) = x else {
            A: println!("nothing");
        };
        let Some(z) = x else {
            A: panic!("nothing");
        };
        [A, B]: println!("{y} {z}");
    }
}

fn main() {}
