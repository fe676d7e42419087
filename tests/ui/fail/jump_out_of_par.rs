use chor::prelude::*;

chor! {
    chor work[Leader, Workers[..]](stop: bool @ [Leader, Workers]) -> u32 @ Leader {
        loop {
            par {
                { if stop { break Leader: 1; } }
                { if stop { continue; } }
            };
            each w in Workers {
                if stop {
                    return Leader: 2;
                }
            }
        }
    }
}

fn main() {}
