//! A parameter is a name.

use chor::prelude::*;

chor! {
    chor f[A]((a, b): (u32, u32) @ A, _: u32 @ A) {
        A: println!("hello");
    }
}

fn main() {}
