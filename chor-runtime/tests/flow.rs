//! Queues are bounded, and yet a program without a deadlock has none.

mod script;

use chor_runtime::{memory, play_role, play_together};
use script::{Act, DATE, PRICE, Role, TITLE, Three, Two, buyer, repeat, seller};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// The first sends everything before it receives anything.
fn exchange(peer: usize) -> Vec<Act> {
    let mut acts = repeat(&[Act::Send(peer, TITLE, 1)], 1000);
    acts.extend(repeat(&[Act::Recv(peer, TITLE)], 1000));
    acts
}

/// Sends to the next in a ring before it receives from the one before.
fn turn(next: usize, previous: usize) -> Vec<Act> {
    let mut acts = repeat(&[Act::Send(next, TITLE, 1)], 1000);
    acts.extend(repeat(&[Act::Recv(previous, TITLE)], 1000));
    acts
}

#[tokio::test]
async fn two_roles_exchange_more_than_their_queues_hold() {
    let [a, b] = memory::session();
    let a = tokio::spawn(async move { play_role(buyer(exchange(1)), &a).await });
    let b = tokio::spawn(async move { play_role(seller(exchange(0)), &b).await });
    assert_eq!(a.await.unwrap().unwrap().len(), 1000);
    assert_eq!(b.await.unwrap().unwrap().len(), 1000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_roles_on_two_threads_exchange_more_than_their_queues_hold() {
    for _ in 0..50 {
        let [a, b] = memory::session();
        let a = tokio::spawn(async move { play_role(buyer(exchange(1)), &a).await });
        let b = tokio::spawn(async move { play_role(seller(exchange(0)), &b).await });
        assert_eq!(a.await.unwrap().unwrap().len(), 1000);
        assert_eq!(b.await.unwrap().unwrap().len(), 1000);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_roles_exchange_in_a_ring() {
    for _ in 0..50 {
        let [a, b, c] = memory::session();
        let a = tokio::spawn(async move { play_role(Role::<0, 3>(turn(1, 2)), &a).await });
        let b = tokio::spawn(async move { play_role(Role::<1, 3>(turn(2, 0)), &b).await });
        let c = tokio::spawn(async move { play_role(Role::<2, 3>(turn(0, 1)), &c).await });
        for role in [a, b, c] {
            assert_eq!(role.await.unwrap().unwrap().len(), 1000);
        }
    }
}

#[tokio::test]
async fn roles_played_together_exchange_more_than_their_queues_hold() {
    let outcome = play_together(Two(exchange(1), exchange(0))).await.unwrap();
    assert_eq!(outcome.map(|received| received.len()), [1000; 2]);
    let outcome = play_together(Three(turn(1, 2), turn(2, 0), turn(0, 1))).await.unwrap();
    assert_eq!(outcome.map(|received| received.len()), [1000; 3]);
}

/// The cycle is closed by a receive: the first waits at the second's full queue, the second for the
/// third, which waits for the first.
#[tokio::test]
async fn a_receive_that_closes_a_cycle_lets_the_sender_go_on() {
    let mut first = repeat(&[Act::Send(1, TITLE, 1)], 100);
    first.push(Act::Send(2, PRICE, 2));
    let third = vec![Act::Yield, Act::Yield, Act::Recv(0, PRICE), Act::Send(1, DATE, 3)];
    let mut second = vec![Act::Yield, Act::Yield, Act::Yield, Act::Recv(2, DATE)];
    second.extend(repeat(&[Act::Recv(0, TITLE)], 100));

    let outcome = play_together(Three(first.clone(), second.clone(), third.clone())).await.unwrap();
    assert_eq!(outcome.map(|received| received.len()), [0, 101, 1]);
    let [a, b, c] = memory::session();
    let a = tokio::spawn(async move { play_role(Role::<0, 3>(first), &a).await });
    let b = tokio::spawn(async move { play_role(Role::<1, 3>(second), &b).await });
    let c = tokio::spawn(async move { play_role(Role::<2, 3>(third), &c).await });
    for (role, count) in [(a, 0), (b, 101), (c, 1)] {
        assert_eq!(role.await.unwrap().unwrap().len(), count);
    }
}

/// Sends 1000 messages, and counts them.
fn producer(to: usize, sent: &Arc<AtomicUsize>) -> Vec<Act> {
    repeat(&[Act::Send(to, TITLE, 1), Act::Count(Arc::clone(sent))], 1000)
}

/// Lets the consumer take some messages at a time; the producer must stay just ahead of it.
async fn stays_bounded(gate: &Semaphore, sent: &AtomicUsize) {
    for taken in (0..100).step_by(10) {
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        assert_eq!((gate.available_permits(), sent.load(Ordering::Relaxed)), (0, taken + 16));
        gate.add_permits(10);
    }
    gate.add_permits(900);
}

#[tokio::test]
async fn a_fast_producer_waits_for_a_slow_consumer() {
    let (gate, sent) = (Arc::new(Semaphore::new(0)), Arc::<AtomicUsize>::default());
    let consumer = repeat(&[Act::Wait(Arc::clone(&gate)), Act::Recv(0, TITLE)], 1000);
    let [a, b] = memory::session();
    let (acts, other) = (producer(1, &sent), consumer.clone());
    let playing = tokio::spawn(async move {
        tokio::join!(play_role(buyer(acts), &a), play_role(seller(other), &b))
    });
    stays_bounded(&gate, &sent).await;
    let (sending, receiving) = playing.await.unwrap();
    sending.unwrap();
    assert_eq!(receiving.unwrap().len(), 1000);

    sent.store(0, Ordering::Relaxed);
    let playing = tokio::spawn(play_together(Two(producer(1, &sent), consumer)));
    stays_bounded(&gate, &sent).await;
    assert_eq!(playing.await.unwrap().unwrap()[1].len(), 1000);
}

/// The consumer waits for a third role, which can run: that is no cycle.
#[tokio::test]
async fn a_fast_producer_waits_for_a_consumer_that_waits_for_a_third() {
    let (gate, sent) = (Arc::new(Semaphore::new(0)), Arc::<AtomicUsize>::default());
    let consumer = repeat(&[Act::Recv(2, PRICE), Act::Recv(0, TITLE)], 1000);
    let third = repeat(&[Act::Wait(Arc::clone(&gate)), Act::Send(1, PRICE, 1)], 1000);
    let [a, b, c] = memory::session();
    let roles = (
        Role::<0, 3>(producer(1, &sent)),
        Role::<1, 3>(consumer.clone()),
        Role::<2, 3>(third.clone()),
    );
    let playing = tokio::spawn(async move {
        tokio::join!(play_role(roles.0, &a), play_role(roles.1, &b), play_role(roles.2, &c))
    });
    stays_bounded(&gate, &sent).await;
    assert_eq!(playing.await.unwrap().1.unwrap().len(), 2000);

    sent.store(0, Ordering::Relaxed);
    let playing = tokio::spawn(play_together(Three(producer(1, &sent), consumer, third)));
    stays_bounded(&gate, &sent).await;
    assert_eq!(playing.await.unwrap().unwrap()[1].len(), 2000);
}
