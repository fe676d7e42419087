//! Some attributes are carried over, no others.

use chor::prelude::*;

chor! {
    #[inline]
    #[derive(Clone)]
    chor f[A]() {
        A: println!("hello");
    }
}

fn main() {}
