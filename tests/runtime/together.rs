//! Several roles in one task: with real waiting inside, fair, and on any executor.

use crate::{settle, soon};
use chor::prelude::*;
use chor::sim::simulate;
use chor::{Reason, memory, together};
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot::{Receiver, Sender, channel};
use tokio::time::{Instant, sleep};

chor! {
    /// Each works for a while, at the same time, and then tells the other.
    chor naps[A, B](a: Duration @ A, b: Duration @ B) -> (Duration @ A, Duration @ B) {
        let begin = A: Instant::now();
        A: sleep(a).await;
        B: sleep(b).await;
        let of_a: Duration = A -> B: a;
        let of_b: Duration = B -> A: b;
        A: assert_eq!(begin.elapsed(), a.max(of_b));
        (A: of_b, B: of_a)
    }
    /// `A` says how long each message takes it; the queue fills up.
    chor slowly[A, B](n: u32 @ [A, B]) -> u32 @ B {
        let mut sum: u32 @ B = 0;
        for i in 0..n {
            let x: u32 = A -> B: i;
            B: sleep(Duration::from_millis(10)).await;
            sum += x;
        }
        sum
    }
    /// The roles also talk past the choreography, over a stream of their own.
    chor aside[A, B](own: impl AsyncReadExt + AsyncWriteExt + Unpin + Send + Sync @ A, other: impl AsyncReadExt + AsyncWriteExt + Unpin + Send + Sync @ B) -> u32 @ A {
        let mut own = own;
        let mut other = other;
        let mut sum: u32 @ A = 0;
        for _ in 0..100u32 {
            let start: u32 = A -> B: sum;
            B: other.write_u32(start + 1).await?;
            sum = A: own.read_u32().await?;
        }
        sum
    }
}

#[tokio::test(start_paused = true)]
async fn naps_overlap() {
    let (short, long) = (Duration::from_secs(3), Duration::from_hours(5));
    for (a, b) in [(short, long), (long, short)] {
        let outcome = simulate(naps::Choreography::new(a, b)).await.unwrap();
        assert_eq!(outcome, naps::Outcome { a: b, b: a });
        let [one, other] = memory::session();
        let one = play_role(naps::A::new(a), &one);
        let other = play_role(naps::B::new(b), &other);
        let (one, other) = together((one, other)).await;
        assert_eq!((one.unwrap(), other.unwrap()), (b, a));
    }
}

/// The clock stands while a task has anything to do: a role that waits must really wait.
#[tokio::test(start_paused = true)]
async fn a_full_queue_lets_the_clock_go_on() {
    let begin = Instant::now();
    let took = |times: u32| Duration::from_millis(10) * 200 * times;
    let sum = 199 * 200 / 2;
    assert_eq!(simulate(slowly::Choreography::new(200)).await.unwrap().b, sum);
    assert_eq!(begin.elapsed(), took(1));

    let [a, b] = memory::session();
    let (a, b) = (play_role(slowly::A::new(200), &a), play_role(slowly::B::new(200), &b));
    let (a, b) = together((a, b)).await;
    assert_eq!((a.unwrap(), b.unwrap(), begin.elapsed()), ((), sum, took(2)));

    // Here both roles are polled whenever one is woken.
    let [a, b] = memory::session();
    let (a, b) = (play_role(slowly::A::new(200), &a), play_role(slowly::B::new(200), &b));
    let (a, b) = tokio::join!(a, b);
    assert_eq!((a.unwrap(), b.unwrap(), begin.elapsed()), ((), sum, took(3)));
}

#[tokio::test]
async fn roles_talk_over_a_pipe_aside() {
    let (own, other) = tokio::io::duplex(4);
    let outcome = soon(simulate(aside::Choreography::new(own, other))).await.unwrap();
    assert_eq!(outcome.a, 100);
}

#[tokio::test]
async fn roles_talk_over_a_socket_aside() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (other, _) = listener.accept().await.unwrap();
    let outcome = soon(simulate(aside::Choreography::new(own, other))).await.unwrap();
    assert_eq!(outcome.a, 100);
}

