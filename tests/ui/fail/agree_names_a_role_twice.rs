//! Each role gives one value.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ [A, B]) {
        let y = agree!(A: x, [A, B]: x + 1);
        [A, B]: println!("{y}");
    }
}

fn main() {}
