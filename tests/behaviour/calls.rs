//! Calls: renamed roles, arguments, recursion.

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    chor add[P, Q](x: u32 @ P, y: u32 @ Q) -> u32 @ Q {
        let x: u32 = P -> Q: x;
        x + y
    }
    chor twice[A, B, C](x: u32 @ A, y: u32 @ B) -> (u32 @ B, u32 @ A) {
        let there = add[A, B](x, y);
        let back = add[B, A](B: there, A: 1000 + x);
        (B: there, A: back)
    }
    chor sent_arguments[A, B, C](x: u32 @ C) -> u32 @ B {
        add[A, B](C -> A: x, C -> B: x + 1)
    }
    chor falls[A, B](n: u32 @ [A, B]) -> Vec<u32> @ A {
        if n == 0 { A: vec![0] } else {
            let mut below: Vec<u32> = { let list = falls[B, A](n - 1); let list: Vec<u32> = B -> A: list; list };
            below.push(n);
            below
        }
    }
    chor even[A, B](n: u32 @ [A, B]) -> bool @ [A, B] { if n == 0 { true } else { odd[B, A](n - 1) } }
    chor odd[A, B](n: u32 @ [A, B]) -> bool @ [A, B] { if n == 0 { false } else { even[B, A](n - 1) } }
    chor wider[A, B](x: u32 @ [A, B]) -> u32 @ B {
        add[A, B](x, x)
    }
}

#[tokio::test]
async fn roles_are_renamed() -> Result<(), Error> {
    let outcome = simulate(twice::Choreography::new(1, 10)).await?;
    assert_eq!((outcome.b, outcome.a), (11, 1012));
    Ok(())
}

#[tokio::test]
async fn arguments_may_be_messages() -> Result<(), Error> {
    assert_eq!(simulate(sent_arguments::Choreography::new(3)).await?.b, 7);
    assert_eq!(simulate(wider::Choreography::new(3)).await?.b, 6);
    Ok(())
}

#[tokio::test]
async fn recursion_may_be_mutual() -> Result<(), Error> {
    assert_eq!(simulate(falls::Choreography::new(3)).await?.a, vec![0, 1, 2, 3]);
    for (n, value) in [(0, true), (5, false), (6, true)] {
        let outcome = simulate(even::Choreography::new(n)).await?;
        assert_eq!((outcome.a, outcome.b), (value, value));
    }
    Ok(())
}

/// What crosses to a role that a call doesn't name is nothing, whether the call is of a choreography,
/// of a value, or inside a branch that the role knows nothing of.
#[test]
fn a_role_without_a_part_in_a_call_gets_no_message() {
    let run = chor::sim::Simulation::new().run(|| twice::Choreography::new(1, 10));
    assert_eq!((run.trace.messages(), run.trace.messages_by("C")), (2, 0));
    assert!(run.trace.events().all(|event| event.role() != "C" || is_end(&event)), "{}", run.trace);
    assert_eq!((run.results.a.unwrap(), run.results.b.unwrap()), (1012, 11));

    let run = chor::sim::Simulation::new().run(|| sent_arguments::Choreography::new(1));
    assert_eq!((run.trace.messages(), run.trace.messages_by("C")), (3, 2));
    assert_eq!(run.trace.to_string(), "C -> A: x = 1\nC -> B: y = 2\nA -> B: x = 1");
}

fn is_end(event: &chor::sim::Event<'_>) -> bool {
    matches!(event.what(), chor::sim::What::Ended(_))
}
