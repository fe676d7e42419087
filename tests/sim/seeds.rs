//! Tests under many seeds.

use chor::prelude::*;
use chor::sim::{Simulation, random, simulate, under_seeds};
use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

chor! {
    chor race[A, B](log: &Mutex<String> @ [A, B]) {
        A: log.lock().expect("no panic").push('a');
        A -> B: true;
        B -> A: true;
        B: log.lock().expect("no panic").push('b');
        A: log.lock().expect("no panic").push('A');
    }
}

static RUNS: AtomicU64 = AtomicU64::new(0);
static ORDERS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

#[chor::test(seeds = 50)]
async fn body() -> Result<(), Error> {
    RUNS.fetch_add(1, Ordering::Relaxed);
    let log = Mutex::default();
    simulate(race::Choreography::new(&log)).await?;
    ORDERS.lock().expect("no panic").insert(log.into_inner().expect("no panic"));
    tokio::time::sleep(Duration::from_hours(1)).await;
    Ok(())
}

#[test]
fn each_seed_has_its_order_in_virtual_time() {
    body();
    assert!(RUNS.load(Ordering::Relaxed) >= 50);
    let orders: Vec<String> = ORDERS.lock().expect("no panic").iter().cloned().collect();
    assert_eq!(orders, ["aAb", "abA"]);
}

/// The seed can be had, and runs may stand in the body.
#[chor::test]
fn with_the_seed(seed: u64) -> bool {
    let log = Mutex::default();
    let run = Simulation::new().seed(seed).run(|| race::Choreography::new(&log));
    run.results.a.is_ok() && seed < 100
}

#[test]
fn numbers_follow_from_the_seed_alone() {
    let draw = || {
        let all = Mutex::new(Vec::new());
        under_seeds(20, |_| all.lock().expect("no panic").push((random(), random())));
        all.into_inner().expect("no panic")
    };
    let numbers = draw();
    assert_eq!(numbers, draw());
    assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), 20);
}

#[test]
fn the_seed_of_a_failure_is_told() {
    let panic = catch_unwind(|| under_seeds(100, |seed| seed != 7)).expect_err("7 fails");
    let text = panic.downcast_ref::<String>().expect("a text");
    assert_eq!(
        text,
        "the check says `false`\nunder seed 7; to run it alone:\n  CHOR_SIM='seed 7' cargo test -- \
         --exact seeds::the_seed_of_a_failure_is_told --nocapture",
    );
    let panic =
        catch_unwind(|| under_seeds(100, |seed| assert_ne!(seed, 7, "own"))).expect_err("7");
    assert!(panic.downcast_ref::<String>().expect("a text").contains("own"));
}
