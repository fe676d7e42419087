//! `->` and `=>`, to one and to several, by value and by reference.

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    chor moved[A, B](x: String @ A) -> String @ B { A -> B: x }
    chor copied[A, B](x: String @ A) -> String @ [A, B] { A => B: x }
    chor spread[A, B, C](x: String @ A) -> String @ [B, C] { A -> [B, C]: x }
    chor copied_to_all[A, B, C](x: String @ A) -> String @ [A, B, C] {
        let y: String = A => [B, C]: x + "!";
        y
    }
    chor by_reference[A, B](x: String @ A) -> (String @ A, String @ B) {
        let y: String = A -> B: &x;
        (A: x, B: y)
    }
    chor reference_copied[A, B](x: String @ A) -> (String @ A, String @ [A, B]) {
        let y: String = A => B: &x;
        (A: x, y)
    }
    chor widened[A, B, C](x: u32 @ [A, B]) -> u32 @ [A, B, C] { A => C: x }
    #[allow(clippy::cast_possible_truncation, reason = "a cast also says the type")]
    chor ascribed[A, B](x: u64 @ A) -> u8 @ B { let y = A -> B: x as u8; y }
    chor literal[A, B]() -> u16 @ B { let y = A -> B: 7u16; y }
    chor statement_keeps[A, B](x: String @ A) -> String @ A {
        A => B: x;
        A: x
    }
    chor in_a_tail[A, B](x: u32 @ A) -> Option<u32> @ B {
        if A => B: x > 3 { A -> B: Some(x) } else { B: None }
    }
}

#[tokio::test]
async fn a_moved_value_is_at_the_receiver() -> Result<(), Error> {
    let outcome = simulate(moved::Choreography::new("x".to_owned())).await?;
    assert_eq!(outcome, moved::Outcome { a: (), b: "x".to_owned() });
    Ok(())
}

#[tokio::test]
async fn a_copied_value_is_at_both() -> Result<(), Error> {
    let outcome = simulate(copied::Choreography::new("x".to_owned())).await?;
    assert_eq!((outcome.a, outcome.b), ("x".to_owned(), "x".to_owned()));
    Ok(())
}

#[tokio::test]
async fn several_receive() -> Result<(), Error> {
    let outcome = simulate(spread::Choreography::new("x".to_owned())).await?;
    assert_eq!((outcome.b.as_str(), outcome.c.as_str()), ("x", "x"));
    let outcome = simulate(copied_to_all::Choreography::new("x".to_owned())).await?;
    assert_eq!((outcome.a.as_str(), outcome.b.as_str(), outcome.c.as_str()), ("x!", "x!", "x!"));
    Ok(())
}

#[tokio::test]
async fn a_reference_leaves_the_value() -> Result<(), Error> {
    let outcome = simulate(by_reference::Choreography::new("x".to_owned())).await?;
    assert_eq!((outcome.a.as_str(), outcome.b.as_str()), ("x", "x"));
    let outcome = simulate(reference_copied::Choreography::new("x".to_owned())).await?;
    assert_eq!(outcome.a, ("x".to_owned(), "x".to_owned()));
    assert_eq!(outcome.b, "x");
    Ok(())
}

#[tokio::test]
async fn a_copied_variable_stays_where_it_was() -> Result<(), Error> {
    let outcome = simulate(widened::Choreography::new(4)).await?;
    assert_eq!((outcome.a, outcome.b, outcome.c), (4, 4, 4));
    let outcome = simulate(statement_keeps::Choreography::new("x".to_owned())).await?;
    assert_eq!(outcome.a, "x");
    Ok(())
}

#[tokio::test]
async fn payloads_show_their_type() -> Result<(), Error> {
    assert_eq!(simulate(ascribed::Choreography::new(257)).await?.b, 1);
    assert_eq!(simulate(literal::Choreography::new()).await?.b, 7);
    assert_eq!(simulate(in_a_tail::Choreography::new(4)).await?.b, Some(4));
    assert_eq!(simulate(in_a_tail::Choreography::new(3)).await?.b, None);
    Ok(())
}
