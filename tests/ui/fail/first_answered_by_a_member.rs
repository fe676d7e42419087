//! A member that collects its own family's answers may be done before it sends as one of them.

use chor::prelude::*;

chor! {
    chor elect[Log, Nodes[..]]() {
        let head = Nodes[0];
        let votes: Vec<(Member, u32)> @ head = each n in Nodes first 2 {
            let noted: u32 = n -> Log: 1;
            Log: drop(noted);
            n -> head: 2
        };
        head: drop(votes);
    }
}

fn main() {}
