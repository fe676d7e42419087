//! Such an operand stands in parentheses.

use chor::prelude::*;

chor! {
    chor f[A, B](ok: bool @ [A, B], x: u32 @ A) {
        if ok && A => B: x > 3 {
            B: println!("hello");
        }
        if !A => B: x > 3 {}
    }
}

fn main() {}
