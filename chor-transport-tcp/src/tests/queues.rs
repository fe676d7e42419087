//! Several sends of one round that wait for room, one of which is given up: the others get their turn.

use super::raw::of_pipe;
use crate::Options;
use crate::session::Tcp;
use crate::streams::over;
use chor::prelude::*;
use chor_runtime::{Address, Bincode, Lane, Transport};
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;
use tokio::join;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

chor! {
    chor says[A, B](bytes: Vec<u8> @ A) {
        let bytes: Vec<u8> = A -> B: bytes;
        B: drop(bytes);
    }
}

const WINDOW: usize = 10_000;

/// A session has room for three windows beside the body's, and the link for more.
fn little_credit() -> Options {
    Options::default().window(10_000)
}

/// The link has room for 200,000 bytes, and for one message of half of that.
fn little_room() -> Options {
    Options::default().window(100_000).max_message(100_000).memory(300_012)
}

async fn met(options: Options) -> [Arc<Tcp>; 2] {
    let (a, b) = tokio::io::duplex(1000);
    let [a, b] = [(0, a), (1, b)].map(|(place, pipe)| {
        Arc::new(over(place, vec![of_pipe(pipe)], Bincode, options.clone()).unwrap())
    });
    let (one, two) = join!(a.start(&says::PROTOCOL), b.start(&says::PROTOCOL));
    one.unwrap();
    two.unwrap();
    [a, b]
}

/// The lanes of three branches in one round.
fn branches(ends: &[Arc<Tcp>; 2]) -> [Lane; 3] {
    let [one, two] = [0, 1].map(|end| ends[end].begin_round(Lane::ROOT, 5).unwrap());
    assert_eq!(one, two);
    [0, 1, 2].map(|index| one.branch(7, index))
}

fn at(peer: usize, lane: Lane) -> Address {
    Address::new(peer, lane, &says::PROTOCOL.steps[0])
}

async fn send(a: Arc<Tcp>, lane: Lane, length: usize) {
    let parcel = a.pack(vec![7u8; length]).unwrap();
    a.send::<Vec<u8>>(&at(1, lane), parcel).await.unwrap();
    a.flush();
}

/// In a task of its own.
fn sends(a: &Arc<Tcp>, lane: Lane, length: usize) -> JoinHandle<()> {
    tokio::spawn(send(Arc::clone(a), lane, length))
}

async fn take(b: &Tcp, lane: Lane) -> usize {
    let from = at(0, lane);
    let taken = timeout(Duration::from_mins(1), b.recv::<Vec<u8>>(&from)).await;
    taken.expect("it comes").unwrap().len()
}

/// Until nobody has anything left to do.
async fn quiet() {
    sleep(Duration::from_secs(1)).await;
}

/// Who comes first, who gives up and who waits, by the numbers of their branches: the same, or others.
const BRANCHES: [[usize; 3]; 7] =
    [[0, 0, 0], [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

#[tokio::test(start_paused = true)]
async fn who_waits_for_credit_has_its_turn_when_another_gives_up() {
    for [first, gives_up, waits] in BRANCHES {
        let ends = met(little_credit()).await;
        let (lanes, [a, b]) = (branches(&ends), &ends);
        send(Arc::clone(a), lanes[first], WINDOW).await;
        let [given_up, waiting] = [gives_up, waits].map(|lane| sends(a, lanes[lane], 100));
        quiet().await;
        // In one lane, the window is full.
        assert!(first != waits || !waiting.is_finished());
        let left = !given_up.is_finished();
        given_up.abort();
        assert_eq!(take(b, lanes[first]).await, WINDOW);
        if !left {
            assert_eq!(take(b, lanes[gives_up]).await, 100);
        }
        assert_eq!(take(b, lanes[waits]).await, 100);
        waiting.await.unwrap();
        // What was given up has left nothing.
        sends(a, lanes[gives_up], 50);
        assert_eq!(take(b, lanes[gives_up]).await, 50);
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_behind_a_large_message_has_its_turn_when_another_gives_up() {
    for [first, gives_up, waits] in BRANCHES {
        let ends = met(Options::default()).await;
        let (lanes, [a, b]) = (branches(&ends), &ends);
        send(Arc::clone(a), lanes[first], 100_000).await;
        let mut given_up = Box::pin(send(Arc::clone(a), lanes[gives_up], 100));
        let mut cx = Context::from_waker(Waker::noop());
        let sent = given_up.as_mut().poll(&mut cx).is_ready();
        assert!(first != gives_up || !sent, "the large one is on its way");
        let waiting = sends(a, lanes[waits], 200);
        tokio::task::yield_now().await;
        drop(given_up);
        assert_eq!(take(b, lanes[first]).await, 100_000);
        if sent {
            assert_eq!(take(b, lanes[gives_up]).await, 100);
        }
        assert_eq!(take(b, lanes[waits]).await, 200);
        waiting.await.unwrap();
    }
}

/// Two sends that have to ask for room: the first of them gives up, before or after it is the one that is
/// waited for.
async fn one_of_two_that_ask_gives_up(options: fn() -> Options, filling: [usize; 3]) {
    for [first, gives_up, waits] in BRANCHES.into_iter().skip(1) {
        for (lengths, is_waited_for) in [[100, 100], [40_000, 9000], [9000, 40_000]]
            .into_iter()
            .flat_map(|it| [(it, true), (it, false)])
        {
            let ends = met(options()).await;
            let (lanes, [a, b]) = (branches(&ends), &ends);
            // Of rounds, one message more may come where there is none.
            send(Arc::clone(a), lanes[first], 1).await;
            for (lane, length) in (1..).zip(filling) {
                send(Arc::clone(a), Lane::new(lane), length).await;
            }
            let given_up = sends(a, lanes[gives_up], lengths[0]);
            quiet().await;
            let waiting = sends(a, lanes[waits], lengths[1]);
            quiet().await;
            assert!(!given_up.is_finished() && !waiting.is_finished(), "there is no room");
            let from = at(0, lanes[gives_up]);
            let mut wanted = Box::pin(b.recv::<Vec<u8>>(&from));
            if is_waited_for {
                assert!(wanted.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            }
            given_up.abort();
            drop(wanted);
            quiet().await;
            assert_eq!(take(b, lanes[first]).await, 1);
            assert_eq!(take(b, lanes[waits]).await, lengths[1]);
            waiting.await.unwrap();
            for (lane, length) in (1..).zip(filling) {
                assert_eq!(take(b, Lane::new(lane)).await, length);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_for_room_in_its_session_has_its_turn_when_another_gives_up() {
    one_of_two_that_ask_gives_up(little_credit, [WINDOW; 3]).await;
}

#[tokio::test(start_paused = true)]
async fn who_asks_for_room_on_its_link_has_its_turn_when_another_gives_up() {
    one_of_two_that_ask_gives_up(little_room, [99_900, 99_990, 0]).await;
}
