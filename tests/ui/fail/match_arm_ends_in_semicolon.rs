//! Arms end in `,`.

use chor::prelude::*;

chor! {
    chor f[A, B](x: Option<u32> @ [A, B]) {
        match x {
            Some(y) => A: println!("{y}");
            None => B: println!("nothing")
            _ => {}
        }
    }
}

fn main() {}
