//! An item has a name, parameters and a body.

use chor::prelude::*;

chor! {
    chor;

    chor f[A] {
        A: println!("hello");
    }

    chor g[A]();

    chor h[A](x: u32 @ A) {
        A: drop(x);
    }
}

fn main() {}
