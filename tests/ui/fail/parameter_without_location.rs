//! Every parameter says which roles hold it.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32, y: Vec<String>) {
        A: drop(x);
        B: drop(y);
    }
}

fn main() {}
