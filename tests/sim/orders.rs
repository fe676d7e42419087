//! The orders in which roles run: which are tried, and what is found by them.

use chor::prelude::*;
use chor::sim::{Schedule, Simulation, explore};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// What roles did, in order: a part of each one's code has a name.
#[derive(Default)]
pub(crate) struct Log(Mutex<Vec<&'static str>>);

impl Log {
    pub(crate) fn note(&self, part: &'static str) {
        self.0.lock().expect("no panic").push(part);
    }

    pub(crate) fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.0.lock().expect("no panic"))
    }
}

/// Each two parts, the first of which came before the second.
fn pairs(log: &[&'static str]) -> BTreeSet<(&'static str, &'static str)> {
    let pairs = log.iter().enumerate();
    pairs.flat_map(|(index, one)| log[index + 1..].iter().map(|other| (*one, *other))).collect()
}

chor! {
    chor parts[A, B, C](log: &Log @ [A, B, C]) {
        A: log.note("a1");
        A -> B: true;
        A: log.note("a2");
        B: log.note("b1");
        C: log.note("c1");
        B -> C: true;
        C: log.note("c2");
        B: log.note("b2");
        C -> A: true;
        A: log.note("a3");
        B: log.note("b3");
    }

    /// `Late` comes to the cell after many messages, `Early` after none.
    chor far[Early, Late, Other](cell: &AtomicU32 @ [Early, Late], rounds: u32 @ [Late, Other]) -> u32 @ Other {
        for round in 0..rounds {
            let round: u32 = Late -> Other: round;
            Other -> Late: round;
        }
        Late: cell.store(1, Ordering::Relaxed);
        let seen: u32 = Early -> Other: cell.load(Ordering::Relaxed);
        seen
    }
}

#[test]
fn with_each_role_last_any_two_parts_come_in_both_orders() {
    let log = Log::default();
    let mut all = BTreeSet::new();
    let make = || {
        log.take();
        parts::Choreography::new(&log)
    };
    explore(make).orders(true).check(|_| {
        all.extend(pairs(&log.take()));
    });
    let mut last = BTreeSet::new();
    for role in ["A", "B", "C"] {
        let schedule: Schedule = format!("last {role}").parse().expect("a schedule");
        let run = Simulation::new().replay(&schedule).run(make);
        assert_eq!(run.schedule, schedule);
        last.extend(pairs(&log.take()));
    }
    assert_eq!(last, all);
    // What depends on each other has one order.
    assert!(all.contains(&("a1", "b1")) && !all.contains(&("b1", "a1")));
    assert!(all.contains(&("a2", "c2")) && all.contains(&("c2", "a2")));
}

#[test]
fn a_race_that_chance_would_hardly_show_is_found() {
    let cell = AtomicU32::new(0);
    let seen = Mutex::new(BTreeSet::new());
    let make = || {
        cell.store(0, Ordering::Relaxed);
        far::Choreography::new(&cell, 30)
    };
    let report = explore(make).orders(false).check(|run| {
        seen.lock().expect("no panic").insert(run.results.other.as_ref().ok().copied());
    });
    assert!(report.races, "{report}");
    assert_eq!(Vec::from_iter(seen.into_inner().expect("no panic")), [Some(0), Some(1)]);
    let by_chance = (0..100).any(|seed| {
        let run = Simulation::new().seed(seed).run(make);
        run.results.other.expect("it ends") == 1
    });
    assert!(!by_chance);
}

#[test]
fn a_failure_with_a_role_last_can_be_run_again() {
    let cell = AtomicU32::new(0);
    let make = || {
        cell.store(0, Ordering::Relaxed);
        far::Choreography::new(&cell, 3)
    };
    let failure = explore(make).find(|run| run.results.other.as_ref().ok() == Some(&0));
    let failure = failure.expect_err("it may be seen");
    let again = Simulation::new().replay(&failure.schedule).run(make);
    assert_eq!(again.results.other.expect("it ends"), 1, "{}", failure.schedule);
    assert_eq!(again.trace.detailed(), failure.trace.detailed());
}

/// Roles make way at fewer places there than under seeds.
#[test]
fn all_orders_are_all() {
    let log = Log::default();
    let mut all = BTreeSet::new();
    let make = || {
        log.take();
        parts::Choreography::new(&log)
    };
    let report = explore(make).orders(true).check(|_| {
        all.insert(log.take());
    });
    assert!(!report.bounded && report.orders < 1000, "{report}");
    for seed in 0..500 {
        Simulation::new().seed(seed).run(make);
        let log = log.take();
        assert!(all.contains(&log), "seed {seed}: {log:?}");
    }
}
