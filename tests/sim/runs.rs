//! Runs under a seed: the same again, in virtual time.

use chor::prelude::*;
use chor::sim::{Simulation, random, simulate};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

chor! {
    /// Both count to `n`, with pauses of different length.
    chor count[A, B](n: u32 @ [A, B], log: &Mutex<String> @ [A, B]) -> u32 @ B {
        let mut sum: u32 @ B = 0;
        for round in 0..n {
            A: tokio::time::sleep(Duration::from_mins(1)).await;
            A: log.lock().expect("no panic").push('a');
            let there: u32 = A -> B: round;
            B: sum += there;
            B: log.lock().expect("no panic").push('b');
        }
        sum
    }

    /// Two senders that don't know of each other, and one who writes down who was first.
    chor race[A, B, C](log: &Mutex<String> @ [A, B]) {
        A: log.lock().expect("no panic").push('a');
        A -> C: true;
        A: log.lock().expect("no panic").push('A');
        A -> C: true;
        B: log.lock().expect("no panic").push('b');
        B -> C: true;
        B: log.lock().expect("no panic").push('B');
        B -> C: true;
    }

    /// Far more messages than a queue holds, which the receiver takes late.
    chor stream[A, B](n: u32 @ [A, B]) -> u64 @ B {
        let mut sum: u64 @ B = 0;
        for number in 0..n {
            let number: u32 = A -> B: number;
            sum += u64::from(number);
        }
        A -> B: true;
        sum
    }

    /// `A` sends all before it receives; so does `B`. With bounded queues that take turns only.
    chor flood[A, B](n: u32 @ [A, B]) {
        for number in 0..n {
            let there: u32 = A -> B: number;
            B: assert_eq!(there, number);
        }
        for number in 0..n {
            let back: u32 = B -> A: number;
            A: assert_eq!(back, number);
        }
    }
}

#[test]
fn time_is_virtual() {
    let log = Mutex::default();
    let run = Simulation::new().run(|| count::Choreography::new(10, &log));
    assert_eq!(run.results.b.expect("B ends"), 45);
    assert_eq!(run.time, Duration::from_mins(10));
    assert_eq!(log.into_inner().expect("no panic"), "ab".repeat(10));
}

#[test]
fn the_same_seed_gives_the_same_trace() {
    let log = Mutex::default();
    let trace =
        |seed| Simulation::new().seed(seed).run(|| race::Choreography::new(&log)).trace.detailed();
    for seed in 0..50 {
        assert_eq!(trace(seed), trace(seed));
    }
}

#[test]
fn seeds_give_all_orders() {
    let order = |seed| {
        let log = Mutex::default();
        Simulation::new().seed(seed).run(|| race::Choreography::new(&log));
        log.into_inner().expect("no panic")
    };
    let orders: BTreeSet<String> = (0..200).map(order).collect();
    let all = ["aAbB", "abAB", "abBA", "baAB", "baBA", "bBaA"];
    assert_eq!(orders, all.map(str::to_owned).into());
}

#[test]
fn queues_are_bounded_and_never_make_a_deadlock() {
    for simulation in [Simulation::new(), Simulation::new().seed(3)] {
        let run = simulation.run(|| stream::Choreography::new(10_000));
        assert_eq!(run.results.b.expect("B ends"), 49_995_000);
        let run = simulation.run(|| flood::Choreography::new(1_000));
        assert!(run.results.a.is_ok() && run.results.b.is_ok());
    }
}

#[tokio::test]
async fn simulate_runs_in_the_callers_task() -> Result<(), Error> {
    let outcome = tokio::spawn(simulate(stream::Choreography::new(10_000))).await;
    assert_eq!(outcome.expect("no panic")?.b, 49_995_000);
    Ok(())
}

#[test]
fn a_run_may_stand_inside_a_run() {
    chor! {
        chor outer[A, B]() -> u32 @ B {
            let x: u32 = A -> B: simulate(inner::Choreography::new(4)).await?.b;
            x
        }
        chor inner[A, B](x: u32 @ A) -> u32 @ B {
            let x: u32 = A -> B: x + 1;
            x
        }
    }
    let run = Simulation::new().run(outer::Choreography::new);
    assert_eq!(run.results.b.expect("B ends"), 5);
    assert_eq!(run.trace.to_string(), "A -> B: x = 5");
}

#[test]
fn what_makes_a_choreography_may_run_others() {
    chor! {
        chor tell[A, B](x: u64 @ A) -> u64 @ B {
            let x: u64 = A -> B: x;
            x
        }
    }
    let tell = |seed| {
        let run = Simulation::new().seed(seed).run(|| {
            let before = Simulation::new().run(|| tell::Choreography::new(1));
            tell::Choreography::new(before.results.b.expect("B ends") + random() % 1_000)
        });
        run.results.b.expect("B ends")
    };
    assert_eq!(tell(1), tell(1), "the number is of this run's seed");
    assert_ne!(tell(1), tell(2));
}

#[tokio::test]
#[should_panic(expected = "use `#[test]` instead of `#[tokio::test]`")]
async fn a_task_is_no_place_for_a_simulation() {
    Simulation::new().run(|| stream::Choreography::new(1));
}

#[tokio::test]
async fn a_thread_for_blocking_is() {
    let run = || Simulation::new().run(|| stream::Choreography::new(10)).results.b;
    let b = tokio::task::spawn_blocking(run).await.expect("no panic");
    assert_eq!(b.expect("B ends"), 45);
}
