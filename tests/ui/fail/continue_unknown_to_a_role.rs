//! And when it starts anew.

use chor::prelude::*;

chor! {
    chor f[A, B](names: Vec<u32> @ [A, B], skip: u32 @ A) {
        for name in names {
            if A: name == skip {
                continue;
            }
            B: println!("{name}");
        }
    }
}

fn main() {}
