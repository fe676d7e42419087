//! So does a type parameter that crosses.

use chor::prelude::*;

chor! {
    chor f[A, B]<T>(x: T @ A) {
        let y = A -> B: x;
        B: drop(y);
    }
}

fn main() {}
