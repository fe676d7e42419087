//! Code at fewer roles than an agreement only reads it.

use chor::prelude::*;

chor! {
    chor f[A, B](mut n: u32 @ [A, B]) {
        A: {
            n += 1;
        };
        [A, B]: println!("{n}");
    }
}

fn main() {}
