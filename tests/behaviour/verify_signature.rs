//! `#[verify(signature)]`: what the roles run is compared before they run it.

use chor::prelude::*;
use chor::sim::simulate;
use chor::{Protocol, memory, together};

mod first {
    use chor::prelude::*;

    chor! {
        #![verify(signature)]

        pub chor buy[Buyer, Seller, Bank](order: String @ Buyer, secret: u32 @ Bank) -> u32 @ Seller {
            let title: String = Buyer -> Seller: order;
            let price: u32 = Seller -> Buyer: 7;
            if Buyer => [Seller, Bank]: price < 10 {
                pay[Buyer, Bank](price);
            }
            Bank: println!("{secret}");
            Seller: u32::try_from(title.len())?
        }
        pub chor pay[From, To](amount: u32 @ From) {
            let amount: u32 = From -> To: amount;
            To: println!("{amount}");
        }

        pub chor generic[A, B]<T: Message>(x: T @ A) -> Vec<T> @ B {
            let y: Vec<T> = A -> B: vec![x];
            y
        }

        pub chor ping[A, B](n: u32 @ A) {
            let n: u32 = A => B: n;
            if n > 0 {
                pong[B, A](n);
            }
        }
        pub chor pong[A, B](n: u32 @ [A, B]) {
            ping[A, B](n - 1);
        }
    }
}

/// The same in other words.
mod renamed {
    use chor::prelude::*;

    chor! {
        #![verify(signature)]

        pub chor buy[Client, Shop, Money](wish: std::string::String @ Client, hidden: u32 @ Money) -> u32 @ Shop {
            let title: std::string::String = Client -> Shop: wish;
            let price: u32 = Shop -> Client: 8;
            if Client => [Shop, Money]: 10 > price {
                pay[Client, Money](price);
            }
            Money: println!("{hidden}");
            Shop: u32::try_from(title.len())?
        }
        pub chor pay[A, B](sum: u32 @ A) {
            let amount: u32 = A -> B: sum;
            B: println!("{amount}");
        }

        pub chor generic[B, A]<Item: Message>(x: Item @ B) -> std::vec::Vec<Item> @ A {
            let y: std::vec::Vec<Item> = B -> A: vec![x];
            y
        }

        pub chor ping[A, B](n: u32 @ A) {
            let n: u32 = A => B: n;
            if n > 0 {
                pong[B, A](n);
            }
        }
        pub chor pong[A, B](n: u32 @ [A, B]) {
            ping[A, B](n - 1);
        }
    }
}

/// With another type in the callee.
mod second {
    use chor::prelude::*;

    chor! {
        #![verify(signature)]

        pub chor buy[Buyer, Seller, Bank](order: String @ Buyer, secret: u32 @ Bank) -> u32 @ Seller {
            let title: String = Buyer -> Seller: order;
            let price: u32 = Seller -> Buyer: 7;
            if Buyer => [Seller, Bank]: price < 10 {
                pay[Buyer, Bank](price);
            }
            Bank: println!("{secret}");
            Seller: u32::try_from(title.len())?
        }
        pub chor pay[From, To](amount: u32 @ From) {
            let amount: u64 = From -> To: amount.into();
            To: println!("{amount}");
        }
    }
}

/// Various changes of `g`.
mod changes {
    use chor::prelude::*;

