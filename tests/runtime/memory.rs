//! Sessions in memory: queues are bounded and never make a deadlock, and sessions don't meet.

use crate::{ended, settle, soon};
use chor::prelude::*;
use chor::sim::simulate;
use chor::{Reason, memory, together};
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
    let (counter, pace) = (made.clone(), gate.clone());
    let a = tokio::spawn(async move { play_role(produce_for_two::A::new(N, &counter), &a).await });
    let b = tokio::spawn(async move { play_role(produce_for_two::B::new(N), &b).await });
    let c = tokio::spawn(async move { play_role(produce_for_two::C::new(N, &pace), &c).await });
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
    let counter = Arc::new(Wakes::default());
    let waker = Waker::from(counter.clone());
    let mut cx = Context::from_waker(&waker);

    let mut producer = pin!(play_role(produce::A::new(100, &made), &a));
    for _ in 0..5 {
        assert!(producer.as_mut().poll(&mut cx).is_pending());
    }
    assert!(made.load(Ordering::SeqCst) <= BOUND);
    assert_eq!(counter.0.load(Ordering::SeqCst), 0, "the sender wakes itself");

    let mut consumer = pin!(play_role(produce::B::new(100, &gate), &b));
    gate.add_permits(5);
    assert!(consumer.as_mut().poll(&mut cx).is_pending());
    assert!(counter.0.load(Ordering::SeqCst) >= 1, "the sender isn't woken when there is room");
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
