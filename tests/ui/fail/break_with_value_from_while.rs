//! Only `loop` and labelled blocks have a value.

use chor::prelude::*;

chor! {
    chor f[A, B](go: bool @ [A, B]) {
        while go {
            break A: 3;
        }
    }
}

fn main() {}
