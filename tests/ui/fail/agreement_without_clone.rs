//! An agreement is given once and copied to its roles.

use chor::prelude::*;

pub struct Opaque;

chor! {
    chor f[A, B](x: Opaque @ [A, B]) {
        [A, B]: drop(x);
    }
}

fn main() {}
