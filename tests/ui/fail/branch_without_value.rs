//! Every branch has the value.

use chor::prelude::*;

chor! {
    chor f[A, B](go: bool @ [A, B], x: u32 @ A) {
        let y = if go {
            A: x
        } else {
            A: println!("hello");
        };
        A: println!("{y}");
    }
}

fn main() {}
