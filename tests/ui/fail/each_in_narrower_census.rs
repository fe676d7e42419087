use chor::prelude::*;

chor! {
    chor ask[Leader, Helper, Workers[..]](ready: bool @ Leader) {
        if Leader => Helper: ready {
            each w in Workers {
                let job: u32 = Leader -> w: 1;
                w: drop(job);
            }
        }
    }
}

fn main() {}
