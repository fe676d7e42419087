//! A message's type has a name.

use chor::prelude::*;

chor! {
    chor f[A, B](price: impl Fn() -> u32 @ A) {
        let copy = A -> B: price;
        B: println!("{}", copy());
    }
}

fn main() {}