chor! {
    /// `A` and `B` are never out of work; only `C`, which nobody waits for until the end, stops them.
    chor busy[A, B, C](stop: &AtomicBool @ A, work: impl Future<Output = u32> @ C) -> (u32 @ B, u32 @ C) {
        let mut rounds: u32 @ [A, B] = 0;
        while A => B: !stop.load(Ordering::Relaxed) {
            let ball: u32 = A => B: rounds + 1;
            rounds = B => A: ball;
        }
        (B: rounds, C: work.await)
    }
}

/// Ready at its `polls`-th poll, and meanwhile always woken.
async fn eager(polls: u32) -> u32 {
    let mut polled = 0;
    poll_fn(|cx| {
        polled += 1;
        cx.waker().wake_by_ref();
        if polled == polls { Poll::Ready(polled) } else { Poll::Pending }
    })
    .await
}

#[tokio::test]
async fn roles_that_are_never_out_of_work_leave_time_for_another() {
    let stop = AtomicBool::new(false);
    let work = async {
        let polled = eager(1_000).await;
        stop.store(true, Ordering::Relaxed);
        polled
    };
    let outcome = soon(simulate(busy::Choreography::new(&stop, work))).await.unwrap();
    assert_eq!(outcome.c, 1_000);
}

#[tokio::test]
async fn roles_that_are_never_out_of_work_leave_time_for_other_tasks() {
    let stop = Arc::new(AtomicBool::new(false));
    let stopper = stop.clone();
    let other = tokio::spawn(async move {
        settle().await;
        stopper.store(true, Ordering::Relaxed);
    });
    soon(simulate(busy::Choreography::new(&stop, async { 0 }))).await.unwrap();
    other.await.unwrap();
}

#[tokio::test]
async fn one_that_is_always_ready_does_not_starve_the_others() {
    let polls = AtomicU32::new(0);
    let others = AtomicU32::new(0);
    let restless = poll_fn(|cx| {
        polls.fetch_add(1, Ordering::Relaxed);
        cx.waker().wake_by_ref();
        if others.load(Ordering::Relaxed) == 2 { Poll::Ready(()) } else { Poll::Pending }
    });
    let other = || async {
        eager(1_000).await;
        others.fetch_add(1, Ordering::Relaxed);
    };
    soon(together((other(), restless, other()))).await;
    assert!(polls.load(Ordering::Relaxed) <= 1_001, "{polls:?}");
}

#[tokio::test]
async fn more_than_a_word_of_futures() {
    for count in [1, 63, 64, 65, 130, 500] {
        let futures = (0..count).map(|i| async move {
            for _ in 0..i % 7 {
                tokio::task::yield_now().await;
            }
            i
        });
        let outputs = soon(together(futures.collect::<Vec<_>>())).await;
        assert_eq!(outputs, (0..count).collect::<Vec<_>>());
    }
    assert_eq!(soon(together(Vec::<std::future::Ready<()>>::new())).await, []);
}

chor! {
    chor three[A, B, C](at_a: impl Future<Output = u32> @ A, at_c: impl Future<Output = u32> @ C) -> u32 @ B {
        let x: u32 = A -> B: at_a.await;
        let y: u32 = C -> B: at_c.await;
        x + y
    }
}

#[tokio::test]
async fn a_panic_in_one_role_goes_on_and_its_peers_know() {
    let [a, b, c] = memory::session();
    let watched = tokio::spawn(async move { play_role(three::B::new(), &b).await });
    let both = tokio::spawn(async move {
        let a = play_role(three::A::new(async { 1 }), &a);
        let c = play_role(
            three::C::new(async {
                settle().await;
                panic!("at work")
            }),
            &c,
        );
        together((a, c)).await
    });
    let panic = soon(both).await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"at work"));
    let error = crate::ended(watched).await.unwrap_err();
    assert_eq!((error.role(), error.peer(), error.cause().role()), ("B", Some("C"), "C"));
    assert_eq!(*error.cause().reason(), Reason::Panic("at work".to_owned()));
    assert!(error.place().to_string().contains("`y`"), "{}", error.place());
}

#[tokio::test]
#[should_panic(expected = "at work")]
async fn a_panic_goes_through_simulate() {
    let all = three::Choreography::new(async { panic!("at work") }, pending());
    let _ = soon(simulate(all)).await;
}

