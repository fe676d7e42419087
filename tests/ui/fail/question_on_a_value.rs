//! `?` in local code needs an `Option` or a `Result`.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        A: drop(x?);
        A: println!("{}", x?);
        B: println!("hello");
    }
}

fn main() {}
