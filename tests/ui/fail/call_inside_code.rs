//! Nor does a call of a choreography.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) -> u32 @ B {
        A -> B: x
    }

    chor g[A, B](x: u32 @ A) {
        B: println!("{}", f[A, B](x));
        let y = f[A, B](x).to_string();
        B: drop(y);
    }
}

fn main() {}
