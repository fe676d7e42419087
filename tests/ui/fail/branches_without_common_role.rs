//! The value of an `if` is where all its branches have theirs.

use chor::prelude::*;

chor! {
    chor f[A, B](go: bool @ [A, B], x: u32 @ A, y: u32 @ B) -> u32 @ B {
        let z = if go { A: x } else { B: y };
        B: println!("{z}");
        let w = z + 1;
        if go {
            A: x
        } else {
            B: y
        }
    }
}

fn main() {}
