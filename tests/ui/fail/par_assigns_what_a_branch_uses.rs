//! Branches at once share what their role has: what one assigns, another can't use meanwhile.

use chor::prelude::*;

chor! {
    chor f[A, B](mut total: u32 @ A) {
        par {
            {
                let more: u32 = B -> A: 1;
                A: total += more;
            }
            { A -> B: total; }
        }
    }
}

fn main() {}
