//! So for labels.

use chor::prelude::*;

chor! {
    chor f[A, B, C](n: u32 @ A) {
        'outer: loop {
            loop {
                if A => B: n > 3 {
                    break 'outer;
                }
                A: println!("{n}");
            }
            C: println!("hello");
        }
    }
}

fn main() {}
