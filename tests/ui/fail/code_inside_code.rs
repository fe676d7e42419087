//! Nor does the code of a role.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ B) {
        A: println!("{}", [1, B: x]);
        B: A: println!("hello");
    }
}

fn main() {}
