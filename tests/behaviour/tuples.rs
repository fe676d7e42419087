//! Choreographic tuples: values at several roles at once.

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    chor exchange[A, B](x: u32 @ A, y: String @ B) -> (String @ A, u32 @ B) {
        (B -> A: y, A -> B: x)
    }
    chor taken_apart[A, B](x: u32 @ A, y: String @ B) -> (usize @ A, u32 @ B) {
        let (y, x) = exchange[A, B](x, y);
        (A: y.len(), B: x + 1)
    }
    chor kept_whole[A, B](x: u32 @ A, y: String @ B) -> (String @ A, u32 @ B) {
        let pair = exchange[A, B](x, y);
        pair
    }
    chor pairs[A, B](pair: (u32 @ A, u32 @ B)) -> u32 @ B {
        let (x, y) = pair;
        let x: u32 = A -> B: x;
        x * 10 + y
    }
    chor given[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ B { pairs[A, B]((A: x, B: y)) }
    chor nested[A, B](x: u32 @ A) -> ((u32 @ A, u32 @ B), u32 @ [A, B]) {
        let y: u32 = A => B: x;
        ((A: y + 1, B: y + 2), y)
    }
    chor narrowed[A, B](x: u32 @ [A, B], y: u32 @ B) -> (u32 @ A, u32 @ B) {
        let both = (A: x, y);
        both
    }
    chor branched[A, B](x: u32 @ [A, B]) -> (u32 @ A, u32 @ B) {
        if x > 3 { (A: 1, B: 2) } else { (A: 3, B: 4) }
    }
    chor whole_at_one[A, B](x: u32 @ A) -> (u32, bool) @ A { (A: x, A: x > 3) }
}

#[tokio::test]
async fn each_role_holds_its_elements() -> Result<(), Error> {
    let outcome = simulate(taken_apart::Choreography::new(1, "abc".to_owned())).await?;
    assert_eq!((outcome.a, outcome.b), (3, 2));
    let outcome = simulate(kept_whole::Choreography::new(1, "abc".to_owned())).await?;
    assert_eq!((outcome.a.as_str(), outcome.b), ("abc", 1));
    assert_eq!(simulate(given::Choreography::new(1, 2)).await?.b, 12);
    Ok(())
}

#[tokio::test]
async fn elements_may_be_agreements() -> Result<(), Error> {
    let outcome = simulate(nested::Choreography::new(1)).await?;
    assert_eq!((outcome.a, outcome.b), ((2, 1), (3, 1)));
    let outcome = simulate(narrowed::Choreography::new(1, 2)).await?;
    assert_eq!((outcome.a, outcome.b), (1, 2));
    Ok(())
}

#[tokio::test]
async fn branches_may_end_in_tuples() -> Result<(), Error> {
    let outcome = simulate(branched::Choreography::new(4)).await?;
    assert_eq!((outcome.a, outcome.b), (1, 2));
    assert_eq!(simulate(whole_at_one::Choreography::new(4)).await?.a, (4, true));
    Ok(())
}
