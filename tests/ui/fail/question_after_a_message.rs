//! Nothing follows a choreographic expression.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) -> u32 @ B {
        A -> B: x
    }

    chor g[A, B](x: u32 @ A) {
        let y = f[A, B](x)?;
        let z = (A -> B: x).max(3);
        B: drop((y, z));
    }
}

fn main() {}
