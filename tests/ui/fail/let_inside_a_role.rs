//! `let` stands before the role.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        A: let y = x + 1;
        B: println!("hello");
    }
}

fn main() {}
