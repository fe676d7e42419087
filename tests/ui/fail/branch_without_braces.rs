//! Each branch of `par` is a block.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        par {
            A: println!("hello"),
            B: println!("hello"),
        }
        let y = par { { A -> B: x } };
        B: drop(y);
    }
}

fn main() {}
