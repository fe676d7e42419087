//! The branches of an `each` share what their role has.

use chor::prelude::*;

chor! {
    chor f[Leader, Workers[..]](text: String @ Leader) {
        each w in Workers {
            let text: String = Leader -> w: text;
            w: println!("{text}");
        }
    }
}

fn main() {}
