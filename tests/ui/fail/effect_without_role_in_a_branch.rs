//! Only the roles that know are offered.

use chor::prelude::*;

chor! {
    chor f[A, B, C](go: bool @ [A, B]) {
        if go {
            println!("hello");
        }
        C: println!("bye");
    }
}

fn main() {}
