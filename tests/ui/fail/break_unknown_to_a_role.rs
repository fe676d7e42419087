//! Every role that acts in a loop knows when it ends.

use chor::prelude::*;

chor! {
    chor f[A, B](mut n: u32 @ A) {
        loop {
            let m = A -> B: n;
            B: println!("{m}");
            n += 1;
            if n > 3 {
                break;
            }
        }
    }
}

fn main() {}
