//! Plain Rust runs at roles of the census only.

use chor::prelude::*;

chor! {
    chor f[A, B](go: bool @ A, x: u32 @ B) {
        if go {
            let y = x + 1;
            A: println!("hello");
        }
    }
}

fn main() {}
