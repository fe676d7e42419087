//! An unknown name is rustc's, once for all roles.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ [A, B]) {
        [A, B]: println!("{}", x + y);
        let z: u32 = A -> B: w;
        B: drop(z);
    }
}

fn main() {}
