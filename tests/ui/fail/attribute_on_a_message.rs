//! Attributes stand on `let` and on arms.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        #[allow(unused)]
        A -> B: x;
        #[cfg(test)]
        B: println!("hello");
    }
}

fn main() {}
