//! Roles are distinct.

use chor::prelude::*;

chor! {
    chor greet[A, B, A]() {
        A: println!("hello");
    }
}

fn main() {}
