//! Replicated code, narrowing, and agreements that several roles change together.

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    chor replicated[A, B](x: u32 @ [A, B]) -> u32 @ [A, B] {
        let mut y = [A, B]: x * 2;
        y += 1;
        y
    }
    chor narrowed[A, B](xs: Vec<u32> @ [A, B]) -> (Vec<u32> @ A, usize @ B) {
        let own = A: xs;
        (A: own, B: xs.len())
    }
    chor read_by_one[A, B](xs: Vec<u32> @ [A, B]) -> (bool @ A, Vec<u32> @ [A, B]) {
        let found = A: xs.contains(&3) && xs == [1, 2, 3] && xs[0] < xs[1];
        (A: found, xs)
    }
    chor agreed[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ [A, B] {
        let z = agree!(A: x, B: y);
        z + 1
    }
    chor placed[A, B, C](x: u32 @ [A, B], y: u32 @ [B, C]) -> u32 @ B {
        let sum = x + y;
        sum
    }
    chor replaced[A, B](xs: Vec<u32> @ A) -> Vec<u32> @ [A, B] {
        let mut all: Vec<u32> @ [A, B] = vec![7];
        let before = all.len();
        all = A => B: xs;
        all.push(u32::try_from(before)?);
        all
    }
}

#[tokio::test]
async fn all_compute_the_same() -> Result<(), Error> {
    let outcome = simulate(replicated::Choreography::new(4)).await?;
    assert_eq!((outcome.a, outcome.b), (9, 9));
    Ok(())
}

#[tokio::test]
async fn narrowing_takes_one_copy() -> Result<(), Error> {
    let outcome = simulate(narrowed::Choreography::new(vec![1, 2])).await?;
    assert_eq!((outcome.a, outcome.b), (vec![1, 2], 2));
    Ok(())
}

#[tokio::test]
async fn one_role_may_read() -> Result<(), Error> {
    let outcome = simulate(read_by_one::Choreography::new(vec![1, 2, 3])).await?;
    assert_eq!(outcome.a, (true, vec![1, 2, 3]));
    assert_eq!(outcome.b, vec![1, 2, 3]);
    Ok(())
}

#[tokio::test]
async fn agree_costs_no_message() -> Result<(), Error> {
    let outcome = simulate(agreed::Choreography::new(4, 4)).await?;
    assert_eq!((outcome.a, outcome.b), (5, 5));
    assert!(agreed::PROTOCOL.steps.is_empty());
    Ok(())
}

#[tokio::test]
async fn plain_rust_runs_where_all_it_mentions_is() -> Result<(), Error> {
    let outcome = simulate(placed::Choreography::new(1, 2)).await?;
    assert_eq!(outcome.b, 3);
    Ok(())
}

#[tokio::test]
async fn a_message_can_be_assigned() -> Result<(), Error> {
    let outcome = simulate(replaced::Choreography::new(vec![1])).await?;
    assert_eq!((outcome.a, outcome.b), (vec![1, 1], vec![1, 1]));
    Ok(())
}
