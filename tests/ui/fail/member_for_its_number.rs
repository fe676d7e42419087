//! A bound member is a role; what code can have of it is its number.

use chor::prelude::*;

chor! {
    chor f[Boss, Workers[..]](jobs: Vec<u32> @ Boss) {
        each w in Workers {
            let job: u32 = Boss -> w: jobs[w];
            w: println!("{w} of {}: {job}", Workers);
        }
        Boss -> 0: 1u32;
        each Workers: drop(me);
    }
}

fn main() {}
