//! Roles that are interrupted: by a deadline, by a crash, in one of several branches, in a session
//! inside a session, or since nobody wants them any more.

use crate::orders::Log;
use chor::play_together;
use chor::prelude::*;
use chor::sim::{Halt, Simulation, explore, simulate};
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// A value of which is known whether it is still there.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
struct Token {
    #[serde(skip)]
    shared: Arc<()>,
}

chor! {
    /// `A` never sends the first answer; the second one comes after it.
    chor late[A, B](patience: Duration @ B) -> (Option<u8>, u8) @ B {
        let first: Option<u8> = A -> B within patience: { pending::<()>().await; 1 };
        let last: u8 = A -> B: 2;
        B: (first, last)
    }

    chor both[A, B](log: &Log @ A) -> (u8 @ B, u8 @ B) {
        let (one, other) = par {
            {
                let one: u8 = A -> B: 1;
                B: assert_eq!(one, 1);
                A: log.note("one");
                let done: u8 = A -> B: 3;
                done
            }
            {
                let other: u8 = A -> B: 2;
                B: assert_eq!(other, 2);
                A: log.note("other");
                let done: u8 = A -> B: 4;
                done
            }
        };
        (one, other)
    }

    chor pass[A, B](token: Token @ A) -> Token @ B {
        let given: Token = A -> B: token.clone();
        let again: Token = A -> B: token;
        B: pending::<()>().await;
        B: drop(given);
        again
    }

    /// More than fit into a queue.
    chor flood[A, B](token: Token @ A) {
        loop {
            let given: Token = A -> B: token.clone();
            B: drop(given);
            B: pending::<()>().await;
        }
    }

    /// `A` plays a whole session for each value that it sends.
    chor outer[A, B](log: &Log @ A, x: u32 @ A) -> u32 @ B {
        let asked: bool = B -> A: true;
        let x: u32 = A -> B: {
            let inner = play_together(inner::Choreography::new(log, x)).await?;
            assert!(asked);
            inner.y
        };
        x
    }

    chor inner[X, Y](log: &Log @ X, x: u32 @ X) -> u32 @ Y {
        let x: u32 = X -> Y: x;
        Y: tokio::time::sleep(Duration::from_hours(x.into())).await;
        let twice: u32 = Y -> X: 2 * x;
        X: log.note("inner");
        let checked: u32 = X -> Y: u8::try_from(twice)?.into();
        checked
    }

    chor apart[A, B](counter: &AtomicU32 @ [A, B]) {
        if counter.fetch_add(1, Ordering::Relaxed) == 0 {
            A -> B: true;
        }
    }

    chor around[A, B](counter: &AtomicU32 @ A) {
        A: simulate(apart::Choreography::new(counter)).await?;
        A -> B: true;
    }
}

#[test]
fn who_is_stuck_behind_a_deadline_is_told_when_it_has_passed() {
    let hour = Duration::from_hours(1);
    let run = Simulation::new().run(|| late::Choreography::new(hour / 2));
    assert_eq!(
        run.trace.to_string(),
        "1800s  A is stuck: it waits in its own code\n\
         1800s  B is stuck: it waits for `last` from A",
    );
    assert_eq!(run.time, hour / 2, "nothing could happen after it");
    let error = run.results.b.expect_err("it waits");
    assert!(matches!(error.downcast_ref(), Some(Halt::Waits { step, .. }) if step.label == "last"));
    assert!(error.to_string().contains("interrupted.rs:"), "{error}");
}

#[test]
fn a_deadline_beyond_the_patience_of_a_run_is_not_waited_for() {
    let hour = Duration::from_hours(1);
    let run = Simulation::new().run(|| late::Choreography::new(2 * hour));
    assert_eq!(
        run.trace.to_string(),
        "3600s  A is stuck: it waits in its own code\n\
         3600s  B is stuck: it waits for `first` from A",
    );
    assert_eq!(run.time, hour);
    let run = Simulation::new().patience(3 * hour).run(|| late::Choreography::new(2 * hour));
    assert!(run.trace.to_string().ends_with("B is stuck: it waits for `last` from A"));
    assert_eq!(run.time, 2 * hour);
}

#[test]
fn no_deadline_and_no_patience_is_too_long() {
    let run =
        Simulation::new().patience(Duration::MAX).run(|| late::Choreography::new(Duration::MAX));
    assert!(run.trace.to_string().ends_with("B is stuck: it waits for `first` from A"));
    assert!(run.time > Duration::from_hours(24 * 365));
}

