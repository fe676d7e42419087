//! A message goes to other roles.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        A -> A: x;
        A => [B, A]: x;
    }
}

fn main() {}
