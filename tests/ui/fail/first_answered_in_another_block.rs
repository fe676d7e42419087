//! What a choreography of another block sends is found out when all of them are known.

use chor::prelude::*;

mod asking {
    chor::chor! {
        pub chor ask[Asked, Asking]() -> bool @ Asking {
            let question: u32 = Asking -> Asked: 1;
            Asked -> Asking: question > 0
        }
        pub chor tell[Asked, Asking]() -> bool @ Asking {
            Asked -> Asking: true
        }
    }
}

mod between {
    chor::chor! {
        pub chor both[X, Y]() -> bool @ Y {
            super::asking::tell[X, Y]();
            super::asking::ask[X, Y]()
        }
    }
}

chor! {
    chor vote[Leader, Replicas[..]]() {
        let votes: Vec<(Member, bool)> @ Leader = each r in Replicas first 2 {
            asking::ask[r, Leader]()
        };
        Leader: drop(votes);
    }
    chor further[Leader, Replicas[..]]() {
        let votes: Vec<(Member, bool)> @ Leader = each r in Replicas first 2 {
            between::both[r, Leader]()
        };
        Leader: drop(votes);
    }
    chor fine[Leader, Replicas[..]]() {
        let votes: Vec<(Member, bool)> @ Leader = each r in Replicas first 2 {
            through[r, Leader]()
        };
        Leader: drop(votes);
    }
    chor through[X, Y]() -> bool @ Y {
        asking::tell[X, Y]()
    }
    chor worse[Leader, Replicas[..]]() {
        let votes: Vec<(Member, bool)> @ Leader = each r in Replicas first 2 {
            through_both[r, Leader]()
        };
        Leader: drop(votes);
    }
    chor through_both[X, Y]() -> bool @ Y {
        between::both[X, Y]()
    }
}

fn main() {}
