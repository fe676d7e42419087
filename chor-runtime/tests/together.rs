//! Several roles, or any futures, in one task.

mod script;

use chor_runtime::{Error, Reason, memory, play_role, play_together, together};
use script::{Act, DATE, OutOfStock, PRICE, TITLE, Three, Two, buyer, repeat, seller};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;
use tokio::sync::Semaphore;

fn ping(count: usize) -> Vec<Act> {
    repeat(&[Act::Send(1, TITLE, 1), Act::Recv(1, PRICE)], count)
}

fn pong(count: usize) -> Vec<Act> {
    repeat(&[Act::Recv(0, TITLE), Act::Send(0, PRICE, 2)], count)
}

#[tokio::test]
async fn two_roles_of_a_memory_session() {
    let [a, b] = memory::session();
    let (a, b) =
        together((play_role(buyer(ping(1000)), &a), play_role(seller(pong(1000)), &b))).await;
    assert_eq!((a.unwrap(), b.unwrap()), (vec![2; 1000], vec![1; 1000]));
}

#[tokio::test]
async fn one_role_here_and_one_in_another_task() {
    let [a, b] = memory::session();
    let b = tokio::spawn(async move { play_role(seller(pong(1000)), &b).await });
    let (a,) = together((play_role(buyer(ping(1000)), &a),)).await;
    assert_eq!((a.unwrap().len(), b.await.unwrap().unwrap().len()), (1000, 1000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_role_here_and_one_on_another_thread() {
    for _ in 0..20 {
        let [a, b] = memory::session();
        let b = tokio::spawn(async move { play_role(seller(pong(1000)), &b).await });
        let a = tokio::spawn(async move { together((play_role(buyer(ping(1000)), &a),)).await.0 });
        assert_eq!(
            (a.await.unwrap().unwrap().len(), b.await.unwrap().unwrap().len()),
            (1000, 1000)
        );
    }
}

#[tokio::test]
async fn more_futures_than_bits_in_a_word() {
    let gate = Arc::new(Semaphore::new(0));
    let futures: Vec<_> = (0..150)
        .map(|number| {
            let gate = Arc::clone(&gate);
            async move {
                // Each lets the next one go on.
                if number > 0 {
                    gate.acquire().await.unwrap().forget();
                }
                gate.add_permits(1);
                number
            }
        })
        .collect();
    assert_eq!(together(futures).await, (0..150).collect::<Vec<_>>());
}

#[tokio::test]
async fn no_futures_are_done_at_once() {
    assert_eq!(together(Vec::<std::future::Ready<()>>::new()).await, []);
}

#[tokio::test(start_paused = true)]
async fn timers_work_inside() {
    let sleep = |seconds| async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        seconds
    };
    assert_eq!(together((sleep(3), sleep(1), async { 0 })).await, (3, 1, 0));
}

#[tokio::test]
async fn a_combinator_inside_a_branch_is_woken_itself() {
    // `join!` and `Together` inside poll the roles with the branch's waker or their own.
    let [a, b] = memory::session();
    let [c, d] = memory::session();
    let inner = async {
        together((play_role(buyer(ping(100)), &a), play_role(buyer(ping(100)), &c))).await
    };
    let joined =
        async { tokio::join!(play_role(seller(pong(100)), &b), play_role(seller(pong(100)), &d)) };
    let ((a, c), (b, d)) = together((inner, joined)).await;
    for role in [a, b, c, d] {
        assert_eq!(role.unwrap().len(), 100);
    }
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn the_task_is_woken_only_from_outside() {
    let gate = Arc::new(Semaphore::new(0));
    let mut acts = ping(10);
    acts.push(Act::Wait(Arc::clone(&gate)));
    let mut playing = pin!(play_together(Two(acts, pong(10))));
    let woken = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut cx = Context::from_waker(&waker);
    assert!(playing.as_mut().poll(&mut cx).is_pending());
    assert_eq!(woken.0.load(Ordering::Relaxed), 0);
    gate.add_permits(1);
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    assert!(matches!(playing.as_mut().poll(&mut cx), Poll::Ready(Ok(_))));
}

/// Unlike `yield_now`, which also waits for the runtime to look for events.
async fn yield_at_once() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[tokio::test]
async fn others_of_the_thread_get_their_turn() {
    let turns = Arc::new(AtomicUsize::new(0));
    let other = tokio::spawn({
        let turns = Arc::clone(&turns);
        async move {
            loop {
                turns.fetch_add(1, Ordering::Relaxed);
                yield_at_once().await;
            }
        }
    });
    tokio::spawn(play_together(Two(ping(10_000), pong(10_000)))).await.unwrap().unwrap();
    other.abort();
    assert!(turns.load(Ordering::Relaxed) > 100);
}

/// Never has anything to wait for: as what an executor holds back until others had their turn.
async fn restless(polls: &AtomicUsize) {
    poll_fn::<(), _>(|cx| {
        polls.fetch_add(1, Ordering::Relaxed);
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[test]
fn the_turns_of_those_inside_each_other_add_up() {
    let polls: [AtomicUsize; 2] = Default::default();
    let one = || async { together((together((together((restless(&polls[0]),)),)),)).await };
    let mut all = pin!(together((one(), restless(&polls[1]), one())));
    let woken = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&woken));
    for turns in 1..=3 {
        assert!(all.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        assert_eq!(woken.0.load(Ordering::Relaxed), turns);
        // Were each to have so many turns in each of those of the one around it, it would be millions.
        let inside = polls[0].load(Ordering::Relaxed);
        assert!(inside <= turns * 2 * 128, "{inside} polls");
        assert_eq!(polls[1].load(Ordering::Relaxed), turns);
    }
}

/// A thread that is no worker of tokio's wakes at once whoever has used up the task's budget.
#[test]
fn who_has_used_up_the_budget_of_the_task_goes_on_soon() {
    let polls = AtomicUsize::new(0);
    let one = || async {
        for _ in 0..1000 {
            let mut step = pin!(tokio::task::consume_budget());
            poll_fn(|cx| {
                polls.fetch_add(1, Ordering::Relaxed);
                step.as_mut().poll(cx)
            })
            .await;
        }
    };
    let nested = || async { together((together((one(), one())),)).await };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    runtime.block_on(together((nested(), nested())));
    let polls = polls.into_inner();
    assert!(polls < 4 * 1000 * 10, "{polls} polls");
}

#[tokio::test]
async fn the_first_failure_is_given_and_not_its_echo() {
    let roles = Three(
        vec![Act::Recv(1, PRICE)],
        vec![Act::Recv(2, DATE), Act::Send(0, PRICE, 1)],
        vec![Act::Yield, Act::Fail],
    );
    let error = play_together(roles).await.unwrap_err();
    assert_eq!(error.role(), "Bank");
    assert_eq!(error.downcast_ref::<OutOfStock>(), Some(&OutOfStock(3)));
}

#[tokio::test]
async fn of_two_failures_the_first_in_time_is_given() {
    let roles = Two(vec![Act::Yield, Act::Yield, Act::Fail], vec![Act::Fail]);
    assert_eq!(play_together(roles).await.unwrap_err().role(), "Seller");
}

#[tokio::test]
async fn a_receive_from_a_finished_role_fails() {
    let error = play_together(Two(vec![Act::Recv(1, PRICE)], vec![])).await.unwrap_err();
    assert!(matches!(error, Error::Finished { .. }), "{error}");
}

#[tokio::test]
#[should_panic(expected = "out of paper")]
async fn a_panic_goes_on() {
    let roles = Two(vec![Act::Recv(1, PRICE)], vec![Act::Panic]);
    let _ = play_together(roles).await;
}

#[tokio::test]
async fn after_a_panic_other_sessions_go_on() {
    let panicking = Two(vec![Act::Recv(1, PRICE)], vec![Act::Yield, Act::Panic]);
    tokio::spawn(play_together(panicking)).await.unwrap_err();
    let outcome = play_together(Two(ping(10), pong(10))).await.unwrap();
    assert_eq!(outcome, [vec![2; 10], vec![1; 10]]);
}

#[tokio::test]
async fn the_others_learn_of_a_panic_if_they_are_elsewhere() {
    let [a, b, c] = memory::session();
    let elsewhere = tokio::spawn(async move {
        play_role(script::Role::<0, 3>(vec![Act::Recv(1, PRICE)]), &a).await
    });
    let here = tokio::spawn(async move {
        together((
            play_role(script::Role::<1, 3>(vec![Act::Panic]), &b),
            play_role(script::Role::<2, 3>(vec![Act::Hang]), &c),
        ))
        .await
    });
    here.await.unwrap_err();
    let cause = elsewhere.await.unwrap().unwrap_err().cause();
    assert_eq!(cause.reason(), &Reason::Panic("out of paper".into()));
}
