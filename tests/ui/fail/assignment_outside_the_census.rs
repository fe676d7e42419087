//! All of the variable's roles know of an assignment.

use chor::prelude::*;

chor! {
    chor f[A, B](go: bool @ A) {
        let mut n: u32 @ [A, B] = 0;
        if go {
            n += 1;
        }
        if A: go {
            n = A => B: 3;
        }
        [A, B]: println!("{n}");
    }
}

fn main() {}
