//! What a choreography value does that comes from outside isn't known where first answers are collected.

use chor::prelude::*;

chor! {
    chor vote[Leader, Helper, Replicas[..]](ask: chor(u32 @ Helper) -> bool @ Leader | Helper) {
        let votes: Vec<(Member, bool)> @ Leader = each r in Replicas first 2 {
            let asked: u32 = r -> Helper: 1;
            ask(asked)
        };
        Leader: drop(votes);
    }

    chor made_here[Leader, Replicas[..]]() {
        let votes: Vec<(Member, bool)> @ Leader = each r in Replicas first 2 {
            let ask = chor(x: u32 @ r) -> bool @ Leader {
                let question: u32 = Leader -> r: 1;
                r -> Leader: question > x
            };
            ask(r: 1)
        };
        Leader: drop(votes);
    }
}

fn main() {}
