//! Members can't wait for the role that collects, not even in what is called.

use chor::prelude::*;

chor! {
    chor vote[Leader, Replicas[..]]() {
        let votes: Vec<(Member, bool)> @ Leader = each r in Replicas first 2 {
            ask[r, Leader]()
        };
        Leader: drop(votes);
    }

    chor ask[Asked, Asking]() -> bool @ Asking {
        turned[Asking, Asked]()
    }

    chor turned[Asking, Asked]() -> bool @ Asking {
        let question: u32 = Asking -> Asked: 1;
        Asked -> Asking: question > 0
    }

    chor within_time[Leader, Replicas[..]](time: std::time::Duration @ Leader) {
        let votes: Vec<(Member, bool)> @ Leader = each r in Replicas within time {
            let ask = ask[r, Leader];
            ask()
        };
        Leader: drop(votes);
    }

    chor of_all[Leader, Replicas[..]]() {
        let votes: Vec<(Member, bool)> @ Leader = each r in Replicas first 2 {
            told[Leader, Replicas]();
            r -> Leader: true
        };
        Leader: drop(votes);
    }

    chor told[Leader, Replicas[..]]() {
        Leader => Replicas: 1u32;
    }
}

fn main() {}
