//! Branches at once share what their role has: what one changes, another can't use meanwhile.

use chor::prelude::*;

chor! {
    chor f[A, B](mut text: String @ A) {
        par {
            { A: text.push('!'); }
            { A -> B: text.clone() as String; }
        }
    }

    chor both_change[A, B](mut text: String @ A) {
        par {
            { A: text.push('!'); }
            { A: text.push('?'); }
        }
    }
}

fn main() {}
