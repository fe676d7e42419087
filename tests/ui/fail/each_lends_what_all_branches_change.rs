//! A branch of an `each` can't lend for writing what the others have too.

use chor::prelude::*;

fn next(counter: &mut u32) -> u32 {
    *counter += 1;
    *counter
}

chor! {
    chor f[Leader, Workers[..]](mut counter: u32 @ Leader) {
        each w in Workers {
            let number: u32 = Leader -> w: next(&mut counter);
            w: println!("{number}");
        }
    }
}

fn main() {}
