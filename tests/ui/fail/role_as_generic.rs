//! A role's name is no type parameter's.

use chor::prelude::*;

chor! {
    chor f[A, B]<A: Clone, const B: usize>(x: A @ A) {
        A: drop(x);
    }
}

fn main() {}
