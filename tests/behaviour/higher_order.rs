//! Choreographies as parameters, arguments, bindings and results.

use crate::seeds;
use chor::prelude::*;
use chor::sim::simulate;

chor! {
    chor times_ten[A, B](x: u32 @ A) -> u32 @ B { A -> B: x * 10 }
    chor plus_ten[B, C](x: u32 @ B) -> u32 @ C { B -> C: x + 10 }

    chor chain[A, B, C](
        first: chor(u32 @ A) -> u32 @ B,
        second: chor(u32 @ B) -> u32 @ C,
        x: u32 @ A,
    ) -> u32 @ C {
        let y = first(x);
        second(y)
    }
    chor chained[A, B, C](x: u32 @ A) -> u32 @ C {
        chain[A, B, C](times_ten[A, B], plus_ten[B, C], x)
    }

    chor compose[A, B, C](
        first: chor(u32 @ A) -> u32 @ B,
        second: chor(u32 @ B) -> u32 @ C,
    ) -> chor(u32 @ A) -> u32 @ C | B {
        move chor(x: u32 @ A) -> u32 @ C | B {
            let y = first(x);
            second(y)
        }
    }
    chor composed[A, B, C](x: u32 @ A, y: u32 @ A) -> u32 @ C {
        let both = compose[A, B, C](times_ten[A, B], plus_ten[B, C]);
        let there = both(x);
        let more = both(y);
        there + more
    }

    chor decided[A, B](decide: chor(u32 @ A) -> bool @ A | B, price: u32 @ A) -> bool @ [A, B] {
        let before: bool = A => B: decided_before(price);
        [A, B]: assert!(!before);
        let yes = decide(price);
        let yes: bool = A => B: yes;
        yes
    }
    chor alone[A, B](budget: u32 @ A, price: u32 @ A) -> bool @ [A, B] {
        decided[A, B](chor(price) { A: price <= budget }, price)
    }
    chor with_help[A, B](budget: u32 @ A, help: u32 @ B, price: u32 @ A) -> bool @ [A, B] {
        let half = chor(price: u32 @ A) -> bool @ A | B {
            let rest: u32 = A -> B: price / 2;
            let helps: bool = B -> A: rest <= help;
            A: helps && price - price / 2 <= budget
        };
        decided[A, B](half, price)
    }
    chor captured[A, B](names: Vec<String> @ A, extra: &str @ B) -> Vec<String> @ B {
        let send = chor(index: usize @ [A, B]) -> String @ B {
            let name: String = A -> B: names[index].clone();
            B: format!("{name}{extra}")
        };
        let first = send(0usize);
        let second = send(1usize);
        B: vec![first, second]
    }
    chor repeated[A, B]<T: Message>(step: chor(T @ A) -> T @ A | B, n: u32 @ [A, B], start: T @ A) -> T @ A {
        let mut value: T @ A = start;
        for _ in 0..n {
            value = step(value);
        }
        value
    }
    chor ended_early[A, B](x: u32 @ [A, B]) -> u32 @ A {
        let capped = chor(y: u32 @ A) -> u32 @ A {
            if y > 3 {
                return 3;
            }
            y
        };
        capped(x)
    }
    chor doubled[A, B](n: u32 @ [A, B]) -> u64 @ A {
        repeated[A, B](chor(x: u64 @ A) -> u64 @ A | B { let x: u64 = A -> B: x; B -> A: x * 2 }, n, A: 1u64)
    }
}

fn decided_before(_: u32) -> bool {
    false
}

#[tokio::test]
async fn choreographies_are_arguments() -> Result<(), Error> {
    assert_eq!(simulate(chained::Choreography::new(41)).await?.c, 420);
    Ok(())
}

#[tokio::test]
async fn choreographies_are_results() -> Result<(), Error> {
    assert_eq!(simulate(composed::Choreography::new(40, 0)).await?.c, 420);
    Ok(())
}

#[tokio::test]
async fn decisions_are_choreographies() -> Result<(), Error> {
    for (budget, price, yes) in [(100, 50, true), (49, 50, false)] {
        let outcome = simulate(alone::Choreography::new(budget, price)).await?;
        assert_eq!((outcome.a, outcome.b), (yes, yes));
    }
    for (budget, help, yes) in [(75, 75, true), (75, 20, false), (20, 75, false)] {
        let outcome = simulate(with_help::Choreography::new(budget, help, 150)).await?;
        assert_eq!((outcome.a, outcome.b), (yes, yes));
    }
    Ok(())
}

#[tokio::test]
async fn captured_variables_are_what_they_were() -> Result<(), Error> {
    let names = vec!["x".to_owned(), "y".to_owned()];
    let outcome = simulate(captured::Choreography::new(names, "!")).await?;
    assert_eq!(outcome.b, ["x!", "y!"]);
    Ok(())
}

#[tokio::test]
async fn return_ends_the_anonymous_one() -> Result<(), Error> {
    assert_eq!(simulate(ended_early::Choreography::new(7)).await?.a, 3);
    assert_eq!(simulate(ended_early::Choreography::new(2)).await?.a, 2);
    Ok(())
}

#[tokio::test]
async fn values_may_be_called_any_number_of_times() -> Result<(), Error> {
    assert_eq!(simulate(doubled::Choreography::new(5)).await?.a, 32);
    Ok(())
}

#[test]
fn seeds_change_nothing() {
    seeds::change_nothing(|| chained::Choreography::new(41));
    seeds::change_nothing(|| composed::Choreography::new(40, 0));
}
