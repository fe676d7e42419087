//! `&mut` of an agreement gets no name.

use chor::prelude::*;

chor! {
    chor f[A, B](mut n: u32 @ [A, B]) {
        let own = A: &mut n;
        let both = &mut n;
        A: *own += 1;
        [A, B]: *both += 1;
    }
}

fn main() {}
