//! Nor does it consume it.

use chor::prelude::*;

chor! {
    chor f[A, B](names: Vec<String> @ [A, B]) {
        A: drop(names);

    }
}

fn main() {}
