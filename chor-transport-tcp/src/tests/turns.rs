//! Who is woken for what arrives: the receive that it is for, unless it has read it by itself.
//!
//! Nothing else runs between two polls here, so wakes can be counted.

use super::raw::of_pipe;
use crate::Options;
use crate::session::Tcp;
use crate::streams::over;
use chor::prelude::*;
use chor_runtime::{Address, Bincode, Fault, Lane, Transport};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use tokio::join;

chor! {
    chor says[A, B](number: u32 @ A) {
        let number: u32 = A -> B: number;
        B: assert_ne!(number, 0);
    }
}

#[derive(Default)]
struct Counter(AtomicUsize);

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Counter {
    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Two ends that have met, and of whose links nobody reads but their receives.
async fn met() -> [Tcp; 2] {
    let (a, b) = tokio::io::duplex(1000);
    let [a, b] = [(0, a), (1, b)].map(|(place, pipe)| {
        over(place, vec![of_pipe(pipe)], Bincode, Options::default()).unwrap()
    });
    let (one, two) = join!(a.start(&says::PROTOCOL), b.start(&says::PROTOCOL));
    one.unwrap();
    two.unwrap();
    [a, b]
}

fn of(peer: usize, lane: u64) -> Address {
    Address::new(peer, Lane::new(lane), &says::PROTOCOL.steps[0])
}

fn send(a: &Tcp, lane: u64, number: u32) {
    let (to, parcel) = (of(1, lane), a.pack(number).unwrap());
    let sent = pin!(a.send::<u32>(&to, parcel)).poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(sent, Poll::Ready(Ok(()))));
    a.flush();
}

type Received = Poll<Result<u32, Box<Fault>>>;

#[tokio::test(start_paused = true)]
async fn a_receive_that_has_read_its_message_is_not_woken_for_it_once_more() {
    let [a, b] = met().await;
    let (counter, from) = (Arc::<Counter>::default(), of(0, 0));
    let waker = Waker::from(Arc::clone(&counter));
    for number in 1..=3 {
        let mut receive = pin!(b.recv::<u32>(&from));
        let mut poll = || -> Received { receive.as_mut().poll(&mut Context::from_waker(&waker)) };
        assert!(poll().is_pending());
        send(&a, 0, number);
        assert_eq!(counter.count(), number as usize, "the pipe says that there is something");
        assert!(matches!(poll(), Poll::Ready(Ok(received)) if received == number));
        assert_eq!(counter.count(), number as usize);
    }
}

#[tokio::test(start_paused = true)]
async fn a_receive_wakes_the_others_of_its_task_for_what_it_has_read() {
    let [a, b] = met().await;
    let (counter, [one, two]) = (Arc::<Counter>::default(), [of(0, 1), of(0, 2)]);
    let waker = Waker::from(Arc::clone(&counter));
    let mut cx = Context::from_waker(&waker);
    let (mut first, mut second) = (pin!(b.recv::<u32>(&one)), pin!(b.recv::<u32>(&two)));
    assert!(first.as_mut().poll(&mut cx).is_pending());
    assert!(second.as_mut().poll(&mut cx).is_pending());
    send(&a, 1, 7);
    assert_eq!(counter.count(), 1);
    // The task polls the first one before the second has read for it.
    assert!(second.as_mut().poll(&mut cx).is_pending());
    assert_eq!(counter.count(), 2);
    assert!(matches!(first.as_mut().poll(&mut cx), Poll::Ready(Ok(7))));
    send(&a, 2, 8);
    assert!(matches!(second.as_mut().poll(&mut cx), Poll::Ready(Ok(8))));
}

#[tokio::test(start_paused = true)]
async fn a_receive_that_reads_the_end_of_its_peer_is_over() {
    let [a, b] = met().await;
    let (counter, from) = (Arc::<Counter>::default(), of(0, 0));
    let waker = Waker::from(Arc::clone(&counter));
    let mut receive = pin!(b.recv::<u32>(&from));
    let mut poll = || -> Received { receive.as_mut().poll(&mut Context::from_waker(&waker)) };
    assert!(poll().is_pending());
    send(&a, 1, 7);
    assert!(poll().is_pending(), "that was for another lane");
    drop(a);
    assert!(matches!(poll(), Poll::Ready(Err(fault)) if matches!(*fault, Fault::Gone(_))));
}
