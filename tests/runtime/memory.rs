//! Sessions in memory: queues are bounded, never make a deadlock, and lose or keep nothing.

use crate::{ended, settle, soon};
use chor::memory::{self, Memory};
use chor::prelude::*;
use chor::sim::simulate;
use chor::{Reason, together};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use tokio::sync::Semaphore;

/// Far more than a queue holds.
const MANY: u32 = 1_000;

/// How far a producer may be ahead of its consumer: a full queue of 16, the message that the
/// consumer has taken, and the one that the producer has made.
const BOUND: usize = 16 + 2;

chor! {
    /// Messages `0..n`.
    chor one_way[From, To](n: u32 @ [From, To]) -> Vec<u32> @ To {
        let mut got: Vec<u32> @ To = Vec::new();
        for i in 0..n {
            let x: u32 = From -> To: i;
            To: got.push(x);
        }
        got
    }
    /// One direction after the other. Whoever is given another `order` than its peer breaks the
    /// contract in the worst way that queues could meet: both send first, or both receive first.
    chor both_ways[A, B](order: u32 @ [A, B], n: u32 @ [A, B]) -> (Vec<u32> @ A, Vec<u32> @ B) {
        if order == 0 {
            let at_b = one_way[A, B](n);
            let at_a = one_way[B, A](n);
            (A: at_a, B: at_b)
        } else {
            let at_a = one_way[B, A](n);
            let at_b = one_way[A, B](n);
            (A: at_a, B: at_b)
        }
    }
    /// Around in a ring, beginning with the role of number `order`.
    chor ring[A, B, C](order: u32 @ [A, B, C], n: u32 @ [A, B, C]) -> (Vec<u32> @ A, Vec<u32> @ B, Vec<u32> @ C) {
        match order {
            0 => {
                let at_b = one_way[A, B](n);
                let at_c = one_way[B, C](n);
                let at_a = one_way[C, A](n);
                (A: at_a, B: at_b, C: at_c)
            }
            1 => {
                let at_c = one_way[B, C](n);
                let at_a = one_way[C, A](n);
                let at_b = one_way[A, B](n);
                (A: at_a, B: at_b, C: at_c)
            }
            _ => {
                let at_a = one_way[C, A](n);
                let at_b = one_way[A, B](n);
                let at_c = one_way[B, C](n);
                (A: at_a, B: at_b, C: at_c)
            }
        }
    }
    /// `B` begins with `C`, which waits for `A`, which has a lot to tell `B` first: if the roles are
    /// given orders of their own, the queue from `A` to `B` is part of a cycle through `C`.
    chor detour[A, B, C](order: u32 @ [A, B, C], n: u32 @ [A, B, C]) -> Vec<u32> @ B {
        if order == 0 {
            let got = one_way[A, B](n);
            let at_c = one_way[A, C](1u32);
            let at_b = one_way[C, B](1u32);
            C: assert_eq!(at_c, [0]);
            B: assert_eq!(at_b, [0]);
            got
        } else {
            let at_c = one_way[A, C](1u32);
            let at_b = one_way[C, B](1u32);
            let got = one_way[A, B](n);
            C: assert_eq!(at_c, [0]);
            B: assert_eq!(at_b, [0]);
            got
        }
    }
}

fn all() -> Vec<u32> {
    (0..MANY).collect()
}

