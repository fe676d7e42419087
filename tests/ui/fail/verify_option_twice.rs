//! An option stands once.

use chor::prelude::*;

chor! {
    #[verify(agreement)]
    #[verify(agreement = A)]
    chor f[A]() {
        A: println!("hello");
    }
}

fn main() {}
