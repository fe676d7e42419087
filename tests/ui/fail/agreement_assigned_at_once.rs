use chor::prelude::*;

chor! {
    chor count[Leader, Workers[..]]() -> u32 @ Leader {
        let mut all: u32 @ [Leader, Workers] = 0;
        each w in Workers {
            let one: u32 = w => [Leader, Workers]: 1;
            all += one;
        }
        par {
            { all += 1; }
            { all = 2; }
        };
        Leader: all
    }
}

fn main() {}
