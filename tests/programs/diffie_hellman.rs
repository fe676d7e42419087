//! Diffie-Hellman key exchange: as a tuple of keys, and as an agreement.

use crate::seeds;
use chor::prelude::*;
use chor::sim::simulate;
use chor::{memory, together};

const G: u64 = 5;
const P: u64 = 23;

fn power(base: u64, exponent: u64) -> u64 {
    (0..exponent).fold(1, |product, _| product * base % P)
}

chor! {
    chor exchange[A, B](a: u64 @ A, b: u64 @ B) -> (u64 @ A, u64 @ B) {
        let of_a: u64 = A -> B: power(G, a);
        let of_b: u64 = B -> A: power(G, b);
        (A: power(of_b, a), B: power(of_a, b))
    }
    chor agreed[A, B](a: u64 @ A, b: u64 @ B) -> u64 @ [A, B] {
        let (key_a, key_b) = exchange[A, B](a, b);
        agree!(A: key_a, B: key_b)
    }
    chor masked[A, B](a: u64 @ A, b: u64 @ B, message: u64 @ A) -> u64 @ B {
        let key = agreed[A, B](a, b);
        let masked: u64 = A -> B: message ^ key;
        B: masked ^ key
    }
}

chor! {
    /// As `masked`, by two who compare their keys before they use them.
    #[verify(agreement)]
    chor compared[A, B](a: u64 @ A, b: u64 @ B, message: u64 @ A) -> u64 @ B {
        let of_a: u64 = A -> B: power(G, a);
        let of_b: u64 = B -> A: power(G, b);
        // Whoever changes what is in between, or their own secret.
        let key = agree!(A: power(of_b, a), B: power(of_a, b));
        let masked: u64 = A -> B: message ^ key;
        B: masked ^ key
    }
    #[verify(agreement = A)]
    chor sabotaged[A, B](a: u64 @ A, b: u64 @ B, sabotage: u64 @ B, message: u64 @ A) -> u64 @ B {
        let of_a: u64 = A -> B: power(G, a);
        let of_b: u64 = B -> A: power(G, b);
        let key = agree!(A: power(of_b, a), B: power(of_a, sabotage));
        let masked: u64 = A -> B: message ^ key;
        B: masked ^ key
    }
}

#[tokio::test]
async fn both_have_the_key() -> Result<(), Error> {
    let outcome = simulate(exchange::Choreography::new(4, 3)).await?;
    assert_eq!((outcome.a, outcome.b), (18, 18));
    let outcome = simulate(agreed::Choreography::new(4, 3)).await?;
    assert_eq!((outcome.a, outcome.b), (18, 18));
    Ok(())
}

#[tokio::test]
async fn a_masked_message_arrives() -> Result<(), Error> {
    assert_eq!(simulate(masked::Choreography::new(4, 3, 42)).await?.b, 42);
    Ok(())
}

#[tokio::test]
async fn keys_that_are_equal_are_used() -> Result<(), Error> {
    assert_eq!(simulate(compared::Choreography::new(4, 3, 42)).await?.b, 42);
    assert_eq!(simulate(sabotaged::Choreography::new(4, 3, 3, 42)).await?.b, 42);
    Ok(())
}

#[tokio::test]
async fn a_sabotaged_secret_is_found_by_both() {
    let [a, b] = memory::session();
    let (a, b) =
        together((play_role(sabotaged::A::new(4, 42), &a), play_role(sabotaged::B::new(3, 5), &b)))
            .await;
    for error in [a.unwrap_err(), b.unwrap_err()] {
        let text = error.to_string();
        assert!(text.starts_with("values of an agreement differ: agree!(A: "), "{text}");
        assert!(text.ends_with(": A = 18, B = 12"), "{text}");
    }
}

#[test]
fn seeds_change_nothing() {
    seeds::change_nothing(|| exchange::Choreography::new(4, 3));
    seeds::change_nothing(|| masked::Choreography::new(4, 3, 42));
    seeds::change_nothing(|| compared::Choreography::new(4, 3, 42));
}
