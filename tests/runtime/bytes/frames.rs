//! Frames that are cut, doubled, lost, swapped, foreign or boastful.

use super::{NUMBER, honest, names, opposite, play, tell_often};
use crate::soon;
use chor::prelude::*;

/// Where the parts of a frame are; see the documentation of the format.
const LANE: usize = 2;
const STEP: usize = 18;
const LENGTH: usize = 26;

#[tokio::test]
async fn rubbish_is_found_out() {
    for rubbish in [&b""[..], b"\0", b"GET / HTTP/1.1\r\n\r\n", &[0xff; 1000], &[1; 5], &[1, 9, 0]]
    {
        let error = play([rubbish.to_vec()]).await.unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{error:?}");
        names(&error, "B", "A", "number");
        assert_eq!(error.cause().role(), "B");
    }
    // After rubbish nothing is trusted, but what came before is used.
    let [number, text, end] = honest().await;
    let error = play([number, b"rubbish".to_vec(), text, end]).await.unwrap_err();
    assert!(matches!(error, Error::Codec { .. }), "{error:?}");
    names(&error, "B", "A", "text");
}

#[tokio::test]
async fn every_truncated_frame_is_found_out() {
    let [number, text, end] = honest().await;
    for length in 0..number.len() {
        let error = play([number[..length].to_vec(), text.clone()]).await.unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{length}: {error:?}");
        names(&error, "B", "A", "number");
    }
    for length in 0..text.len() {
        let error = play([number.clone(), text[..length].to_vec()]).await.unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{length}: {error:?}");
        names(&error, "B", "A", "text");
    }
    for length in 0..end.len() {
        let error = play([number.clone(), end[..length].to_vec()]).await.unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{length}: {error:?}");
    }
}

#[tokio::test]
async fn a_frame_with_a_tail_is_found_out() {
    let [mut number, text, end] = honest().await;
    number.push(0);
    let error = play([number, text, end]).await.unwrap_err();
    assert!(matches!(error, Error::Codec { .. }), "{error:?}");
    names(&error, "B", "A", "number");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "1 bytes are left after the value");
}

/// What `B` expected and what it found, as far as a `Position` says.
fn positions(error: &Error) -> (String, u64, String, u64) {
    let Error::Position { expected, found, .. } = error else { panic!("{error:?}") };
    (expected.step.to_string(), expected.count, found.step.to_string(), found.count)
}

#[tokio::test]
async fn a_frame_that_comes_twice_is_found_out() {
    let [number, text, end] = honest().await;
    let error = play([number.clone(), number, text, end]).await.unwrap_err();
    names(&error, "B", "A", "text");
    let (expected, first, found, second) = positions(&error);
    assert!(expected.starts_with("`text`") && found.starts_with("`number`"));
    assert_eq!((first, second), (1, 0));
}

/// Frames of the same message, in a loop, which only their count tells apart.
#[tokio::test]
async fn frames_of_a_loop_are_counted() {
    let (transport, mut peer) = opposite(0);
    soon(play_role(tell_often::A::new(3), &transport)).await.unwrap();
    let mut frames = Vec::new();
    while let Ok(frame) = peer.from.try_recv() {
        frames.push(frame);
    }
    frames.remove(0);
    let play = async |order: &[usize]| {
        let (transport, peer) = opposite(1);
        for index in order {
            peer.to.send(frames[*index].clone()).unwrap();
        }
        drop(peer);
        soon(play_role(tell_often::B::new(3), &transport)).await
    };
    assert_eq!(play(&[0, 1, 2, 3]).await.unwrap(), [0, 1, 2]);
    for (order, expected, found) in [
        (&[0, 0, 1, 2][..], 1, 0), // twice
        (&[0, 2, 3], 1, 2),        // lost
        (&[1, 0, 2, 3], 0, 1),     // swapped
        (&[0, 1, 1], 2, 1),        // the last one replaced
    ] {
        let error = play(order).await.unwrap_err();
        names(&error, "B", "A", "x");
        let (_, first, _, second) = positions(&error);
        assert_eq!((first, second), (expected, found), "{order:?}");
    }
    let error = play(&[0, 3]).await.unwrap_err();
    names(&error, "B", "A", "x");
    let Error::Finished { expected, last, .. } = error else { panic!("{error:?}") };
    assert_eq!((expected.count, last.unwrap().count), (1, 0));
}

