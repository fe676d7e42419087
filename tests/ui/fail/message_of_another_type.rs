//! The payload has the written type.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) -> String @ B {
        A -> B: x
    }
}

fn main() {}
