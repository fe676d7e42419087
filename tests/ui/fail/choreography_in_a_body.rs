//! Choreographies aren't nested.

use chor::prelude::*;

chor! {
    chor f[A]() {
        chor g[A]() {}
        A: println!("hello");
    }
}

fn main() {}
