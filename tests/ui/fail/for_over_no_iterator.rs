//! What is iterated over is rustc's to judge.

use chor::prelude::*;

chor! {
    chor f[A, B](n: u32 @ [A, B]) {
        for i in n {
            [A, B]: println!("{i}");
        }
    }
}

fn main() {}
