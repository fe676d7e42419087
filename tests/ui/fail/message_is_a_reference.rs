//! A message is owned.

use chor::prelude::*;

chor! {
    chor f[A, B](name: &str @ A) {
        let copy = A -> B: name;
        let first: &str = A -> B: &name[..1];
        B: println!("{copy} {first}");
    }
}

fn main() {}
