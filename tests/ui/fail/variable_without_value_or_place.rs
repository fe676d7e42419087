//! A variable has a value, or a type and a location.

use chor::prelude::*;

chor! {
    chor f[A, B]() {
        let x;
        let y: u32;
        x = A: 3;
        y = B: 3;
    }
}

fn main() {}
