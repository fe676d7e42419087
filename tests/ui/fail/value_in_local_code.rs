//! A choreography value is called in a statement of its own, not in a role's code.

use chor::prelude::*;

chor! {
    chor f[A, B](ask: chor(u32 @ A) -> u32 @ B, x: u32 @ A) {
        B: println!("{}", ask(x));
        let twice = ask(x) + 1;
        let other = ask;
        let y = other(x);
        B: println!("{y}");
    }
}

fn main() {}
