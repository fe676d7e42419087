//! A choreography value gets its arguments where its type says, with all its roles in the census.

use chor::prelude::*;

chor! {
    chor f[A, B, C](ask: chor(u32 @ A) -> u32 @ B | C, x: u32 @ A, y: u32 @ C, go: bool @ A) {
        let none = ask();
        let wrong = ask(y);
        if A => B: go {
            let late = ask(x);
        }
    }
}

fn main() {}
