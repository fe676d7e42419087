//! A role's name is no variable's.

use chor::prelude::*;

chor! {
    chor f[A, B](A: u32 @ A) {
        let B = A: 1;
        match agree!(A: 1, B: 1) {
            A => {}
            _ => {}
        }
    }
}

fn main() {}
