//! The roles that act in a `for` have what is iterated over.

use chor::prelude::*;

chor! {
    chor f[A, B](names: Vec<String> @ A) {
        for name in &names {
            let copy: String = A -> B: name.clone();
            B: println!("{copy}");
        }
    }
}

fn main() {}
