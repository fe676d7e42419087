//! So does a role in an arm.

use chor::prelude::*;

chor! {
    chor f[A, B, C](x: Option<u32> @ A) {
        match A => B: x {
            Some(x) => {
                B -> C: x as u32;
            }
            None => C: println!("nothing"),
        }
    }
}

fn main() {}
