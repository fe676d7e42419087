//! The orders in which members of families run.

use chor::prelude::*;
use chor::sim::{Schedule, Simulation, explore};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

chor! {
    /// Who answers first is asked first for more, but nothing follows from that.
    chor asks[Leader, Workers[..]](n: u32 @ each Workers) -> u32 @ Leader {
        let all: Vec<u32> = each w in Workers {
            let n: u32 = w -> Leader: n;
            let more: u32 = Leader -> w: n + 1;
            let most: u32 = w -> Leader: more * 2;
            most
        };
        Leader: all.iter().sum()
    }
    /// The last worker reads what the first one writes after `rounds` messages.
    chor meets[Leader, Workers[..]](cell: &AtomicU32 @ each Workers, rounds: u32 @ [Leader, Workers]) -> u32 @ Leader {
        let first = Workers[0];
        let last = Workers[Workers.len() - 1];
        for round in 0..rounds {
            let round: u32 = first -> Leader: round;
            Leader -> first: round;
        }
        first: cell.store(1, Ordering::Relaxed);
        let seen: u32 = last -> Leader: cell.load(Ordering::Relaxed);
        seen
    }
    chor votes[Leader, Workers[..]]() -> Vec<usize> @ Leader {
        let first: Vec<(Member, bool)> = each w in Workers first 2 {
            w -> Leader: true
        };
        Leader: first.iter().map(|(w, _)| w.index()).collect()
    }
}

#[test]
fn members_that_meet_only_in_messages_do_not_race() {
    let report = explore(|| asks::Choreography::new(vec![1, 2, 3]))
        .check(|run| run.results.leader.as_ref().is_ok_and(|sum| *sum == 18));
    assert!(!report.races && !report.bounded && report.orders == 0, "{report}");
}

/// Chance would hardly have one member last for so long.
#[test]
fn each_member_is_last_once() {
    let cell = AtomicU32::new(0);
    let make = || {
        cell.store(0, Ordering::Relaxed);
        meets::Choreography::new(vec![&cell; 3], 30)
    };
    let seen = Mutex::new(BTreeSet::new());
    let report = explore(make).orders(false).check(|run| {
        seen.lock().expect("no panic").insert(run.results.leader.as_ref().ok().copied());
    });
    assert!(report.races, "{report}");
    assert_eq!(Vec::from_iter(seen.into_inner().expect("no panic")), [Some(0), Some(1)]);
    let schedule: Schedule = "last Workers[2]".parse().expect("a schedule");
    let run = Simulation::new().replay(&schedule).run(make);
    assert_eq!((run.results.leader.expect("it ends"), run.schedule), (1, schedule));
}

#[test]
fn all_orders_of_members_are_tried() {
    let seen = Mutex::new(BTreeSet::new());
    let report = explore(|| votes::Choreography::new().workers(3)).check(|run| {
        seen.lock().expect("no panic").insert(run.results.leader.as_ref().ok().cloned());
    });
    assert!(report.races && !report.bounded, "{report}");
    let seen = seen.into_inner().expect("no panic");
    let pairs = [[0, 1], [0, 2], [1, 0], [1, 2], [2, 0], [2, 1]];
    assert_eq!(Vec::from_iter(seen), pairs.map(|pair| Some(pair.to_vec())));
}

/// Those come first that differ least from the usual order, so that a few see each member answer first.
#[test]
fn a_bound_leaves_out_the_orders_that_differ_most() {
    let seen = Mutex::new(BTreeSet::new());
    let report = explore(|| votes::Choreography::new().workers(4)).runs(1_000).check(|run| {
        seen.lock().expect("no panic").insert(run.results.leader.as_ref().ok().cloned());
    });
    assert!(report.races && report.bounded, "{report}");
    assert_eq!(report.runs, 1_000);
    let seen = seen.into_inner().expect("no panic");
    let firsts: BTreeSet<usize> = seen.into_iter().flatten().map(|pair| pair[0]).collect();
    assert_eq!(Vec::from_iter(firsts), [0, 1, 2, 3], "{report}");
}
