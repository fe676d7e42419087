//! There is at least one role.

use chor::prelude::*;

chor! {
    chor nobody[]() {}

    chor forgotten(x: u32 @ A) {
        A: drop(x);
    }
}

fn main() {}
