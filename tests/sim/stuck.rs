//! Roles that can't go on: a result, and no hang.

use chor::prelude::*;
use chor::sim::{Halt, Simulation, simulate};
use std::time::Duration;

fn fail(number: u32) {
    panic!("no {number}");
}

chor! {
    /// If the two hold different values of `first`, each waits for the other.
    chor diverge[A, B](a: bool @ A, b: bool @ B) {
        let first = agree!(A: a, B: b);
        if first {
            let x: u8 = A -> B: 1;
            B: assert_eq!(x, 1);
        } else {
            let y: u8 = B -> A: 2;
            A: assert_eq!(y, 2);
        }
    }

    chor forever[A, B]() {
        A -> B: true;
        A: std::future::pending::<()>().await;
        let x: u8 = A -> B: 1;
        B: assert_eq!(x, 1);
    }

    chor late[A, B]() {
        A: tokio::time::sleep(Duration::from_hours(5)).await;
        A -> B: true;
    }

    chor endless[A, B]() {
        loop {
            A -> B: true;
        }
    }

    chor panicking[A, B]() -> u8 @ B {
        A: fail(1);
        let x: u8 = A -> B: 1;
        x
    }
}

#[test]
fn roles_that_wait_for_each_other_are_reported() {
    // Compared, they would be stopped where they diverge.
    let run = Simulation::new().uncompared().run(|| diverge::Choreography::new(false, true));
    let error = run.results.a.expect_err("A waits");
    let halt = error.downcast_ref::<Halt>().expect("it was halted");
    assert!(matches!(halt, Halt::Waits { step, from, .. } if step.label == "y" && from == "B"));
    assert!(error.to_string().contains("stuck.rs:"), "{error}");
}

#[tokio::test]
async fn simulate_stops_them_where_they_diverge() {
    let error = simulate(diverge::Choreography::new(false, true)).await.expect_err("both wait");
    assert!(matches!(error.downcast_ref(), Some(Halt::Differs(_))), "{error}");
}

#[test]
fn code_that_waits_for_ever_is_reported() {
    let run = Simulation::new().run(forever::Choreography::new);
    assert_eq!(
        run.trace.to_string(),
        "A -> B: 1 = true\n\
         A is stuck: it waits in its own code\n\
         B is stuck: it waits for `x` from A",
    );
}

#[test]
fn patience_ends() {
    let run = Simulation::new().run(late::Choreography::new);
    assert!(run.results.a.is_err());
    let run = Simulation::new().patience(Duration::from_hours(6)).run(late::Choreography::new);
    assert!(run.results.a.is_ok());
    assert_eq!(run.time, Duration::from_hours(5));
}

#[test]
fn an_endless_run_is_stopped() {
    let run = Simulation::new().untraced().turns(1000).run(endless::Choreography::new);
    let error = run.results.a.expect_err("A never ends");
    assert_eq!(error.downcast_ref::<Halt>(), Some(&Halt::TooLong(1000)));
}

#[test]
fn a_panic_is_a_result_of_a_run() {
    let run = Simulation::new().run(panicking::Choreography::new);
    let error = run.results.a.expect_err("A panics");
    assert_eq!(error.downcast_ref::<Halt>(), Some(&Halt::Panicked("no 1".to_owned())));
    assert_eq!(run.results.b.expect_err("B needs A").cause().role(), "A");
    assert_eq!(run.trace.to_string(), "A panicked: no 1\nB failed because A did");
}

#[tokio::test]
#[should_panic(expected = "no 1")]
async fn a_panic_goes_on_in_simulate() {
    let _ = simulate(panicking::Choreography::new()).await;
}
