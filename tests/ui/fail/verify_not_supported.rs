//! Verification at run time isn't there yet.

use chor::prelude::*;

chor! {
    #![verify(agreement)]

    #[verify(signature)]
    chor f[A]() {
        A: println!("hello");
    }
}

fn main() {}