#[tokio::test]
async fn frames_in_the_wrong_order_are_found_out() {
    let [number, text, end] = honest().await;
    let error = play([text, number.clone(), end.clone()]).await.unwrap_err();
    names(&error, "B", "A", "number");
    let (expected, first, found, second) = positions(&error);
    assert!(expected.starts_with("`number`") && found.starts_with("`text`"));
    assert_eq!((first, second), (0, 1));

    // What comes after the end doesn't count.
    let error = play([end.clone(), number.clone()]).await.unwrap_err();
    names(&error, "B", "A", "number");
    assert!(matches!(error, Error::Finished { last: None, .. }), "{error:?}");
    let error = play([number, end.clone(), end]).await.unwrap_err();
    names(&error, "B", "A", "text");
    assert!(matches!(error, Error::Finished { last: Some(_), .. }), "{error:?}");
}

#[tokio::test]
async fn an_unknown_step_is_found_out() {
    let [mut number, text, end] = honest().await;
    number[STEP] ^= 1;
    let error = play([number, text, end]).await.unwrap_err();
    names(&error, "B", "A", "number");
    assert!(matches!(error, Error::Position { .. }), "{error:?}");
}

/// Two builds that differ in nothing but the type of a message: the error has to tell them apart.
#[tokio::test]
async fn positions_that_differ_in_the_type_read_differently() {
    macro_rules! build {
        ($build:ident, $type:ty) => {
            mod $build {
                use chor::prelude::*;
                chor! {
                    pub(super) chor same[A, B](number: $type @ A) -> $type @ B {
                        let number: $type = A -> B: number;
                        number
                    }
                }
            }
        };
    }
    build!(one, u64);
    build!(other, u32);
    let (a, mut frames) = opposite(0);
    soon(play_role(one::same::A::new(1), &a)).await.unwrap();
    let (b, peer) = opposite(1);
    // Without the frame that says what it runs, which would tell earlier.
    frames.from.recv().await.unwrap();
    peer.to.send(frames.from.recv().await.unwrap()).unwrap();
    let error = soon(play_role(other::same::B::new(), &b)).await.unwrap_err();
    names(&error, "B", "A", "number");
    let (expected, _, found, _) = positions(&error);
    assert_ne!(expected, found, "{error}");
}

/// A frame of a lane in which nobody waits is kept for it, and takes nobody's place.
#[tokio::test]
async fn a_frame_of_another_lane_is_put_aside() {
    let [number, text, end] = honest().await;
    let mut stray = number.clone();
    stray[LANE] = 7;
    let all = [stray.clone(), number, stray.clone(), text, end.clone()];
    assert_eq!(play(all).await.unwrap().0, NUMBER);
    // Instead of the message, it leaves its receiver waiting until the peer's end.
    let error = play([stray.clone(), end]).await.unwrap_err();
    names(&error, "B", "A", "number");
    assert!(matches!(error, Error::Finished { last: None, .. }), "{error:?}");
    let error = play([stray]).await.unwrap_err();
    assert!(matches!(error, Error::Link { .. }), "{error:?}");
}

#[tokio::test]
async fn claims_that_are_too_large_are_found_out() {
    let [mut number, text, _] = honest().await;
    let good = number.clone();
    number[LENGTH..LENGTH + 2].copy_from_slice(&[0xff; 2]);
    let error = play([number]).await.unwrap_err();
    assert!(matches!(error, Error::Codec { .. }), "{error:?}");
    names(&error, "B", "A", "number");

    // A string that says that it has `claim` bytes.
    let head = LENGTH + 2 + usize::from(u16::from_le_bytes([text[LENGTH], text[LENGTH + 1]]));
    for claim in [1 << 20, 1 << 30, (1 << 30) + 1, u64::MAX / 2, u64::MAX] {
        let mut huge = text[..head].to_vec();
        huge.push(253); // an unsigned number of 64 bits follows
        huge.extend(claim.to_le_bytes());
        huge.extend(b"short");
        let error = play([good.clone(), huge]).await.unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{error:?}");
        names(&error, "B", "A", "text");
    }
}
