//! A name means its latest declaration, for all roles.

use chor::prelude::*;

chor! {
    chor f[A, B]() {
        let x: u32 @ [A, B] = 1;
        let x = A: x + 1;
        B: println!("{x}");
    }
}

fn main() {}
