//! Series of messages travel together, and parts of the way without a lock: their order and number stay
//! what they are, whatever stands between them and whoever asks for them.
//!
//! The ends are used by hand, since a role sends off what it holds back by itself.

use crate::support::{connection, within};
use chor::prelude::*;
use chor::tcp::{Options, Stream, Tcp, from_streams_with};
use chor::{Address, DefaultCodec, Fault, Lane, Transport};
use std::sync::Arc;

chor! {
    chor says[A, B](number: u64 @ A, text: String @ A) {
        let number: u64 = A -> B: number;
        let text: String = A -> B: text;
        B: drop((number, text));
    }
}

/// Two ends that have met.
async fn met(options: Options) -> [Arc<Tcp>; 2] {
    let (a, b) = connection().await;
    let [a, b] = [(0, a), (1, b)].map(|(place, stream)| {
        let codec = DefaultCodec::default();
        Arc::new(
            from_streams_with(place, [Stream::plaintext(stream)], codec, options.clone()).unwrap(),
        )
    });
    let (one, two) =
        within(async { tokio::join!(a.start(&says::PROTOCOL), b.start(&says::PROTOCOL)) }).await;
    one.unwrap();
    two.unwrap();
    [a, b]
}

/// One of the two messages, to or from the other end.
fn of(peer: usize, step: usize) -> Address {
    Address::new(peer, Lane::ROOT, &says::PROTOCOL.steps[step])
}

async fn send<M: Message>(end: &Tcp, step: usize, message: M) {
    let parcel = end.pack(message).unwrap();
    within(end.send::<M>(&of(1, step), parcel)).await.unwrap();
}

async fn take<M: Message>(end: &Tcp, step: usize) -> M {
    within(end.recv::<M>(&of(0, step))).await.unwrap()
}

#[tokio::test]
async fn what_nobody_sends_off_leaves_all_the_same() {
    let [a, b] = met(Options::default()).await;
    for round in 0..3 {
        // Enough to fill what a series is kept in, and not.
        for count in [1, 2, 5, 1000] {
            for number in 0..count {
                send(&a, 0, round + number).await;
            }
            for number in 0..count {
                assert_eq!(take::<u64>(&b, 0).await, round + number);
            }
        }
    }
}

#[tokio::test]
async fn a_series_heeds_what_another_lane_has_used_of_the_budget() {
    let [a, b] = met(Options::default().window(10_000)).await;
    let sending = async {
        for number in 0..5u64 {
            send(&a, 0, number).await;
        }
        // More than may wait in all lanes together.
        let branch = Address::new(1, Lane::new(5), &says::PROTOCOL.steps[1]);
        let parcel = a.pack("x".repeat(100_000)).unwrap();
        within(a.send::<String>(&branch, parcel)).await.unwrap();
        for number in 5..100u64 {
            send(&a, 0, number).await;
        }
        a.flush();
    };
    let taking = async {
        for number in 0..100 {
            assert_eq!(take::<u64>(&b, 0).await, number);
        }
        let branch = Address::new(0, Lane::new(5), &says::PROTOCOL.steps[1]);
        assert_eq!(within(b.recv::<String>(&branch)).await.unwrap().len(), 100_000);
    };
    tokio::join!(sending, taking);
}

#[tokio::test]
async fn messages_of_all_lengths_and_both_steps_stay_in_order() {
    let [a, b] = met(Options::default().window(10_000)).await;
    let lengths = || (0..150).chain([200, 5_000, 40_000, 200_000]).chain((0..70).rev());
    let sending = async {
        for length in lengths() {
            send(&a, 0, length as u64).await;
            send(&a, 1, "x".repeat(length)).await;
            send(&a, 0, u64::MAX).await;
        }
        a.flush();
    };
    let taking = async {
        for length in lengths() {
            assert_eq!(take::<u64>(&b, 0).await, length as u64);
            assert_eq!(take::<String>(&b, 1).await, "x".repeat(length));
            assert_eq!(take::<u64>(&b, 0).await, u64::MAX);
        }
    };
    within(async { tokio::join!(sending, taking) }).await;
}

