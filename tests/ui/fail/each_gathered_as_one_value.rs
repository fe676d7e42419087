//! What a role gathers from the members is a `Vec`, and that is the type that is written.

use chor::prelude::*;

chor! {
    chor f[Leader, Workers[..]](size: u32 @ each Workers) {
        let sizes: u32 = each w in Workers { w -> Leader: size };
        let sums = each w in Workers { w -> Leader: size + 1 };
        let votes = each w in Workers first 1 { w -> Leader: size + 1 };
        Leader: println!("{sizes} {sums:?} {votes:?}");
    }
}

fn main() {}
