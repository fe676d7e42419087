//! No single role has a choreographic tuple.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A, y: u32 @ B) {
        let both = (A: x, B: y);
        A: println!("{}", both.0);
        let sum = both.0 + 1;
        A: drop(sum);
    }
}

fn main() {}
