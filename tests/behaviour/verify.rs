//! `#[verify(agreement)]`: copies that should be equal are compared.

use chor::prelude::*;
use chor::sim::simulate;
use chor::{memory, together};

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Config {
    name: String,
}

chor! {
    #![verify(agreement)]

    chor given[A, B, C](x: u32 @ [A, B, C]) -> u32 @ C {
        let sum: u32 = A -> C: x;
        C: sum + x
    }

    #[verify(agreement = B)]
    chor judged[A, B, C](x: u32 @ [A, B, C]) -> u32 @ C {
        let sum: u32 = A -> C: x;
        C: sum + x
    }

    chor asserted[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ [A, B] {
        agree!(A: x, B: y)
    }

    /// A value that nobody uses afterwards is compared all the same.
    chor unused[A, B](x: u32 @ A, y: u32 @ B) {
        agree!(A: x, B: y);
    }

    chor borrowed[A, B](config: &Config @ [A, B]) -> usize @ [A, B] {
        config.name.len()
    }

    chor generic[A, B]<T: Message + PartialEq + std::fmt::Debug>(x: T @ [A, B], y: T @ B) -> bool @ A {
        let y: T = B -> A: y;
        A: x == y
    }

    chor changed[A, B](mut x: u32 @ [A, B]) -> u32 @ [A, B] {
        x += 1;
        x
    }

    chor in_a_value[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ [A, B] {
        apply[A, B](x, y, chor(x, y) { agree!(A: x, B: y) })
    }
    chor apply[P, Q](x: u32 @ P, y: u32 @ Q, f: chor(u32 @ P, u32 @ Q) -> u32 @ [P, Q]) -> u32 @ [P, Q] {
        f(x, y)
    }

    chor in_a_branch[A, B, C](take: bool @ [A, B], x: u32 @ A, y: u32 @ B) -> u32 @ C {
        let z = if take { agree!(A: x, B: y) } else { [A, B]: 0 };
        A -> C: z as u32
    }

    chor replicated[A, B, C](x: u32 @ [A, B], y: u32 @ C) -> u32 @ [A, B, C] {
        agree!([A, B]: x * 2, C: y)
    }
}

/// Plays the roles, and gives their errors.
macro_rules! errors {
    ($($role:expr),+) => {{
        let ends = memory::session_of(&vec![1; [$(stringify!($role)),+].len()]);
        let mut ends = ends.iter();
        let results = together(($(play_role($role, ends.next().unwrap()),)+)).await;
        errors!(@ results; $($role),+)
    }};
    (@ $results:ident; $one:expr, $two:expr) => {
        [$results.0.unwrap_err(), $results.1.unwrap_err()]
    };
    (@ $results:ident; $one:expr, $two:expr, $three:expr) => {
        [$results.0.unwrap_err(), $results.1.unwrap_err(), $results.2.unwrap_err()]
    };
}

#[tokio::test]
async fn equal_values_pass() -> Result<(), Error> {
    assert_eq!(simulate(given::Choreography::new(4)).await?.c, 8);
    assert_eq!(simulate(judged::Choreography::new(4)).await?.c, 8);
    assert_eq!(simulate(asserted::Choreography::new(4, 4)).await?.b, 4);
    simulate(unused::Choreography::new(4, 4)).await?;
    let config = Config { name: "abc".to_owned() };
    assert_eq!(simulate(borrowed::Choreography::new(&config)).await?.b, 3);
    assert!(simulate(generic::Choreography::new("x".to_owned(), "x".to_owned())).await?.a);
    assert_eq!(simulate(changed::Choreography::new(4)).await?.b, 5);
    assert_eq!(simulate(in_a_value::Choreography::new(4, 4)).await?.b, 4);
    assert_eq!(simulate(in_a_branch::Choreography::new(true, 4, 4)).await?.c, 4);
    assert_eq!(simulate(in_a_branch::Choreography::new(false, 4, 5)).await?.c, 0);
    assert_eq!(simulate(replicated::Choreography::new(4, 8)).await?.c, 8);
    Ok(())
}

#[tokio::test]
async fn different_parameters_fail_all_roles() {
    let errors = errors!(given::A::new(123), given::B::new(123), given::C::new(456));
    let text = "values of an agreement differ: x at tests/behaviour/verify.rs:15: A = 123, B = 123, C = 456";
    assert_eq!(errors.map(|error| error.to_string()), [text; 3]);
    let errors = errors!(judged::A::new(123), judged::B::new(123), judged::C::new(456));
    let text = "values of an agreement differ: x at tests/behaviour/verify.rs:21: A = 123, B = 123, C = 456";
    assert_eq!(errors.map(|error| error.to_string()), [text; 3]);
}

#[tokio::test]
async fn what_is_behind_a_reference_is_compared() {
    let [one, other] = ["one", "other"].map(|name| Config { name: name.to_owned() });
    let errors = errors!(borrowed::A::new(&one), borrowed::B::new(&other));
    for error in errors {
        let text = error.to_string();
        assert!(
            text.ends_with(r#": A = Config { name: "one" }, B = Config { name: "other" }"#),
            "{text}"
        );
    }
}

#[tokio::test]
async fn wrong_assertions_fail_all_roles() {
    let ends = |errors: &[Error], end: &str| {
        for error in errors {
            let text = error.to_string();
            assert!(text.starts_with("values of an agreement differ: agree!("), "{text}");
            assert!(text.ends_with(end), "{text}");
        }
    };
    ends(&errors!(asserted::A::new(1), asserted::B::new(2)), "A = 1, B = 2");
    ends(&errors!(unused::A::new(1), unused::B::new(2)), "A = 1, B = 2");
    ends(&errors!(in_a_value::A::new(1), in_a_value::B::new(2)), "A = 1, B = 2");
    ends(
        &errors!(replicated::A::new(1), replicated::B::new(1), replicated::C::new(3)),
        "A = 2, B = 2, C = 3",
    );
    let errors =
        errors!(in_a_branch::A::new(true, 1), in_a_branch::B::new(true, 2), in_a_branch::C::new());
    ends(&errors[..2], "agree!(A: x, B: y) at tests/behaviour/verify.rs:57: A = 1, B = 2");
    assert_eq!(errors[2].cause(), errors[0].cause());
}

/// `simulate` gives the error, which names the values; not that of a role to which it only came.
#[tokio::test]
async fn the_simulation_says_it() {
    let error = simulate(asserted::Choreography::new(1, 2)).await.unwrap_err();
    assert!(matches!(error, Error::Agreement { .. }), "{error:?}");
}
