//! Neither are branches at once, deadlines and failures as values.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        par {
            { A: println!("hello"); }
            { B: println!("hello"); }
        }
        A -> B within DELAY: x;
        let y = try A -> B: x;
        B: drop(y);
    }
}

fn main() {}
