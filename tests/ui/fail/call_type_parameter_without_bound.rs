//! rustc judges the bounds of a callee.

use chor::prelude::*;

chor! {
    chor send[A, B]<T: Message>(x: T @ A) -> T @ B {
        A -> B: x
    }

    chor f[A, B](x: Opaque @ A) {
        let y = send[A, B](x);
        B: drop(y);
    }
}

pub struct Opaque;

fn main() {}
