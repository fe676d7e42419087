//! A lifetime of the result follows from the parameters, or is written.

use chor::prelude::*;

chor! {
    chor longest[A](x: &str @ A, y: &str @ A) -> &str @ A {
        A: if x.len() > y.len() { x } else { y }
    }
}

fn main() {}
