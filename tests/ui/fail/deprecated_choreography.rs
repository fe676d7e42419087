//! `#[deprecated]` is carried over.

#![deny(deprecated)]

use chor::prelude::*;

chor! {
    #[deprecated = "use `greet_all`"]
    pub chor greet[A, B]() {
        A: println!("hello");
    }
}

fn main() {
    let _ = greet::A::new();
}
