//! Attributes stand on choreographies.

use chor::prelude::*;

chor! {
    chor f[A](#[cfg(test)] x: u32 @ A) {
        A: drop(x);
    }
}

fn main() {}
