//! Its parts are code of roles.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ [A, B]) {
        let y = agree!(A: x, x + 1);
        let z = agree![A: x, B: x];
        let w = agree!(A: x, A -> B: x);
        [A, B]: println!("{y} {z} {w}");
    }
}

fn main() {}
