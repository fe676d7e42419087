//! A branch that isn't taken has a value, too.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) -> u32 @ A {
        let y: u32 = loop {
            if A => B: x > 3 {
                break;
            }
        };
        let z: u32 = match A => B: x {
            3 => A: y,
            _ => {}
        };
        if A => B: x > 3 {
            A: z
        }
    }
}

fn main() {}