#[test]
fn a_crash_in_one_branch_ends_the_others() {
    let log = Log::default();
    let crash = "A crashes before sending both.one to B, round 1".parse().expect("a decision");
    let run = Simulation::new().fault(crash).run(|| both::Choreography::new(&log));
    assert_eq!(
        run.trace.to_string(),
        "A crashed before sending both.one to B, round 1\n\
         B failed because A did",
    );
    assert_eq!(log.take(), [""; 0], "nothing of the other branch was run");
    let crash = "A crashes after sending both.other to B, round 1".parse().expect("a decision");
    let run = Simulation::new().fault(crash).run(|| both::Choreography::new(&log));
    assert_eq!(
        run.trace.to_string(),
        "A -> B: one = 1\n\
         A -> B: done = 3\n\
         A -> B: other = 2\n\
         A crashed after sending both.other to B, round 1\n\
         B failed because A did",
    );
    assert_eq!(log.take(), ["one"]);
}

/// Nobody is left waiting: `check` fails for roles that are stuck.
#[test]
fn no_crash_or_cut_in_a_branch_leaves_anybody_waiting() {
    let log = Log::default();
    let report = explore(|| both::Choreography::new(&log)).crashes(1).cuts(1).check(|run| {
        let faulty = !run.schedule.decisions.is_empty();
        assert!(run.results.b.is_err() || !faulty || run.results.a.is_err(), "{}", run.trace);
    });
    assert!(report.faults > 2 + 2 * 8 + 4 && !report.bounded, "{report}");
}

#[test]
fn a_run_whose_future_is_dropped_keeps_nothing() {
    let token = Token::default();
    let mut context = Context::from_waker(Waker::noop());
    let mut run = Box::pin(simulate(pass::Choreography::new(token.clone())));
    assert!(matches!(run.as_mut().poll(&mut context), Poll::Pending));
    assert!(Arc::strong_count(&token.shared) > 1);
    drop(run);
    assert_eq!(Arc::strong_count(&token.shared), 1);

    let mut run = Box::pin(simulate(flood::Choreography::new(token.clone())));
    assert!(matches!(run.as_mut().poll(&mut context), Poll::Pending));
    assert!(Arc::strong_count(&token.shared) > 3, "they lie in the queue");
    drop(run);
    assert_eq!(Arc::strong_count(&token.shared), 1);
}

#[test]
fn a_role_that_crashes_keeps_nothing() {
    let token = Token::default();
    for crash in [
        "A crashes after sending pass.given to B, round 1",
        "B crashes after receiving pass.given from A, round 1",
        "B crashes before receiving pass.again from A, round 1",
    ] {
        let decision = crash.parse().expect("a decision");
        let simulation = Simulation::new().untraced().fault(decision);
        let run = simulation.run(|| pass::Choreography::new(token.clone()));
        assert_eq!(run.schedule.to_string(), crash);
        drop(run);
        assert_eq!(Arc::strong_count(&token.shared), 1, "{crash}");
    }
}

#[test]
fn a_session_inside_a_role_is_its_own_affair() {
    let log = Log::default();
    let run = Simulation::new()
        .patience(Duration::from_hours(9))
        .run(|| outer::Choreography::new(&log, 7));
    assert_eq!(run.results.b.expect("it ends"), 14);
    assert_eq!(run.trace.to_string(), "B -> A: asked = true\n25200s  A -> B: x = 14");
    assert_eq!(run.time, Duration::from_hours(7), "time is that of the run around it");
}

#[test]
fn a_session_that_fails_inside_a_role_fails_the_role() {
    let log = Log::default();
    let run = Simulation::new().patience(Duration::MAX).run(|| outer::Choreography::new(&log, 128));
    let error = run.results.a.expect_err("256 is no byte");
    assert!(error.downcast_ref::<std::num::TryFromIntError>().is_some(), "{error}");
    // Who failed first, for both.
    assert_eq!(error.cause().role(), "X");
    assert_eq!(run.results.b.expect_err("A failed").cause().role(), "X");
}

/// The session's roles go with the role that plays them.
#[test]
fn a_role_that_crashes_takes_the_session_inside_with_it() {
    let log = Log::default();
    let make = || {
        log.take();
        outer::Choreography::new(&log, 0)
    };
    let report = explore(make).crashes(1).cuts(1).check(|run| {
        let early = run.schedule.decisions.iter().map(ToString::to_string).any(|decision| {
            let sent = "B crashes after sending outer.asked to A, round 1";
            decision.ends_with("start") || decision.contains("outer.asked") && decision != sent
        });
        assert_eq!(log.take().is_empty(), early, "{}", run.schedule);
    });
    assert!(report.faults > 8 && !report.bounded, "{report}");
}

#[test]
fn a_difference_inside_a_session_inside_is_the_roles_error() {
    let counter = AtomicU32::new(0);
    let run = Simulation::new().run(|| around::Choreography::new(&counter));
    let error = run.results.a.expect_err("they differ");
    assert!(matches!(error.downcast_ref(), Some(Halt::Differs(_))), "{error}");
    assert!(run.results.b.is_err());
}
