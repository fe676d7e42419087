//! `return` ends the choreography for all roles.

use chor::prelude::*;

chor! {
    chor f[A, B, C](x: u32 @ A) {
        if A => B: x > 3 {
            return;
        }
        C: println!("hello");
    }
}

fn main() {}