#[tokio::test]
async fn a_series_may_be_received_by_several_threads_in_turn() {
    let [a, b] = met(Options::default()).await;
    for number in 0..1000u64 {
        send(&a, 0, number).await;
    }
    a.flush();
    let runtime = tokio::runtime::Handle::current();
    for first in (0..1000u64).step_by(10) {
        for number in first..first + 5 {
            assert_eq!(take::<u64>(&b, 0).await, number);
        }
        let (b, runtime) = (Arc::clone(&b), runtime.clone());
        let elsewhere = tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                for number in first + 5..first + 10 {
                    assert_eq!(take::<u64>(&b, 0).await, number);
                }
            });
        });
        within(elsewhere).await.unwrap();
    }
}

#[tokio::test]
async fn a_series_may_be_sent_by_several_threads_in_turn() {
    let [a, b] = met(Options::default()).await;
    let runtime = tokio::runtime::Handle::current();
    for first in (0..1000u64).step_by(10) {
        for number in first..first + 5 {
            send(&a, 0, number).await;
        }
        let (a, runtime) = (Arc::clone(&a), runtime.clone());
        let elsewhere = tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                for number in first + 5..first + 10 {
                    send(&a, 0, number).await;
                }
            });
        });
        within(elsewhere).await.unwrap();
    }
    for number in 0..1000u64 {
        assert_eq!(take::<u64>(&b, 0).await, number);
    }
}

#[tokio::test]
async fn sessions_may_take_turns_in_a_thread() {
    let pairs = [met(Options::default()).await, met(Options::default()).await];
    for number in 0..1000u64 {
        for (session, [a, _]) in (0u64..).zip(&pairs) {
            send(a, 0, number + session * 5000).await;
        }
    }
    for number in 0..1000u64 {
        for (session, [_, b]) in (0u64..).zip(&pairs) {
            assert_eq!(take::<u64>(b, 0).await, number + session * 5000);
        }
    }
}

#[tokio::test]
async fn a_wrong_step_within_a_series_is_found_where_it_stands() {
    let [a, b] = met(Options::default()).await;
    for number in 0..20u64 {
        send(&a, 0, number).await;
    }
    for number in 0..10u64 {
        assert_eq!(take::<u64>(&b, 0).await, number);
    }
    let fault = *within(b.recv::<String>(&of(0, 1))).await.unwrap_err();
    let Fault::Position { expected, found } = fault else { panic!("{fault:?}") };
    assert_eq!((expected.count, found.count), (10, 10));
    assert!(found.step.contains("number") && expected.step.contains("text"));
    // Nothing was taken.
    assert_eq!(take::<u64>(&b, 0).await, 10);
}

#[tokio::test]
async fn what_cannot_be_decoded_is_taken_once() {
    let [a, b] = met(Options::default()).await;
    let text = |end: Arc<Tcp>| async move { end.recv::<u64>(&of(0, 1)).await };
    for number in 0..10u8 {
        send(&a, 1, char::from(b'a' + number).to_string()).await;
    }
    for number in 0..10u8 {
        if number % 2 == 0 {
            // A text of one letter is a byte longer than the number that it begins with.
            let fault = *within(text(Arc::clone(&b))).await.unwrap_err();
            assert!(matches!(fault, Fault::Codec(_)), "{fault:?}");
        } else {
            assert_eq!(take::<String>(&b, 1).await, char::from(b'a' + number).to_string());
        }
    }
}

#[tokio::test]
async fn the_end_of_the_peer_stops_a_series() {
    let [a, b] = met(Options::default()).await;
    for number in 0..10u64 {
        send(&a, 0, number).await;
    }
    drop(b);
    // Until it is known here, messages go their way.
    within(async {
        loop {
            let parcel = a.pack(7).unwrap();
            match a.send::<u64>(&of(1, 0), parcel).await {
                Ok(()) => tokio::task::yield_now().await,
                Err(fault) => return assert!(matches!(*fault, Fault::Gone(_)), "{fault:?}"),
            }
        }
    })
    .await;
}
