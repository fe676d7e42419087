//! Code that could have an effect says who runs it.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        println!("hello");
        let id = next_id();
        A -> B: x;
    }
}

fn next_id() -> u32 {
    3
}

fn main() {}
