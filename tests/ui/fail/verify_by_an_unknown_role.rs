//! Who compares is a role of the choreography.

use chor::prelude::*;

chor! {
    #![verify(agreement = A)]

    chor f[A, B](x: u32 @ [A, B]) {
        A: println!("{x}");
    }

    chor g[B, C](x: u32 @ [B, C]) {
        B: println!("{x}");
    }
}

fn main() {}
