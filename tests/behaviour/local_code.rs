//! Rust in local code: `?`, `.await`, macros, closures, items.

use chor::prelude::*;
use chor::sim::simulate;

macro_rules! require {
    ($condition:expr) => {
        if !$condition {
            return Err(std::io::Error::other("required").into());
        }
    };
}

macro_rules! computes {
    ($name:ident, $sum:expr, $minus:expr, $range:expr, $next:expr, $odd:pat) => {
        chor! {
            chor $name[A, B](x: i32 @ A) -> (Vec<i32> @ A, Vec<i32> @ [A, B]) {
                let sent: i32 = A => B: x * $sum;
                let here = A: vec![$sum * 2, $minus.abs(), $next(3), sent];
                let both: Vec<i32> @ [A, B] = vec![$sum * 2, $range.sum(), sent];
                match $sum - 2 {
                    $odd => (A: here, both),
                    _ => (A: Vec::new(), both),
                }
            }
        }
    };
}
computes!(computed, 1 + 2, -4i32, 1..4, |x: i32| x + 1, 1 | 3);

chor! {
    chor awaited[A, B](x: u32 @ A) -> u32 @ B {
        let y: u32 = A -> B: { tokio::task::yield_now().await; x + 1 };
        B: { tokio::task::yield_now().await; y * 2 }
    }
    chor questions[A, B](text: String @ A, table: Vec<u32> @ B) -> u32 @ B {
        let index: usize = A -> B: text.parse()?;
        B: *table.get(index)?
    }
    chor macros[A, B](x: u32 @ A) -> String @ B {
        A: anyhow::ensure!(x > 1, "too small");
        A: require!(x > 2);
        let text: String = A -> B: format!("{x:>width$}", width = 3);
        B: format!("{text}|")
    }
    chor items[A, B](x: u32 @ A) -> u32 @ [A, B] {
        use std::collections::BTreeMap;
        const FACTOR: u32 = 3;
        fn scaled(x: u32) -> u32 { x * FACTOR }
        struct Pair(u32, u32);
        let map = A: BTreeMap::from([(x, scaled(x))]);
        let y: u32 = A => B: map[&x];
        let pair = [A, B]: Pair(y, FACTOR);
        pair.0 + pair.1
    }
    chor closures[A, B](xs: Vec<u32> @ A) -> u32 @ B {
        let sum: u32 = A -> B: xs.iter().map(|x| { if *x > 2 { return 0; } x * 2 }).sum();
        sum
    }
    chor shadowed[A, B](x: u32 @ [A, B]) -> (u32 @ A, u32 @ B) {
        let x = A: x + 1;
        let y: u32 = A -> B: { let x = x + 4; x * 2 };
        (A: x, B: y)
    }
}

#[tokio::test]
async fn code_may_await() -> Result<(), Error> {
    assert_eq!(simulate(awaited::Choreography::new(3)).await?.b, 8);
    Ok(())
}

#[tokio::test]
async fn question_marks_give_values_or_fail_the_role() -> Result<(), Error> {
    let play = |text: &str| simulate(questions::Choreography::new(text.to_owned(), vec![5, 6]));
    assert_eq!(play("1").await?.b, 6);
    let error = play("x").await.unwrap_err();
    assert_eq!(error.role(), "A");
    assert!(error.downcast_ref::<std::num::ParseIntError>().is_some(), "{error:?}");
    let error = play("7").await.unwrap_err();
    assert_eq!((error.role(), error.peer()), ("B", None));
    assert!(error.cause().to_string().ends_with("`?` on `None`"), "{}", error.cause());
    Ok(())
}

#[tokio::test]
async fn macros_may_leave_early() -> Result<(), Error> {
    assert_eq!(simulate(macros::Choreography::new(3)).await?.b, "  3|");
    for (x, text) in [(1, "too small"), (2, "required")] {
        let error = simulate(macros::Choreography::new(x)).await.unwrap_err();
        assert_eq!(error.role(), "A");
        assert!(error.cause().to_string().ends_with(text), "{}", error.cause());
    }
    Ok(())
}

#[tokio::test]
async fn what_a_macro_was_given_stays_one_expression() -> Result<(), Error> {
    let outcome = simulate(computed::Choreography::new(5)).await?;
    assert_eq!(outcome.a, (vec![6, 4, 4, 15], vec![6, 6, 15]));
    assert_eq!(outcome.b, [6, 6, 15]);
    Ok(())
}

macro_rules! under_seeds {
    ($name:ident, $sum:expr) => {
        #[chor::test(seeds = 2)]
        fn $name() {
            assert!($sum * 2 == 6, "parentheses got lost");
            let twice = $sum * 2;
            assert_eq!(twice, 6);
        }
    };
}
under_seeds!(and_in_a_test_under_seeds, 1 + 2);

#[tokio::test]
async fn items_and_closures_are_ordinary() -> Result<(), Error> {
    let outcome = simulate(items::Choreography::new(2)).await?;
    assert_eq!((outcome.a, outcome.b), (9, 9));
    assert_eq!(simulate(closures::Choreography::new(vec![1, 2, 3])).await?.b, 6);
    Ok(())
}

#[tokio::test]
async fn names_mean_their_latest_declaration() -> Result<(), Error> {
    let outcome = simulate(shadowed::Choreography::new(3)).await?;
    assert_eq!((outcome.a, outcome.b), (4, 16));
    Ok(())
}
