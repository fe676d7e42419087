//! `as` binds closer than `+`.

use chor::prelude::*;

chor! {
    chor f[A, B](x: Total @ A) {
        A -> B: x + 1 as Total;
    }
}

type Total = u32;

fn main() {}
