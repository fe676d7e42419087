//! Code mentions variables of the role that runs it.

use chor::prelude::*;

chor! {
    chor f[A, B, C](x: u32 @ A, y: u32 @ [A, B]) {
        B: println!("{x}");
        [A, C]: println!("{}", y + 1);
        B -> C: x + y;
    }
}

fn main() {}
