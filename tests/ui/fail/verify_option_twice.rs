//! An option stands once.

use chor::prelude::*;

chor! {
    #[verify(signature, agreement)]
    #[verify(agreement = A, signature)]
    chor f[A]() {
        A: println!("hello");
    }
}

fn main() {}
