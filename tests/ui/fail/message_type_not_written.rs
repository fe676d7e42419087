//! The type of a message is written.

use chor::prelude::*;

chor! {
    chor f[A, B, C](names: Vec<String> @ A) {
        let first = A -> B: names[0].clone();
        A => [B, C]: 3;
        B: println!("{first}");
    }
}

fn main() {}
