//! Roles whose own code isn't deterministic: found, with the first place where two runs differ.

use chor::prelude::*;
use chor::sim::{Failure, Problem, explore};
use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);
static LAST: AtomicU64 = AtomicU64::new(0);
static RUNS: AtomicU64 = AtomicU64::new(0);

/// The clock of the system, which has gone on since it was read last.
fn clock() -> u64 {
    loop {
        let now = u64::try_from(START.elapsed().as_nanos()).expect("some hundred years");
        if LAST.fetch_max(now, Ordering::Relaxed) < now {
            return now;
        }
    }
}

/// In the order of a `HashMap`, which has another one each time.
fn unordered() -> Vec<u32> {
    let map: HashMap<u32, bool> = (0..64).map(|key| (key, true)).collect();
    map.into_keys().collect()
}

/// Nothing, and the next time a second.
fn pause() -> Duration {
    Duration::from_secs(RUNS.fetch_add(1, Ordering::Relaxed) % 2)
}

chor! {
    chor timed[A, B]() -> u64 @ B {
        let before: bool = A -> B: true;
        let time: u64 = B -> A: if before { clock() } else { 0 };
        let after: u64 = A -> B: time;
        after
    }

    chor listed[A, B]() -> u32 @ B {
        let size: u32 = A -> B: 64;
        let keys: Vec<u32> = A -> B: unordered();
        B: size + keys[0]
    }

    chor members[Leader, Workers[..]]() -> Vec<u64> @ Leader {
        let times: Vec<u64> = each w in Workers {
            let start: bool = Leader -> w: true;
            let time: u64 = w -> Leader: if start && w.index() == 1 { clock() } else { 0 };
            time
        };
        times
    }

    chor paused[A, B]() {
        B -> A: true;
        A: tokio::time::sleep(pause()).await;
        A -> B: true;
    }
}

/// The two lines that differ.
fn differ(failure: &Failure) -> [&str; 2] {
    match &failure.problem {
        Problem::NotDeterministic { one: Some(one), other: Some(other), .. } => [one, other],
        problem => panic!("{problem}"),
    }
}

/// Both lines tell this event, each with another value.
fn both_tell(failure: &Failure, event: &str, line: u32) {
    let [one, other] = differ(failure);
    assert_ne!(one, other);
    for told in [one, other] {
        assert!(told.contains(event), "{told}");
        assert!(told.contains(&format!("(tests/sim/determinism.rs:{line}:")), "{told}");
    }
}

/// The line of `label` in this file.
fn line(label: &str) -> u32 {
    let mut lines = (1..).zip(include_str!("determinism.rs").lines());
    lines.find(|(_, line)| line.contains(label)).expect("it stands here").0
}

#[test]
fn a_role_that_reads_a_clock_is_told() {
    let failure = explore(timed::Choreography::new).find(|_| ()).expect_err("time goes on");
    both_tell(&failure, "B sends time = ", line("let time: u64 = B"));
}

#[test]
fn a_role_that_iterates_over_a_hash_map_is_told() {
    let failure = explore(listed::Choreography::new).find(|_| ()).expect_err("orders differ");
    both_tell(&failure, "A sends keys = [", line("let keys: Vec<u32> = A"));
}

#[test]
fn the_member_of_a_family_is_told() {
    let failure = explore(|| members::Choreography::new().workers(3)).find(|_| ());
    let failure = failure.expect_err("time goes on");
    both_tell(&failure, "Workers[1] sends time = ", line("let time: u64 = w"));
}

/// Values are all equal.
#[test]
fn a_difference_in_time_alone_is_told() {
    let failure = explore(paused::Choreography::new).find(|_| ()).expect_err("it pauses");
    let [one, other] = differ(&failure).map(str::trim_start);
    assert!(one.starts_with("0ns  A sends 2 = true to B (tests/sim/determinism.rs:"), "{one}");
    assert!(other.starts_with("1s  A sends 2 = true to B (tests/sim/determinism.rs:"), "{other}");
}

/// What can't be made again isn't promised to be.
#[test]
fn there_is_no_line_that_would_run_it_again() {
    let failure = explore(listed::Choreography::new).find(|_| ()).expect_err("orders differ");
    let told = failure.to_string();
    assert!(told.starts_with("the choreography isn't deterministic: under the same conditions\n"));
    assert!(told.contains("\n  A -> B: size = 64\n"), "{told}");
    assert!(!told.contains("CHOR_SIM") && !told.contains("run exactly this again"), "{told}");
}
