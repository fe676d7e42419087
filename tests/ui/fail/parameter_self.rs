//! A choreography is no method.

use chor::prelude::*;

chor! {
    chor f[A](&self, x: u32 @ A) {
        A: drop(x);
    }
}

fn main() {}
