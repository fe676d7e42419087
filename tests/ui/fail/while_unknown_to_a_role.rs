//! The roles that act in a `while` know its guard.

use chor::prelude::*;

chor! {
    chor f[A, B](mut n: u32 @ A) {
        while A: n > 0 {
            A -> B: n;
            n -= 1;
        }
        while n > 10 {
            B: println!("hello");
        }
    }
}

fn main() {}
