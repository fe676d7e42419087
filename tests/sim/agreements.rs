//! Roles that diverge where they hold an agreement, found without a message.

use chor::prelude::*;
use chor::sim::{Halt, Problem, Simulation, explore, simulate};
use std::sync::atomic::{AtomicU32, Ordering};

/// Not what replicated code may do: it gives something else each time.
fn next(counter: &AtomicU32) -> u32 {
    counter.fetch_add(1, Ordering::Relaxed)
}

chor! {
    chor guarded[A, B](counter: &AtomicU32 @ [A, B]) -> u32 @ [A, B] {
        let number: u32 @ [A, B] = next(counter);
        let mut sum: u32 @ [A, B] = 0;
        if number == 0 {
            sum += 1;
        } else {
            sum += 2;
        }
        A -> B: true;
        sum
    }

    chor keys[A, B](a: u32 @ A, b: u32 @ B) -> u32 @ [A, B] {
        agree!(A: a, B: b)
    }

    chor rounds[A, B, C](n: u32 @ [A, B, C]) -> u32 @ C {
        let mut sum: u32 @ C = 0;
        for round in 0..n {
            let x: u32 = A -> B: round;
            let x: u32 = B -> C: x;
            sum += x;
        }
        sum
    }
}

#[test]
fn a_guard_that_differs_ends_the_run() {
    let counter = AtomicU32::new(0);
    let run = Simulation::new().run(|| guarded::Choreography::new(&counter));
    let error = run.results.b.expect_err("it is stopped");
    let Some(Halt::Differs(text)) = error.downcast_ref() else { panic!("{error}") };
    assert!(text.starts_with("values of an agreement differ: if number == 0 at "), "{text}");
    assert!(text.ends_with(": A = true, B = false"), "{text}");
}

#[test]
fn an_untrue_agree_is_found() {
    let failure =
        explore(|| keys::Choreography::new(18, 19)).find(|_| ()).expect_err("18 is not 19");
    let Problem::Differs(text) = failure.problem else { panic!("{failure}") };
    assert!(text.contains("agree!") && text.ends_with(": A = 18, B = 19"), "{text}");
    explore(|| keys::Choreography::new(18, 18)).check(|run| run.results.a.is_ok());
}

#[test]
fn agreements_that_hold_change_nothing() {
    for seed in 0..50 {
        let run = Simulation::new().seed(seed).run(|| rounds::Choreography::new(100));
        assert_eq!(run.results.c.expect("C ends"), 4950);
    }
}

#[tokio::test]
async fn simulate_compares_nothing() -> Result<(), Error> {
    let outcome = simulate(keys::Choreography::new(18, 19)).await?;
    assert_eq!((outcome.a, outcome.b), (18, 19));
    Ok(())
}
