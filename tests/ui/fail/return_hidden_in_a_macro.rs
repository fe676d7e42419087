//! Except with an `Err`, which fails the role.

use chor::prelude::*;

macro_rules! leave {
    () => {
        return
    };
}

chor! {
    chor f[A, B](x: u32 @ A) {
        A: println!("{x}");
        B: leave!();
    }
}

fn main() {}
