//! A moved guard is known to the receiver alone.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        if A -> B: x > 3 {
            A: println!("hello");
        }
    }
}

fn main() {}
