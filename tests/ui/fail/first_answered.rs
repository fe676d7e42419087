use chor::prelude::*;

chor! {
    chor vote[Leader, Replicas[..]](quorum: usize @ Leader) {
        let votes: Vec<(Member, bool)> @ Leader = each r in Replicas first quorum {
            let proposal: u32 = Leader -> r: 1;
            r -> Leader: proposal > 0
        };
        Leader: drop(votes);
    }
}

fn main() {}
