//! The roles that only hear of the guard act too.

use chor::prelude::*;

chor! {
    chor f[A, B, C](n: u32 @ A) {
        while A -> B: n > 0 {
            B: println!("hello");
        }
    }
}

fn main() {}
