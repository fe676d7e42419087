//! Closures can't be compared.

use chor::prelude::*;

chor! {
    #![verify(agreement)]

    chor f[A, B](g: impl Fn(u32) -> u32 @ [A, B]) {
        A: println!("{}", g(1));
    }

    chor h[A, B]<F: Fn(u32) -> u32 + Clone>(g: F @ [A, B], at_one: F @ A) {
        A: println!("{} {}", g(1), at_one(2));
    }

    #[verify(agreement = false)]
    chor i[A, B](g: impl Fn(u32) -> u32 + Clone @ [A, B]) {
        A: println!("{}", g(1));
    }
}

fn main() {}
