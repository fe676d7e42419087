//! `each`, `par`, `chor`, `agree` and `me` are reserved inside `chor!`.

use chor::prelude::*;

chor! {
    chor each[A, me](par: u32 @ A) {
        let agree = A: 1;
        let (chor, x): (u32, u32) = A: (1, 2);
        A: drop((par, agree, chor, x));
    }
}

fn main() {}
