//! A missing result type means `()` at every role.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ [A, B]) {
        A: println!("{x}");
        x
    }
}

fn main() {}
