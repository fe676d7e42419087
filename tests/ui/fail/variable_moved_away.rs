//! After `A -> B: x` only `B` has the value.

use chor::prelude::*;

chor! {
    chor f[A, B](name: String @ A) {
        let copy = A -> B: name;
        A: println!("{name}");
        B: println!("{copy}");
    }
}

fn main() {}
