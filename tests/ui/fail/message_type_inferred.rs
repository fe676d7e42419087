//! Both ends spell the type, so there is no `_` in it.

use chor::prelude::*;

chor! {
    chor f[A, B](names: Vec<String> @ A) {
        let all: Vec<_> = A -> B: names;
        B: drop(all);
    }
}

fn main() {}
