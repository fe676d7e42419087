//! One role's failure reaches every role that still needs it, and no other.

use chor::prelude::*;
use chor::{Cause, Reason, memory};
use std::future::pending;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Long enough for any machine; only a test that hangs waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("a role hangs")
}

async fn ended<T>(task: JoinHandle<T>) -> T {
    soon(task).await.expect("a role panicked")
}

chor! {
    /// A line of roles: what `A` tells, each tells the next. `D` needs nobody.
    chor line[A, B, C, D](start: impl Future<Output = Result<u32, std::num::ParseIntError>> @ A) -> u32 @ [C, D] {
        let first: u32 = A -> B: start.await?;
        let second: u32 = B -> C: first + 1;
        let third: u32 = D => C: 7u32;
        C: second;
        third
    }
    chor two[A, B](work: impl Future<Output = u32> @ A) -> u32 @ B {
        let early: u32 = A -> B: 1u32;
        let late: u32 = A -> B: work.await;
        early + late
    }
    chor finished[A, B](x: u32 @ A) -> u32 @ B {
        let x: u32 = A -> B: x;
        B: { tokio::task::yield_now().await; x }
    }
    chor answered[A, B](x: u32 @ A) -> u32 @ A {
        let y: u32 = A -> B: x;
        B -> A: y + 1
    }
    chor counts_to[A, B](n: u32 @ A, fails_at: u32 @ B) -> u32 @ A {
        let mut i: u32 @ A = 0;
        while A => B: i < n {
            let j: u32 = A -> B: i;
            B: anyhow::ensure!(j != fails_at, "no {j} today");
            i += 1;
        }
        A: i
    }
}

#[tokio::test]
async fn the_first_cause_is_passed_on() {
    let [a, b, c, d] = memory::session();
    let c = tokio::spawn(async move { play_role(line::C::new(), &c).await });
    let b = tokio::spawn(async move { play_role(line::B::new(), &b).await });
    let d = tokio::spawn(async move { play_role(line::D::new(), &d).await });
    let own = soon(play_role(line::A::new(async { "x".parse() }), &a)).await.unwrap_err();
    assert!(own.downcast_ref::<std::num::ParseIntError>().is_some(), "{own:?}");

    for (error, role, peer) in
        [(ended(b).await.unwrap_err(), "B", "A"), (ended(c).await.unwrap_err(), "C", "B")]
    {
        assert_eq!((error.role(), error.peer()), (role, Some(peer)), "{error:?}");
        let cause: Cause = error.cause();
        assert_eq!(cause, own.cause());
        assert_eq!(cause.role(), "A");
        assert_eq!(*cause.reason(), Reason::Error("invalid digit found in string".to_owned()));
        assert!(cause.place().to_string().contains("failures.rs:"), "{}", cause.place());
    }
    assert_eq!(ended(d).await.unwrap(), 7, "who needs nobody finishes");
}

#[tokio::test]
async fn a_waiting_role_is_woken_by_a_panic() {
    let [a, b] = memory::session();
    let b = tokio::spawn(async move { play_role(two::B::new(), &b).await });
    let a =
        tokio::spawn(async move { play_role(two::A::new(async { panic!("at work") }), &a).await });
    let error = ended(b).await.unwrap_err();
    assert_eq!(*error.cause().reason(), Reason::Panic("at work".to_owned()));
    assert!(soon(a).await.unwrap_err().is_panic(), "the panic goes on in its own task");
}

#[tokio::test]
async fn a_cancelled_role_is_missed() {
    let [a, b] = memory::session();
    let b = tokio::spawn(async move { play_role(two::B::new(), &b).await });
    let a = tokio::spawn(async move { play_role(two::A::new(pending()), &a).await });
    tokio::task::yield_now().await;
    a.abort();
    let error = ended(b).await.unwrap_err();
    assert_eq!((error.role(), error.peer()), ("B", Some("A")));
    assert_eq!(*error.cause().reason(), Reason::Cancelled);
}

#[tokio::test]
async fn a_role_that_was_never_polled_is_missed() {
    let [a, b] = memory::session();
    drop(play_role(two::A::new(async { 1 }), &a));
    let error = soon(play_role(two::B::new(), &b)).await.unwrap_err();
    assert_eq!(*error.cause().reason(), Reason::Cancelled);
}

#[tokio::test]
async fn finished_is_not_gone() {
    let [a, b] = memory::session();
    soon(play_role(finished::A::new(4), &a)).await.unwrap();
    assert_eq!(soon(play_role(finished::B::new(), &b)).await.unwrap(), 4);
}

#[tokio::test]
async fn a_role_of_another_choreography_is_found_out() {
    let [a, b] = memory::session();
    let b = tokio::spawn(async move { play_role(finished::B::new(), &b).await });
    let a = soon(play_role(answered::A::new(4), &a)).await.unwrap_err();
    let b = ended(b).await.unwrap_err();
    let text = b.to_string();
    assert!(text.contains("`finished`") && text.contains("`answered`"), "{text}");
    assert_eq!(a.cause(), b.cause(), "{a:?}");
}

#[tokio::test]
async fn a_sender_learns_at_its_next_message() {
    let error = soon(chor::sim::simulate(counts_to::Choreography::new(9, 3))).await.unwrap_err();
    assert_eq!(error.role(), "B");
    assert!(error.cause().to_string().ends_with("no 3 today"), "{}", error.cause());
    let outcome = soon(chor::sim::simulate(counts_to::Choreography::new(3, 3))).await.unwrap();
    assert_eq!(outcome.a, 3);
}

#[tokio::test]
async fn sessions_do_not_meet() {
    let [a1, b1] = memory::session();
    let [a2, b2] = memory::session();
    let (first, second) = tokio::join!(
        async {
            tokio::join!(play_role(answered::A::new(1), &a1), play_role(answered::B::new(), &b1)).0
        },
        async {
            tokio::join!(play_role(answered::A::new(10), &a2), play_role(answered::B::new(), &b2)).0
        },
    );
    assert_eq!((first.unwrap(), second.unwrap()), (2, 11));
}

#[tokio::test]
async fn a_role_at_the_wrong_end_is_told_so() {
    let [a, _b] = memory::session();
    let error = soon(play_role(answered::B::new(), &a)).await.unwrap_err();
    assert!(matches!(error, chor::Error::Setup { .. }), "{error:?}");
}
