//! The arguments of an anonymous choreography have types and places, unless where it is passed says
//! them.

use chor::prelude::*;

chor! {
    chor f[A, B]() {
        let ask = chor(x) { A -> B: x };
    }
}

fn main() {}
