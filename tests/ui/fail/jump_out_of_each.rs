use chor::prelude::*;

chor! {
    chor work[Leader, Workers[..]](stop: bool @ [Leader, Workers]) -> u32 @ Leader {
        loop {
            each w in Workers {
                if stop {
                    break;
                }
                continue;
            }
            par {
                { return Leader: 1; }
                { Leader: println!("second"); }
            };
        }
    }
}

fn main() {}
