//! A family has a number of members, or any.

use chor::prelude::*;

chor! {
    chor f[Boss, Workers[]](x: u32 @ Boss) {
        Boss: drop(x);
    }

    chor g[Boss, Workers[1..5]](x: u32 @ Boss) {
        Boss: drop(x);
    }
}

fn main() {}
