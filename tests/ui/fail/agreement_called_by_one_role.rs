//! Nor does it call an `FnMut`.

use chor::prelude::*;

chor! {
    chor f[A, B](mut next: impl FnMut() -> u32 + Clone @ [A, B]) {
        A: println!("{}", next());
    }
}

fn main() {}
