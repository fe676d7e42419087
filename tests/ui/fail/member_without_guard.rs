use chor::prelude::*;

chor! {
    chor work[Leader, Workers[..]](lazy: bool @ each Workers) {
        each w in Workers {
            if w: lazy {
                let job: u32 = Leader -> w: 1;
                w: drop(job);
            }
        }
    }
}

fn main() {}
