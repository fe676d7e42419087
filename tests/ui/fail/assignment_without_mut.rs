//! `mut` is needed, as in Rust.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        let n = A => B: x;
        n += 1;
        x += n;
        A: println!("{x}");
        B: println!("{n}");
    }
}

fn main() {}
