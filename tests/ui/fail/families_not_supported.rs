//! Families of roles aren't there yet.

use chor::prelude::*;

chor! {
    chor f[Workers[..], Boss](x: u32 @ Boss) {
        Boss: drop(x);
    }

    chor g[A, B](x: u32 @ A) {
        each w in A {
            w -> B: x;
        }
        for w in B {
            A: drop(w);
        }
        A -> B[0]: x;
    }
}

fn main() {}
