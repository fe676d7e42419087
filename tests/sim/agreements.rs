//! Roles that diverge where they hold an agreement, found without a message.

use chor::prelude::*;
use chor::sim::{Halt, Problem, Simulation, explore, simulate};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

/// Not what replicated code may do: it gives something else each time.
fn next(counter: &AtomicU32) -> u32 {
    counter.fetch_add(1, Ordering::Relaxed)
}

/// What was told of a difference.
#[track_caller]
pub(crate) fn difference(error: &Error) -> String {
    let Some(Halt::Differs(text)) = error.downcast_ref() else { panic!("{error}") };
    assert!(text.starts_with("values of an agreement differ: "), "{text}");
    text.clone()
}

/// What a text tells of a difference, without its place: the expression, and the values by role.
pub(crate) fn without_place(text: &str) -> String {
    let (_, text) = text.split_once("values of an agreement differ: ").expect("they differ");
    let (site, values) = text.split_once(" at ").expect("it has a place");
    let (_, values) = values.split_once(": ").expect("it has values");
    format!("{site}: {values}")
}

chor! {
    chor guarded[A, B](counter: &AtomicU32 @ [A, B]) -> u32 @ [A, B] {
        let mut sum: u32 @ [A, B] = 0;
        if next(counter) == 0 {
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

    chor fails[A, B](a: u32 @ A, b: u32 @ B) {
        agree!(A: a, B: b);
        B: Err("enough")?;
    }

    chor maps[A, B](a: HashMap<u32, String> @ A, b: HashMap<u32, String> @ B) {
        agree!(A: a, B: b);
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
    let text = difference(&run.results.b.expect_err("it is stopped"));
    assert!(text.starts_with("values of an agreement differ: if next(counter) == 0 at "), "{text}");
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

/// They exchange no message, so the second comes to its key when the first has ended.
#[test]
fn a_difference_that_is_found_at_the_end_leaves_no_role_with_a_result() {
    for simulation in [Simulation::new(), Simulation::new().untraced()] {
        for seed in 0..10 {
            let run = simulation.clone().seed(seed).run(|| keys::Choreography::new(18, 19));
            for result in [run.results.a, run.results.b] {
                let text = difference(&result.expect_err("18 is not 19"));
                assert!(text.ends_with(": A = 18, B = 19"), "{text}");
            }
        }
    }
}

#[test]
fn a_role_that_failed_by_itself_keeps_its_error() {
    let run = Simulation::new().run(|| fails::Choreography::new(18, 19));
    let error = run.results.b.expect_err("it fails");
    assert!(error.downcast_ref::<Halt>().is_none(), "{error}");
    difference(&run.results.a.expect_err("18 is not 19"));
}

#[test]
fn nothing_is_compared_if_that_is_not_wanted() {
    let run = Simulation::new().uncompared().run(|| keys::Choreography::new(18, 19));
    assert_eq!((run.results.a.expect("A ends"), run.results.b.expect("B ends")), (18, 19));
}

#[tokio::test]
async fn simulate_compares_too() {
    let error = simulate(keys::Choreography::new(18, 19)).await.expect_err("18 is not 19");
    let text = difference(&error);
    assert!(text.ends_with(": A = 18, B = 19"), "{text}");
}

#[test]
fn maps_are_compared_whatever_their_order() {
    let map = || (0..100).map(|i| (i, i.to_string())).collect::<HashMap<_, _>>();
    for _ in 0..10 {
        let run = Simulation::new().run(|| maps::Choreography::new(map(), map()));
        run.results.a.expect("the maps are equal");
    }
    let mut other = map();
    other.remove(&99);
    let run = Simulation::new().run(|| maps::Choreography::new(map(), other));
    let text = difference(&run.results.b.expect_err("one has less"));
    assert!(text.contains(": A = {") && text.contains(" bytes, digest "), "{text}");
}
