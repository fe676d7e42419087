//! What a session in memory holds is dropped once, at the latest when the session ends.

use crate::{ended, settle, soon};
use chor::Reason;
use chor::memory::{self, Memory};
use chor::prelude::*;
use chor::sim::simulate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;
use std::task::{Context, Waker};
use tokio::sync::Semaphore;

/// How many messages a queue holds, and what a sender and a receiver have in their hands.
const QUEUE: usize = 16;
const HANDS: usize = 2;

/// A message of which one can see whether it still exists.
#[derive(Clone)]
struct Seen(#[expect(dead_code, reason = "only counted")] Arc<()>);

impl Serialize for Seen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <()>::deserialize(deserializer).map(|()| Self(Arc::default()))
    }
}

chor! {
    /// `B` takes `taken` messages and then waits for what `gate` allows.
    chor hoard[A, B](token: Arc<()> @ A, sent: usize @ [A, B], taken: usize @ B, gate: Arc<Semaphore> @ B) -> usize @ B {
        let mut kept: Vec<Seen> @ B = Vec::new();
        for i in 0..sent {
            let seen: Seen = A -> B: Seen(token.clone());
            B: {
                kept.push(seen);
                if i + 1 == taken {
                    gate.acquire().await?.forget();
                }
            }
        }
        B: kept.len()
    }
}

/// Ten were sent, three received; then `end` happens to the receiver.
async fn left_over(
    end: impl AsyncFnOnce(&Semaphore, tokio::task::JoinHandle<Result<usize, Error>>),
) {
    let (token, gate) = (Arc::new(()), Arc::new(Semaphore::new(0)));
    let [a, b] = memory::session();
    let g = gate.clone();
    let b = tokio::spawn(async move { play_role(hoard::B::new(10, 3, g), &b).await });
    soon(play_role(hoard::A::new(token.clone(), 10), &a)).await.unwrap();
    settle().await;
    // Its own, and each message in the queue or with the receiver.
    assert_eq!(Arc::strong_count(&token), 1 + 10);
    end(&gate, b).await;
    assert_eq!(Arc::strong_count(&token), 1, "a message outlives its session or was dropped twice");
    drop(a);
    assert_eq!(Arc::strong_count(&token), 1);
}

#[tokio::test]
async fn what_is_not_delivered_is_dropped_when_the_receiver_fails() {
    left_over(async |gate, b| {
        gate.close();
        let error = ended(b).await.unwrap_err();
        assert_eq!((error.role(), error.cause().role()), ("B", "B"));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_delivered_is_dropped_when_the_receiver_is_cancelled() {
    left_over(async |_, b| {
        b.abort();
        assert!(soon(b).await.unwrap_err().is_cancelled());
    })
    .await;
}

#[tokio::test]
async fn what_is_delivered_late_is_dropped_once() {
    left_over(async |gate, b| {
        gate.add_permits(1);
        assert_eq!(ended(b).await.unwrap(), 10);
    })
    .await;
}

/// The messages in a queue, the one that a waiting sender has in its hands, and a session nobody
/// plays to its end.
#[tokio::test]
async fn what_a_cancelled_sender_holds_is_dropped() {
    let token = Arc::new(());
    let [a, b] = memory::session();
    let t = token.clone();
    let a = tokio::spawn(async move { play_role(hoard::A::new(t, 100), &a).await });
    settle().await;
    let held = Arc::strong_count(&token) - 2;
    assert!((QUEUE..=QUEUE + HANDS).contains(&held), "{held}");
    a.abort();
    assert!(soon(a).await.unwrap_err().is_cancelled());
    assert_eq!(
        Arc::strong_count(&token),
        1 + QUEUE,
        "what was sent before is still to be delivered"
    );
    let error =
        soon(play_role(hoard::B::new(100, 0, Arc::new(Semaphore::new(0))), &b)).await.unwrap_err();
    assert_eq!((error.role(), error.peer()), ("B", Some("A")));
    assert_eq!(*error.cause().reason(), Reason::Cancelled);
    assert!(error.place().to_string().contains("`seen`"), "{}", error.place());
    assert_eq!(Arc::strong_count(&token), 1);
}

#[tokio::test]
async fn what_is_not_delivered_is_dropped_when_all_are_cancelled() {
    let (token, gate) = (Arc::new(()), Arc::new(Semaphore::new(0)));
    let mut all = Box::pin(simulate(hoard::Choreography::new(token.clone(), 100, 3, gate)));
    let noop = &mut Context::from_waker(Waker::noop());
    assert!(all.as_mut().poll(noop).is_pending());
    assert!(Arc::strong_count(&token) > 1 + QUEUE);
    drop(all);
    assert_eq!(Arc::strong_count(&token), 1);
}

/// A message whose `Drop` uses the very session that drops it: it holds the end of a role.
#[derive(Clone)]
struct Holder(#[expect(dead_code, reason = "only dropped")] Arc<Memory>);

impl Serialize for Holder {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("only in memory"))
    }
}

impl<'de> Deserialize<'de> for Holder {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("only in memory"))
    }
}

chor! {
    chor hand_over[A, B, C](holder: Holder @ A, before: impl Future<Output = Option<()>> @ B) -> u32 @ C {
        B: before.await?;
        let holder: Holder = A -> B: holder;
        B: drop(holder);
        let late: u32 = C => A: 1u32;
        C: late
    }
}

#[tokio::test]
async fn dropping_a_message_may_use_its_session() {
    let [a, b, c] = memory::session();
    let holder = Holder(Arc::new(c));
    let a = tokio::spawn(async move { play_role(hand_over::A::new(holder), &a).await });
    settle().await;
    let b = soon(play_role(hand_over::B::new(async { None }), &b)).await.unwrap_err();
    assert_eq!((b.role(), b.cause().role()), ("B", "B"));
    // The end of `C` was in the message that `B` left behind.
    let a = ended(a).await.unwrap_err();
    assert_eq!((a.role(), a.peer(), a.cause().role()), ("A", Some("C"), "C"));
    assert_eq!(*a.cause().reason(), Reason::Cancelled);
}
