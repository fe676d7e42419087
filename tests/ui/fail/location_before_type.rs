//! A location stands after a type.

use chor::prelude::*;

chor! {
    chor f[A, B](x @ A: u32) {
        let y @ [A, B] = 1;
        let z @ A: u32 = 2;
        A: drop((y, z));
    }
}

fn main() {}