/// After a panic that somebody caught, the thread plays other sessions as before.
#[test]
fn a_caught_panic_leaves_nothing_behind() {
    for _ in 0..3 {
        let all = three::Choreography::new(async { panic!("at work") }, async { 1 });
        let caught =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| block_on(simulate(all))));
        assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"at work"));
        let all = three::Choreography::new(async { 2 }, async { 3 });
        assert_eq!(block_on(simulate(all)).unwrap().b, 5);
    }
}

#[tokio::test]
async fn dropped_midway_its_roles_are_cancelled() {
    let held = Arc::new(());
    let [a, b, c] = memory::session();
    let watched = tokio::spawn(async move { play_role(three::B::new(), &b).await });
    let kept = held.clone();
    let mut both = Box::pin(async move {
        let a = play_role(three::A::new(async { 1 }), &a);
        let c = play_role(
            three::C::new(async {
                pending::<()>().await;
                drop(kept);
                2
            }),
            &c,
        );
        together((a, c)).await
    });
    assert!(both.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    settle().await;
    assert!(!watched.is_finished());
    drop(both);
    assert_eq!(Arc::strong_count(&held), 1);
    let error = crate::ended(watched).await.unwrap_err();
    assert_eq!((error.peer(), error.cause().role()), (Some("C"), "C"));
    assert_eq!(*error.cause().reason(), Reason::Cancelled);
}

#[tokio::test]
async fn all_dropped_midway_drop_what_they_hold() {
    let held = Arc::new(());
    let kept = held.clone();
    let at_c = async {
        pending::<()>().await;
        drop(kept);
        2
    };
    let mut all = Box::pin(simulate(three::Choreography::new(async { 1 }, at_c)));
    assert!(all.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(all);
    assert_eq!(Arc::strong_count(&held), 1);
}

chor! {
    /// `A` runs a session of its own meanwhile, and its `C` waits for the `C` of this one.
    chor outer[A, B, C](receiver: Receiver<u32> @ A, sender: Sender<u32> @ C) -> u32 @ B {
        let x: u32 = A -> B: {
            let all = three::Choreography::new(async { 1 }, async { receiver.await.unwrap() });
            simulate(all).await?.b
        };
        C: settle().await;
        C: sender.send(10).unwrap();
        let y: u32 = C -> B: 100;
        x + y
    }
}

#[tokio::test]
async fn sessions_within_sessions() {
    let (sender, receiver) = channel();
    let outcome = soon(simulate(outer::Choreography::new(receiver, sender))).await.unwrap();
    assert_eq!(outcome.b, 111);
}

/// A task moves from thread to thread while its roles run.
#[test]
fn polled_by_one_thread_after_the_other() {
    let mut all = Box::pin(simulate(three::Choreography::new(eager(1_000), eager(500))));
    for poll in 1.. {
        let (again, polled) = thread::spawn(move || {
            let polled = all.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            (all, polled)
        })
        .join()
        .unwrap();
        all = again;
        if let Poll::Ready(outcome) = polled {
            assert_eq!(outcome.unwrap().b, 1_500);
            assert!(poll > 1, "it didn't move");
            return;
        }
    }
}

/// Runs a future on this thread, without an executor's timers, tasks or sockets.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[test]
fn without_any_executor() {
    let all = three::Choreography::new(eager(300), eager(20));
    assert_eq!(block_on(simulate(all)).unwrap().b, 320);

    // One role to a thread, woken by the others.
    let [a, b, c] = memory::session();
    let sum = thread::scope(|scope| {
        scope.spawn(|| block_on(play_role(three::A::new(eager(10)), &a)).unwrap());
        scope.spawn(|| block_on(play_role(three::C::new(eager(10)), &c)).unwrap());
        block_on(play_role(three::B::new(), &b)).unwrap()
    });
    assert_eq!(sum, 20);

    // Two roles in one task here, the third one on another thread.
    let [a, b, c] = memory::session();
    let sum = thread::scope(|scope| {
        scope.spawn(|| block_on(play_role(three::C::new(eager(1_000)), &c)).unwrap());
        let (a, b) = (play_role(three::A::new(eager(1_000)), &a), play_role(three::B::new(), &b));
        block_on(together((a, b))).1.unwrap()
    });
    assert_eq!(sum, 2_000);
}
