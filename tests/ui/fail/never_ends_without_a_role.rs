//! Who takes no part in what never ends has no result.

use chor::prelude::*;

chor! {
    chor f[A, B, C](x: u32 @ A) -> u32 @ C {
        loop {
            A -> B: x;
        }
    }
}

fn main() {}
