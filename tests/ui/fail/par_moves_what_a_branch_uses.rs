//! Branches at once are branches of one role's task, and share what it has.

use chor::prelude::*;

chor! {
    chor f[A, B](text: String @ A) {
        par {
            { A: drop(text); }
            { A -> B: text.len() as usize; }
        }
    }
}

fn main() {}
