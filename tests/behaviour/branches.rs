//! `if`, `match`, `let .. else`, and conditions of several roles.

use chor::prelude::*;
use chor::sim::simulate;
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
enum Move {
    Up(u32),
    Down { by: u32 },
    Stop,
}

chor! {
    chor matched[A, B, C](step: Move @ A) -> i64 @ [A, B] {
        let step: Move = A => B: step;
        match step {
            Move::Up(by) if by > 100 => { let capped: i64 = B => A: 100; capped }
            Move::Up(by) => i64::from(by),
            Move::Down { by } => -i64::from(by),
            Move::Stop => 0,
        }
    }
    chor outside[A, B, C](x: u32 @ A) -> u32 @ C {
        if A => B: x > 3 { B: println!("big"); } else { A: println!("small"); }
        A -> C: x
    }
    chor both[A, B](x: u32 @ A, y: u32 @ B, asked: &AtomicU32 @ B) -> bool @ [A, B] {
        (A => B: x > 3) && (B => A: { asked.fetch_add(1, Ordering::Relaxed); y > 3 })
    }
    chor either[A, B](x: u32 @ A, y: u32 @ B) -> bool @ [A, B] {
        !(A => B: x > 3) || (B => A: y > 3)
    }
    chor chained[A, B](x: Option<u32> @ A) -> &'static str @ B {
        let x: Option<u32> = A => B: x;
        if let Some(x) = x && x > 3 { B: "big" } else if let Some(0) = x { B: "zero" } else { B: "other" }
    }
    chor unwrapped[A, B](x: Option<u32> @ A) -> u32 @ [A, B] {
        let Some(x): Option<u32> = A => B: x else { return 0; };
        x
    }
    chor nested[A, B, C](x: u32 @ A) -> u32 @ [A, B, C] {
        if A => [B, C]: x > 3 {
            if B => [A, C]: x_is_even(4) { let y: u32 = C => [A, B]: 1; y } else { 2 }
        } else {
            return 3;
        }
    }
}

fn x_is_even(x: u32) -> bool {
    x.is_multiple_of(2)
}

#[tokio::test]
async fn arms_of_a_match_are_choreographic() -> Result<(), Error> {
    for (step, value) in
        [(Move::Up(3), 3), (Move::Up(300), 100), (Move::Down { by: 2 }, -2), (Move::Stop, 0)]
    {
        let outcome = simulate(matched::Choreography::new(step)).await?;
        assert_eq!((outcome.a, outcome.b), (value, value));
    }
    Ok(())
}

#[tokio::test]
async fn roles_outside_go_on() -> Result<(), Error> {
    assert_eq!(simulate(outside::Choreography::new(4)).await?.c, 4);
    assert_eq!(simulate(outside::Choreography::new(2)).await?.c, 2);
    Ok(())
}

#[tokio::test]
async fn conditions_short_circuit() -> Result<(), Error> {
    let asked = AtomicU32::new(0);
    for (x, y, value) in [(4, 4, true), (4, 0, false), (0, 4, false)] {
        let outcome = simulate(both::Choreography::new(x, y, &asked)).await?;
        assert_eq!((outcome.a, outcome.b), (value, value));
    }
    assert_eq!(asked.into_inner(), 2);
    for (x, y, value) in [(4, 4, true), (4, 0, false), (0, 0, true)] {
        let outcome = simulate(either::Choreography::new(x, y)).await?;
        assert_eq!((outcome.a, outcome.b), (value, value));
    }
    Ok(())
}

#[tokio::test]
async fn let_binds_in_conditions() -> Result<(), Error> {
    for (x, value) in [(Some(4), "big"), (Some(0), "zero"), (Some(2), "other"), (None, "other")] {
        assert_eq!(simulate(chained::Choreography::new(x)).await?.b, value);
    }
    Ok(())
}

#[tokio::test]
async fn return_ends_all() -> Result<(), Error> {
    let outcome = simulate(unwrapped::Choreography::new(Some(4))).await?;
    assert_eq!((outcome.a, outcome.b), (4, 4));
    let outcome = simulate(unwrapped::Choreography::new(None)).await?;
    assert_eq!((outcome.a, outcome.b), (0, 0));
    let outcome = simulate(nested::Choreography::new(4)).await?;
    assert_eq!((outcome.a, outcome.b, outcome.c), (1, 1, 1));
    let outcome = simulate(nested::Choreography::new(1)).await?;
    assert_eq!((outcome.a, outcome.b, outcome.c), (3, 3, 3));
    Ok(())
}