    pub(super) mod original {
        use super::*;
        chor! {
            pub chor g[A, B](x: u32 @ A, y: bool @ [A, B]) -> u32 @ B {
                let one: u32 = A -> B: x;
                if y {
                    let two: u32 = B -> A: one;
                    A: println!("{two}");
                }
                one
            }
        }
    }
    pub(super) mod other_type {
        use super::*;
        chor! {
            pub chor g[A, B](x: u32 @ A, y: bool @ [A, B]) -> u32 @ B {
                let one: u32 = A -> B: x;
                if y {
                    let two: u64 = B -> A: one.into();
                    A: println!("{two}");
                }
                one
            }
        }
    }
    pub(super) mod other_parameter {
        use super::*;
        chor! {
            pub chor g[A, B](x: u32 @ [A, B], y: bool @ [A, B]) -> u32 @ B {
                let one: u32 = A -> B: x;
                if y {
                    let two: u32 = B -> A: one;
                    A: println!("{two}");
                }
                one
            }
        }
    }
    pub(super) mod other_sender {
        use super::*;
        chor! {
            pub chor g[A, B](x: u32 @ A, y: bool @ [A, B]) -> u32 @ B {
                let one: u32 = A -> B: x;
                if y {
                    let two: u32 = A -> B: x;
                    B: println!("{two}");
                }
                one
            }
        }
    }
    pub(super) mod other_branch {
        use super::*;
        chor! {
            pub chor g[A, B](x: u32 @ A, y: bool @ [A, B]) -> u32 @ B {
                let one: u32 = A -> B: x;
                while y {
                    let two: u32 = B -> A: one;
                    A: println!("{two}");
                }
                one
            }
        }
    }
    pub(super) mod compares {
        use super::*;
        chor! {
            #[verify(agreement)]
            pub chor g[A, B](x: u32 @ A, y: bool @ [A, B]) -> u32 @ B {
                let one: u32 = A -> B: x;
                if y {
                    let two: u32 = B -> A: one;
                    A: println!("{two}");
                }
                one
            }
        }
    }
    pub(super) mod fewer {
        use super::*;
        chor! {
            pub chor g[A, B](x: u32 @ A, y: bool @ [A, B]) -> u32 @ B {
                let one: u32 = A -> B: x;
                B: println!("{y}");
                one
            }
        }
    }
}

/// What a transport says of two that differ.
fn difference(one: &'static Protocol, other: &'static Protocol) -> String {
    assert_ne!(one.digest(), other.digest());
    one.mismatch(other.normal()).to_string()
}

#[test]
fn names_that_make_no_difference_make_none() {
    for (one, other) in [
        (&first::buy::PROTOCOL, &renamed::buy::PROTOCOL),
        (&first::pay::PROTOCOL, &renamed::pay::PROTOCOL),
        (&first::generic::PROTOCOL, &renamed::generic::PROTOCOL),
        (&first::ping::PROTOCOL, &renamed::ping::PROTOCOL),
        (&first::pong::PROTOCOL, &renamed::pong::PROTOCOL),
    ] {
        assert_eq!(one.normal(), other.normal());
        assert_eq!(one.digest(), other.digest());
        for (step, renamed) in one.steps.iter().zip(other.steps) {
            assert_eq!(step.id, renamed.id);
        }
    }
}

#[test]
fn the_first_difference_is_named() {
    let original = &changes::original::g::PROTOCOL;
    for (other, text) in [
        (&changes::other_type::g::PROTOCOL, "in `g`, message 2: `two: u32` here, `two: u64` there"),
        (
            &changes::other_parameter::g::PROTOCOL,
            "in `g`, signature: `(u32 @ 0, bool @ [0, 1]) -> u32 @ 1` here, \
             `(u32 @ [0, 1], bool @ [0, 1]) -> u32 @ 1` there",
        ),
        (
            &changes::other_sender::g::PROTOCOL,
            "in `g`, message 2: `two: u32, from 1 to 0` here, `two: u32, from 0 to 1` there",
        ),
        (
            &changes::other_branch::g::PROTOCOL,
            "in `g`, `branch: 1 arms, known to 0, 1` here, `loop: of 0, 1` there",
        ),
        (
            &changes::compares::g::PROTOCOL,
            "in `g`, `message 1: one: u32, from 0 to 1` here, \
             `agreement 1: agree y: bool, at 0, 1, compared by each` there",
        ),
        (
            &changes::fewer::g::PROTOCOL,
            "in `g`, `branch: 1 arms, known to 0, 1` here, nothing there",
        ),
    ] {
        let found = difference(original, other);
        assert_eq!(found, format!("the peer runs another choreography: {text}"));
    }
}

