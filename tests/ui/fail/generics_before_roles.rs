//! The roles come first.

use chor::prelude::*;

chor! {
    chor f<T: Message>[A, B](value: T @ A) -> T @ B {
        let value: T = A -> B: value;
        value
    }
}

fn main() {}
