//! Type parameters, lifetimes, `impl Trait`, `where`, const generics.

use chor::prelude::*;
use chor::sim::simulate;
use std::fmt::{Debug, Display};

/// Not a message, not `Clone`, known to one role only.
struct Secret(u32);

chor! {
    chor mapped[A, B]<T: Message, U: Message>(x: T @ A, f: impl Fn(T) -> U @ B) -> U @ A {
        let x: T = A -> B: x;
        B -> A: f(x)
    }
    chor shown[A, B]<'a, T>(x: &'a T @ A, suffix: &str @ B) -> String @ B
    where
        T: Display + ?Sized,
    {
        let text: String = A -> B: x.to_string();
        B: text + suffix
    }
    chor changed[A, B](xs: &mut Vec<u32> @ B, x: u32 @ A) {
        let x: u32 = A -> B: x;
        B: xs.push(x)
    }
    chor sized[A, B]<const N: usize>(xs: [u32; N] @ A) -> usize @ B
    where
        [u32; N]: Message,
    {
        let ys: [u32; N] = A -> B: xs;
        B: ys.len()
    }
    chor counted[A, B]<const N: usize>(x: u32 @ A) -> usize @ B {
        let x: u32 = A -> B: x;
        B: N + usize::try_from(x)?
    }
    chor relayed[A, B]<T: Message + Debug>(x: T @ A) -> T @ B {
        let there: T = relay[A, B](x);
        there
    }
    chor relay[A, B]<T: Message>(x: T @ A) -> T @ B { A -> B: x }
    chor first[A, B](text: &str @ A, n: u32 @ B) -> &str @ A {
        let n: u32 = B -> A: n;
        A: &text[..usize::try_from(n)?]
    }
    chor kept[A, B](secret: Secret @ A) -> u32 @ B {
        A -> B: secret.0
    }
    chor mutated[A, B](mut next: impl FnMut() -> u32 @ A) -> u32 @ B {
        let x: u32 = A -> B: next();
        let y: u32 = A -> B: next();
        x + y
    }
}

#[tokio::test]
async fn types_are_parameters() -> Result<(), Error> {
    let outcome = simulate(mapped::Choreography::new(20u8, |x| format!("<{x}>"))).await?;
    assert_eq!(outcome.a, "<20>");
    assert_eq!(simulate(relayed::Choreography::new(vec![1u8])).await?.b, vec![1]);
    Ok(())
}

#[tokio::test]
async fn arguments_may_be_borrowed() -> Result<(), Error> {
    let (text, mut list) = ("abc".to_owned(), vec![1]);
    assert_eq!(simulate(shown::Choreography::new(text.as_str(), "!")).await?.b, "abc!");
    simulate(changed::Choreography::new(&mut list, 2)).await?;
    assert_eq!(list, [1, 2]);
    assert_eq!(simulate(first::Choreography::new(&text, 2)).await?.a, "ab");
    Ok(())
}

#[tokio::test]
async fn values_may_be_any() -> Result<(), Error> {
    assert_eq!(simulate(kept::Choreography::new(Secret(4))).await?.b, 4);
    let mut n = 0;
    let next = || {
        n += 1;
        n
    };
    assert_eq!(simulate(mutated::Choreography::new(next)).await?.b, 3);
    Ok(())
}

#[tokio::test]
async fn constants_are_parameters() -> Result<(), Error> {
    assert_eq!(simulate(sized::Choreography::new([1, 2, 3])).await?.b, 3);
    assert_eq!(simulate(counted::Choreography::<_, 4>::new(2)).await?.b, 6);
    Ok(())
}

chor! {
    chor array[A, B]<const N: usize, T: Message>(x: [T; N] @ A, f: impl Fn(T) -> T @ B) -> Vec<T> @ B {
        let all: Vec<T> = A -> B: x.into_iter().collect();
        B: all.into_iter().map(f).collect()
    }
    chor bytes[A, B]() -> Vec<u8> @ B {
        array[A, B]::<3, u8>(A: [1, 2, 3], B: |x| x + 1)
    }
    chor floats[A, B](f: impl Fn(f32) -> f32 @ B) -> Vec<f32> @ B {
        let doubled: Vec<f32> = array[A, B]::<2, _>(A: [0.5, 1.5], f);
        doubled
    }
}

/// The sender's literals have the type that the call tells, as the receiver's closure has.
#[tokio::test]
async fn what_a_call_tells_holds_at_every_role() {
    assert_eq!(simulate(bytes::Choreography::new()).await.unwrap().b, [2, 3, 4]);
    let outcome = simulate(floats::Choreography::new(|x| x * 2.0)).await.unwrap();
    assert_eq!(outcome.b, [1.0, 3.0]);
}
