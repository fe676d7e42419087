//! What each runs is compared: when the first message arrives, or before all of them.

use super::{Pipes, encoded, hello, honest, names, pipes, play};
use crate::{ended, settle, soon};
use chor::bytes::Encoded;
use chor::prelude::*;
use chor::{Protocol, together};
use std::task::{Context, Waker};

macro_rules! build {
    ($build:ident, $type:ty $(, #[$attr:meta])?) => {
        mod $build {
            use chor::prelude::*;
            chor! {
                $(#[$attr])?
                pub(super) chor same[A, B, C](number: u32 @ A) -> u64 @ C {
                    let number: $type = A -> B: number.into();
                    let number: u64 = B -> C: number.into();
                    number
                }
            }
        }
    };
}
build!(one, u32);
build!(other, u64);
build!(first, u32, #[verify(signature)]);
build!(second, u64, #[verify(signature)]);

fn texts(error: &Error) -> [&str; 3] {
    let Error::Signature { difference, own, other, .. } = error else { panic!("{error:?}") };
    [difference, own, other]
}

#[track_caller]
fn tells(error: &Error, own: &'static Protocol, other: &'static Protocol) {
    let [difference, ours, theirs] = texts(error);
    assert_eq!((ours, theirs), (&*own.normal(), &*other.normal()));
    assert!(difference.starts_with("in `same`, message 1: `number: u"), "{difference}");
}

#[tokio::test]
async fn the_first_message_tells_what_its_sender_runs() {
    let [a, b, c] = encoded(pipes::<3>());
    let (a, b, c) = soon(together((
        play_role(one::same::A::new(1), &a),
        play_role(other::same::B::new(), &b),
        play_role(one::same::C::new(), &c),
    )))
    .await;
    a.unwrap();
    let b = b.unwrap_err();
    tells(&b, &other::same::PROTOCOL, &one::same::PROTOCOL);
    assert_eq!((b.role(), b.peer()), ("B", Some("A")));
    assert_eq!(c.unwrap_err().cause(), b.cause());
}

#[tokio::test]
async fn equal_ones_run() {
    let [a, b, c] = encoded(pipes::<3>());
    let (a, b, c) = soon(together((
        play_role(first::same::A::new(1), &a),
        play_role(first::same::B::new(), &b),
        play_role(first::same::C::new(), &c),
    )))
    .await;
    a.unwrap();
    b.unwrap();
    assert_eq!(c.unwrap(), 1);
}

#[tokio::test]
async fn all_are_told_before_they_begin_if_that_is_asked_for() {
    let [a, b, c] = encoded(pipes::<3>());
    let (a, b, c) = soon(together((
        play_role(first::same::A::new(1), &a),
        play_role(first::same::B::new(), &b),
        play_role(second::same::C::new(), &c),
    )))
    .await;
    for error in [a.unwrap_err(), b.unwrap_err()] {
        tells(&error, &first::same::PROTOCOL, &second::same::PROTOCOL);
        assert_eq!(error.peer(), Some("C"));
    }
    tells(&c.unwrap_err(), &second::same::PROTOCOL, &first::same::PROTOCOL);
}

#[tokio::test]
async fn all_wait_for_the_last_one() {
    let [a, b, c] = encoded(pipes::<3>());
    let mut early = Box::pin(together((
        play_role(first::same::A::new(1), &a),
        play_role(first::same::B::new(), &b),
    )));
    for _ in 0..10 {
        assert!(early.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        settle().await;
    }
    let c = tokio::spawn(async move { play_role(first::same::C::new(), &c).await });
    let (a, b) = soon(early).await;
    a.unwrap();
    b.unwrap();
    assert_eq!(ended(c).await.unwrap(), 1);
}

#[tokio::test]
async fn one_that_is_gone_before_it_began_fails_all() {
    let [a, b, c] = encoded(pipes::<3>());
    drop(play_role(first::same::C::new(), &c));
    let (a, b) = soon(together((
        play_role(first::same::A::new(1), &a),
        play_role(first::same::B::new(), &b),
    )))
    .await;
    for error in [a.unwrap_err(), b.unwrap_err()] {
        assert!(matches!(error, Error::Gone { .. }), "{error:?}");
        assert_eq!(error.cause().role(), "C");
    }
}

#[tokio::test]
async fn a_channel_that_is_closed_fails_those_who_wait() {
    let [a, b, c] = pipes::<3>();
    drop(c);
    let [a, b] = [(a, 0), (b, 1)].map(|(pipes, place)| Encoded::<Pipes>::new(pipes, place, 3));
    let (a, b) = soon(together((
        play_role(first::same::A::new(1), &a),
        play_role(first::same::B::new(), &b),
    )))
    .await;
    for error in [a.unwrap_err(), b.unwrap_err()] {
        assert!(matches!(error, Error::Link { .. }), "{error:?}");
        assert_eq!(error.peer(), Some("C"));
    }
}

/// What a hello has before its text: its kind, the digest, its sender and that it has no families.
const HEADER: usize = 18;

/// A hello may be cut, changed, come twice or not come: nobody hangs, and only one that says something
/// else, or is none, is a failure.
#[tokio::test]
async fn hellos_of_all_kinds() {
    let hello = hello().await;
    let [number, text, end] = honest().await;
    let rest = [number, text, end];
    let with = |hellos: &[Vec<u8>]| [hellos, &rest[..]].concat();
    for times in 0..3 {
        let hellos = vec![hello.clone(); times];
        play(with(&hellos)).await.unwrap();
    }
    let error = play(with(&[hello[..9].to_vec()])).await.unwrap_err();
    assert!(matches!(error, Error::Codec { .. }), "{error:?}");
    names(&error, "B", "A", "number");
    let mut changed = hello.clone();
    changed[2] ^= 1;
    let error = play(with(&[changed])).await.unwrap_err();
    assert_eq!(texts(&error)[0], "the texts are equal, their digests are not");
    let mut changed = hello.clone();
    changed[2] ^= 1;
    changed.truncate(HEADER);
    changed.extend(b"something \xff else");
    let error = play(with(&[changed.clone()])).await.unwrap_err();
    assert!(matches!(error, Error::Codec { .. }), "{error:?}");
    changed.truncate(HEADER);
    let error = play(with(&[changed])).await.unwrap_err();
    assert_eq!(texts(&error)[0], "`choreography: tell` here, nothing there");
    let mut changed = hello;
    changed[10] = 7;
    let error = play(with(&[changed])).await.unwrap_err();
    assert!(matches!(error, Error::Link { .. }), "{error:?}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "its channel leads to participant number 7 instead of 0");
}