#[test]
fn callees_count() {
    let found = difference(&first::buy::PROTOCOL, &second::buy::PROTOCOL);
    assert!(
        found.ends_with("in `pay`, message 1: `amount: u32` here, `amount: u64` there"),
        "{found}"
    );
    assert_eq!(first::buy::PROTOCOL.callees.len(), 1);
    let normal = first::ping::PROTOCOL.normal();
    assert_eq!(normal.matches("choreography: ping\n").count(), 1, "{normal}");
    assert_eq!(normal.matches("choreography: pong\n").count(), 1, "{normal}");
}

#[test]
fn callees_in_a_function_body_count_too() {
    chor! {
        chor outer[A, B](f: u32 @ A) -> u32 @ B {
            apply[A, B](f, inner[A, B])
        }
        chor apply[A, B](x: u32 @ A, f: chor(u32 @ A) -> u32 @ B) -> u32 @ B {
            f(x)
        }
        chor inner[A, B](x: u32 @ A) -> u32 @ B {
            let there: u32 = A -> B: x;
            there
        }
    }
    let normal = outer::PROTOCOL.normal();
    for name in ["outer", "apply", "inner"] {
        assert!(normal.contains(&format!("choreography: {name}\n")), "{normal}");
    }
}

#[tokio::test]
async fn equal_ones_run() -> Result<(), Error> {
    let outcome = simulate(first::buy::Choreography::new("TAPL".to_owned(), 1)).await?;
    assert_eq!(outcome.seller, 4);
    let [a, b, c] = memory::session();
    let (a, b, c) = together((
        play_role(first::buy::Buyer::new("TAPL".to_owned()), &a),
        play_role(renamed::buy::Shop::new(), &b),
        play_role(first::buy::Bank::new(1), &c),
    ))
    .await;
    a?;
    c?;
    assert_eq!(b?, 4);
    Ok(())
}

#[tokio::test]
async fn different_ones_fail_all_roles_before_they_begin() {
    let [a, b, c] = memory::session();
    let (a, b, c) = together((
        play_role(first::buy::Buyer::new("TAPL".to_owned()), &a),
        play_role(first::buy::Seller::new(), &b),
        play_role(second::buy::Bank::new(1), &c),
    ))
    .await;
    let errors = [a.unwrap_err(), b.unwrap_err(), c.unwrap_err()];
    for (error, peer) in errors.iter().zip(["Bank", "Bank", "Buyer"]) {
        let Error::Signature { own, other, difference, .. } = error else { panic!("{error:?}") };
        assert_eq!(error.peer(), Some(peer));
        let [mut here, mut there] = [first::buy::PROTOCOL.normal(), second::buy::PROTOCOL.normal()];
        if peer == "Buyer" {
            std::mem::swap(&mut here, &mut there);
        }
        assert_eq!((own, other), (&here, &there));
        assert!(difference.starts_with("in `pay`, message 1: "), "{difference}");
        assert!(error.to_string().contains(difference), "{error}");
    }
}

#[tokio::test]
async fn a_role_that_never_comes_is_a_failure() {
    let [a, b, c] = memory::session();
    drop(c);
    let (a, b) = together((
        play_role(first::buy::Buyer::new("TAPL".to_owned()), &a),
        play_role(first::buy::Seller::new(), &b),
    ))
    .await;
    for error in [a.unwrap_err(), b.unwrap_err()] {
        assert!(matches!(error, Error::Gone { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn in_memory_nothing_is_compared_unless_asked_for() {
    use changes::{compares, original, other_branch};
    let [a, _b] = memory::session();
    // Nobody else is there, and it doesn't matter.
    play_role(original::g::A::new(1, false), &a).await.unwrap();
    let [a, b] = memory::session();
    let (a, b) = together((
        play_role(original::g::A::new(1, false), &a),
        play_role(other_branch::g::B::new(false), &b),
    ))
    .await;
    a.unwrap();
    assert_eq!(b.unwrap(), 1);
    assert!(!compares::g::PROTOCOL.verified);
}
