//! Copies that are compared are sent.

#![allow(unused)]

use chor::prelude::*;

chor! {
    #[verify(agreement)]
    chor vote[Leader, Replicas[..]]() {
        let votes: Vec<(Member, u32)> @ Leader = each r in Replicas first 2 {
            let same = agree!(Leader: 1, Replicas: 1);
            r -> Leader: same
        };
        Leader: drop(votes);
    }
}

fn main() {}
