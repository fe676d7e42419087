//! Signatures aren't verified yet.

use chor::prelude::*;

chor! {
    #[verify(signature)]
    chor f[A]() {
        A: println!("hello");
    }
}

fn main() {}
