//! A missing arm is rustc's, once for all roles.

use chor::prelude::*;

chor! {
    chor f[A, B](x: Option<u32> @ [A, B]) {
        match x {
            Some(y) => [A, B]: println!("{y}"),
        }
    }
}

fn main() {}