#[tokio::test]
async fn one_sends_all_before_it_receives() {
    let outcome = soon(simulate(both_ways::Choreography::new(0, MANY))).await.unwrap();
    assert_eq!((outcome.a, outcome.b), (all(), all()));

    let [a, b] = memory::session();
    let b = tokio::spawn(async move { play_role(both_ways::B::new(0, MANY), &b).await });
    assert_eq!(soon(play_role(both_ways::A::new(0, MANY), &a)).await.unwrap(), all());
    assert_eq!(ended(b).await.unwrap(), all());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_send_all_before_they_receive() {
    for _ in 0..20 {
        let [a, b] = memory::session();
        let a = tokio::spawn(async move { play_role(both_ways::A::new(0, MANY), &a).await });
        let b = tokio::spawn(async move { play_role(both_ways::B::new(1, MANY), &b).await });
        assert_eq!(ended(a).await.unwrap(), all());
        assert_eq!(ended(b).await.unwrap(), all());
    }
    let [a, b] = memory::session();
    let a = play_role(both_ways::A::new(0, MANY), &a);
    let b = play_role(both_ways::B::new(1, MANY), &b);
    let (a, b) = soon(together((a, b))).await;
    assert_eq!((a.unwrap(), b.unwrap()), (all(), all()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_send_around_before_they_receive() {
    for _ in 0..20 {
        let [a, b, c] = memory::session();
        let a = tokio::spawn(async move { play_role(ring::A::new(0, MANY), &a).await });
        let b = tokio::spawn(async move { play_role(ring::B::new(1, MANY), &b).await });
        let c = tokio::spawn(async move { play_role(ring::C::new(2, MANY), &c).await });
        for task in [a, b, c] {
            assert_eq!(ended(task).await.unwrap(), all());
        }
    }
    let [a, b, c] = memory::session();
    let a = play_role(ring::A::new(0, MANY), &a);
    let b = play_role(ring::B::new(1, MANY), &b);
    let c = play_role(ring::C::new(2, MANY), &c);
    let (a, b, c) = soon(together((a, b, c))).await;
    assert_eq!((a.unwrap(), b.unwrap(), c.unwrap()), (all(), all(), all()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cycle_through_a_third_role_goes_on() {
    for _ in 0..50 {
        let [a, b, c] = memory::session();
        let a = tokio::spawn(async move { play_role(detour::A::new(0, MANY), &a).await });
        let b = tokio::spawn(async move { play_role(detour::B::new(1, MANY), &b).await });
        let c = tokio::spawn(async move { play_role(detour::C::new(0, MANY), &c).await });
        ended(a).await.unwrap();
        ended(c).await.unwrap();
        assert_eq!(ended(b).await.unwrap(), all());
    }
}

chor! {
    chor produce[A, B](n: usize @ [A, B], made: &AtomicUsize @ A, gate: &Semaphore @ B) -> usize @ B {
        let mut sum: usize @ B = 0;
        for _ in 0..n {
            let x: usize = A -> B: made.fetch_add(1, Ordering::SeqCst);
            B: gate.acquire().await?.forget();
            B: sum += x;
        }
        sum
    }
    /// `B` takes one of `A` for each that it gets from `C`, whose pace is controlled.
    chor produce_for_two[A, B, C](n: usize @ [A, B, C], made: &AtomicUsize @ A, gate: &Semaphore @ C) -> usize @ B {
        let mut sum: usize @ B = 0;
        for _ in 0..n {
            let go: usize = C -> B: { gate.acquire().await?.forget(); 1 };
            let x: usize = A -> B: made.fetch_add(1, Ordering::SeqCst);
            B: sum += go * x;
        }
        sum
    }
}

/// Lets a consumer take one message after the other, and watches how many were made.
async fn watch(n: usize, made: &AtomicUsize, gate: &Semaphore) {
    for taken in 0..n {
        settle().await;
        let ahead = made.load(Ordering::SeqCst) - taken;
        assert!(ahead <= BOUND, "{ahead} ahead after {taken}");
        assert!(ahead >= 1, "the producer waits although there is room, after {taken}");
        gate.add_permits(1);
    }
}

#[tokio::test]
async fn a_producer_waits_for_a_slow_consumer() {
    const N: usize = 100;
    let (made, gate) = (AtomicUsize::new(0), Semaphore::new(0));
    let [a, b] = memory::session();
    let a = play_role(produce::A::new(N, &made), &a);
    let b = play_role(produce::B::new(N, &gate), &b);
    let (played, ()) = soon(together((together((a, b)), watch(N, &made, &gate)))).await;
    played.0.unwrap();
    assert_eq!(played.1.unwrap(), N * (N - 1) / 2);
}

#[tokio::test]
async fn a_producer_waits_for_a_slow_consumer_in_another_task() {
    const N: usize = 100;
    let (made, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let [a, b] = memory::session();
    let (m, g) = (made.clone(), gate.clone());
    let a = tokio::spawn(async move { play_role(produce::A::new(N, &m), &a).await });
    let b = tokio::spawn(async move { play_role(produce::B::new(N, &g), &b).await });
    soon(watch(N, &made, &gate)).await;
    ended(a).await.unwrap();
    assert_eq!(ended(b).await.unwrap(), N * (N - 1) / 2);
}

#[tokio::test]
async fn a_producer_waits_for_a_consumer_that_waits_for_another_role() {
    const N: usize = 100;
    let (made, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let [a, b, c] = memory::session();
    let (m, g) = (made.clone(), gate.clone());
    let a = tokio::spawn(async move { play_role(produce_for_two::A::new(N, &m), &a).await });
    let b = tokio::spawn(async move { play_role(produce_for_two::B::new(N), &b).await });
    let c = tokio::spawn(async move { play_role(produce_for_two::C::new(N, &g), &c).await });
    soon(watch(N, &made, &gate)).await;
    ended(a).await.unwrap();
    ended(c).await.unwrap();
    assert_eq!(ended(b).await.unwrap(), N * (N - 1) / 2);
}

/// Counts how often it is woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Whoever polls a role for no reason, as `join!` and `select!` do, must not start a loop in which the
/// role wakes itself.
#[test]
fn a_waiting_role_does_not_wake_itself() {
    let (made, gate) = (AtomicUsize::new(0), Semaphore::new(0));
    let [a, b] = memory::session();
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);

    let mut producer = pin!(play_role(produce::A::new(100, &made), &a));
    for _ in 0..5 {
        assert!(producer.as_mut().poll(&mut cx).is_pending());
    }
    assert!(made.load(Ordering::SeqCst) <= BOUND);
    assert_eq!(wakes.0.load(Ordering::SeqCst), 0, "the sender wakes itself");

    let mut consumer = pin!(play_role(produce::B::new(100, &gate), &b));
    gate.add_permits(5);
    assert!(consumer.as_mut().poll(&mut cx).is_pending());
    assert!(wakes.0.load(Ordering::SeqCst) >= 1, "the sender isn't woken when there is room");
}

/// What a receiver waits with is replaced when it is polled in another task.
#[tokio::test]
async fn a_waiting_role_may_move_to_another_task() {
    let [a, b] = memory::session();
    let mut receiver = Box::pin(async move { play_role(both_ways::B::new(0, 1), &b).await });
    let noop = &mut Context::from_waker(Waker::noop());
    assert!(receiver.as_mut().poll(noop).is_pending());
    let receiver = tokio::spawn(receiver);
    settle().await;
    assert_eq!(soon(play_role(both_ways::A::new(0, 1), &a)).await.unwrap(), [0]);
    assert_eq!(ended(receiver).await.unwrap(), [0]);
}

#[tokio::test]
async fn a_waiting_sender_may_move_to_another_task() {
    let [a, b] = memory::session();
    let mut sender = Box::pin(async move { play_role(both_ways::A::new(0, MANY), &a).await });
    let noop = &mut Context::from_waker(Waker::noop());
    assert!(sender.as_mut().poll(noop).is_pending());
    let sender = tokio::spawn(sender);
    settle().await;
    assert_eq!(soon(play_role(both_ways::B::new(0, MANY), &b)).await.unwrap(), all());
    assert_eq!(ended(sender).await.unwrap(), all());
}

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
    assert!((16..=BOUND).contains(&held), "{held}");
    a.abort();
    assert!(soon(a).await.unwrap_err().is_cancelled());
    assert_eq!(Arc::strong_count(&token), 1 + 16, "what was sent before is still to be delivered");
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
    assert!(Arc::strong_count(&token) > 1 + 16);
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

/// To play a second role on an end is a mistake of who does it, not of the role that plays on it.
#[tokio::test]
async fn a_second_player_does_not_disturb_the_first() {
    let (made, gate) = (AtomicUsize::new(0), Semaphore::new(0));
    let [a, b] = memory::session();
    let mut first = pin!(play_role(produce::A::new(100, &made), &a));
    assert!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let second = soon(play_role(produce::A::new(100, &made), &a)).await.unwrap_err();
    assert!(matches!(second, Error::Setup { .. }), "{second:?}");
    gate.add_permits(100);
    let (a, b) = soon(together((first, play_role(produce::B::new(100, &gate), &b)))).await;
    a.unwrap();
    assert_eq!(b.unwrap(), 100 * 99 / 2);
}

chor! {
    /// `rounds` times around; one of them may fail.
    chor around[A, B, C](id: u64 @ A, rounds: u64 @ [A, B, C], fails: bool @ B) -> u64 @ A {
        let mut value: u64 @ A = id;
        for round in 0..rounds {
            let at_b: u64 = A -> B: value;
            B: anyhow::ensure!(!(fails && round == 7), "session {at_b}");
            let at_c: u64 = B -> C: at_b + 1;
            value = C -> A: at_c + 1;
        }
        value
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_sessions_at_once_end_right() {
    const SESSIONS: u64 = 200;
    const ROUNDS: u64 = 50;
    let sessions: Vec<_> = (0..SESSIONS)
        .map(|id| {
            let [a, b, c] = memory::session();
            (
                tokio::spawn(async move { play_role(around::A::new(id, ROUNDS), &a).await }),
                tokio::spawn(
                    async move { play_role(around::B::new(ROUNDS, id % 10 == 0), &b).await },
                ),
                tokio::spawn(async move { play_role(around::C::new(ROUNDS), &c).await }),
            )
        })
        .collect();
    for (id, (a, b, c)) in (0u64..).zip(sessions) {
        let (a, b, c) = (ended(a).await, ended(b).await, ended(c).await);
        if id % 10 != 0 {
            assert_eq!((a.unwrap(), b.unwrap(), c.unwrap()), (id + 2 * ROUNDS, (), ()));
            continue;
        }
        let (a, b, c) = (a.unwrap_err(), b.unwrap_err(), c.unwrap_err());
        assert_eq!(*b.cause().reason(), Reason::Error(format!("session {}", id + 14)));
        assert_eq!((a.role(), b.role(), c.role()), ("A", "B", "C"));
        // `A` waits for `C`, which waits for `B`; or finds `B` gone by itself at the next round.
        assert_eq!(a.cause(), b.cause());
        assert_eq!((c.peer(), c.cause()), (Some("B"), b.cause()));
    }
}
