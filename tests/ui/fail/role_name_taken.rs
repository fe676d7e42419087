//! The generated module has items of its own.

use chor::prelude::*;

chor! {
    chor f[Role, Outcome, Choreography]() {
        Role: println!("hello");
    }
}

fn main() {}
