use chor::prelude::*;

chor! {
    chor vote[Leader, Helper, Replicas[..]]() {
        let votes = each r in Replicas first 2 {
            let vote: bool = r -> [Leader, Helper]: true;
            vote
        };
        each r in Replicas first 2 {
            r: true
        };
    }
}

fn main() {}
