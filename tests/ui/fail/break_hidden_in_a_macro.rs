//! A macro can't leave local code.

use chor::prelude::*;

macro_rules! stop {
    () => {
        break
    };
}

chor! {
    chor f[A, B](x: u32 @ A) {
        loop {
            A: {
                println!("{x}");
                stop!();
            };
            B: println!("hello");
        }
    }
}

fn main() {}
