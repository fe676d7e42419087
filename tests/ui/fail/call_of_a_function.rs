//! Functions are called by a role.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        helper(A: x);
        helper(A -> B: x);
    }
}

fn helper(_: u32) {}

fn main() {}
