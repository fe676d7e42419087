//! What can be verified is known.

use chor::prelude::*;

chor! {
    #![verify(agreements)]

    #[verify]
    chor f[A]() {
        A: println!("hello");
    }

    #[verify()]
    chor g[A]() {
        A: println!("hello");
    }

    #[verify(agreement + signature)]
    chor h[A]() {
        A: println!("hello");
    }

    #[verify(agreement = 3)]
    chor i[A]() {
        A: println!("hello");
    }

    #[verify(signature = A)]
    chor j[A]() {
        A: println!("hello");
    }
}

fn main() {}
