//! An assigned value is where the variable is.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A, y: u32 @ [A, B]) {
        let mut n: u32 @ [A, B] = 0;
        n = x;
        n = A -> B: x;
        n += y;
        [A, B]: println!("{n}");
    }
}

fn main() {}
