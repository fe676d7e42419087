//! A guard at one role is known to it alone.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        if x > 3 {
            A -> B: x;
        }
        if A: x > 3 {
            B: println!("hello");
        }
    }
}

fn main() {}
