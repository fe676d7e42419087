//! What all sessions of a link may hold together: peers that use more are cut off, and honest ones that
//! are slow hold up nobody.

use crate::log::Log;
use crate::raw::{MESSAGE, OPEN, Raw, Said, Shop, frame};
use crate::support::{connection, patient, within};
use chor::prelude::*;
use chor::tcp::{Node, Options, Security, Stream, Tcp, from_streams_with};
use chor::{Address, DefaultCodec, Lane, Transport};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tokio::io::AsyncWriteExt;
use tokio::sync::{Semaphore, mpsc};

const KIB: u64 = 1 << 10;

chor! {
    /// The consumer takes what comes when it may.
    chor produce[Producer, Consumer](
        parts: Vec<Vec<u8>> @ Producer,
        gate: Arc<Semaphore> @ Consumer,
    ) -> usize @ Consumer {
        let mut parts = Producer: parts.into_iter();
        let mut sum = Consumer: 0;
        Consumer: gate.acquire().await?.forget();
        loop {
            let part: Option<Vec<u8>> = Producer => Consumer: parts.next();
            let Some(part) = part else { break };
            Consumer: sum += part.len();
        }
        sum
    }

    chor double[A, B](value: Vec<u8> @ A) -> usize @ A {
        let value: Vec<u8> = A -> B: value;
        let twice: Vec<u8> = B -> A: value.repeat(2);
        A: twice.len()
    }
}

/// A little room: for one message, and three times as much for all.
fn little() -> Options {
    patient().max_message(64 << 10).window(16 << 10).memory(256 * KIB)
}

/// Sends a message in each of many sessions, which nobody takes, until it is cut off. Gives how much
/// memory the node has held at most, everything in this thread counted, and what it has logged.
fn held_against(message: impl Fn(u8) -> Vec<u8>) -> (u64, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut shop, said) = runtime.block_on(async {
        let mut shop = Shop::open(little()).await;
        let said = shop.recorded().await;
        (shop, said)
    });
    let (log, _listening) = Log::listen();
    let held = allocation_counter::measure(|| {
        runtime.block_on(async {
            let mut raw = Raw::to(shop.address()).await;
            raw.write(&said.greeting).await;
            raw.greeting().await;
            for channel in 1..100 {
                let said = [opening(&said, channel), message(channel)].concat();
                if raw.0.write_all(&said).await.is_err() {
                    break;
                }
            }
            raw.rest().await;
            shop.assert_goes_on().await;
        });
    });
    (held.bytes_max, log.text())
}

/// The opening of a session of its own.
fn opening(said: &Said, channel: u8) -> Vec<u8> {
    let mut open = said.of(OPEN).next().unwrap().clone();
    open[5] = channel;
    open[6..22].fill(channel);
    open
}

#[test]
fn a_peer_that_fills_the_windows_of_many_sessions_is_cut_off() {
    // In a lane that nobody receives from.
    let (held, log) = held_against(|channel| frame(MESSAGE, &[channel, 9, 0], &[7; 16 << 10]));
    assert!(log.contains("sent more than may wait for all sessions: 196596 bytes"), "{log}");
    assert!(held < 1500 * KIB, "{held} bytes");
}

#[test]
fn a_peer_that_announces_large_messages_in_many_sessions_is_cut_off() {
    const FIRST: u8 = 2;
    // Its step has the number 1, its length is 60,000, and one byte of it comes.
    let first = [1, 0x80 | 0x60, 0x80 | 0x54, 0x03, 7];
    let (held, log) = held_against(|channel| frame(FIRST, &[channel, 9, 0], &first));
    assert!(log.contains("sent more than may wait for all sessions: 196596 bytes"), "{log}");
    assert!(held < 1500 * KIB, "{held} bytes");
}

async fn listening() -> (Node, String) {
    let codec = DefaultCodec::default();
    let node = Node::listen_with("127.0.0.1:0", Security::Plaintext, codec, little()).await;
    let node = node.expect("a port");
    let address = node.address().expect("it listens").to_string();
    (node, address)
}

fn dialling() -> Node {
    Node::with(Security::Plaintext, DefaultCodec::default(), little())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_sessions_that_use_up_the_room_hold_up_nobody_and_go_on() {
    const SLOW: usize = 30;
    let (server, address) = listening().await;
    let (gate, (said, mut heard)) = (Arc::new(Semaphore::new(0)), mpsc::unbounded_channel());
    let own = Arc::clone(&gate);
    server.serve_then(
        move |_| produce::Consumer::new(Arc::clone(&own)),
        move |_, ended| drop(said.send(ended)),
    );
    server.serve(|_| double::B::new());
    let client = dialling();
    let parts = || vec![vec![7; 5000]; 20];
    let slow: Vec<_> = (0..SLOW)
        .map(|_| {
            tokio::spawn(client.session([(1, &address)]).play(produce::Producer::new(parts())))
        })
        .collect();
    while server.sessions() < SLOW {
        tokio::task::yield_now().await;
    }
    // Small ones, and the largest that there may be.
    for size in [1, 10_000, 32_000].repeat(10) {
        let session = client.session([(1, &address)]).play(double::A::new(vec![1; size]));
        assert_eq!(within(session).await.unwrap(), 2 * size);
    }
    gate.add_permits(SLOW);
    for _ in 0..SLOW {
        assert_eq!(within(heard.recv()).await.unwrap().unwrap(), 20 * 5000);
    }
    for task in slow {
        within(task).await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_large_messages_share_the_room_for_one() {
    let (server, address) = listening().await;
    server.serve(|_| double::B::new());
    let client = dialling();
    let play = || client.session([(1, &address)]).play(double::A::new(vec![1; 32_000]));
    let all: Vec<_> = (0..100).map(|_| tokio::spawn(play())).collect();
    for task in all {
        assert_eq!(within(task).await.unwrap().unwrap(), 64_000);
    }
}

async fn met() -> [Tcp; 2] {
    let (a, b) = connection().await;
    let [a, b] = [(0, a), (1, b)].map(|(place, stream)| {
        let (codec, stream) = (DefaultCodec::default(), Stream::plaintext(stream));
        from_streams_with(place, [stream], codec, little()).unwrap()
    });
    let protocol = &double::PROTOCOL;
    let (one, two) = within(async { tokio::join!(a.start(protocol), b.start(protocol)) }).await;
    one.unwrap();
    two.unwrap();
    [a, b]
}

fn at(peer: usize, lane: u64) -> Address {
    Address::new(peer, Lane::new(lane), &double::PROTOCOL.steps[0])
}

async fn send(a: &Tcp, lane: u64, length: usize) {
    let parcel = a.pack(vec![7u8; length]).unwrap();
    a.send::<Vec<u8>>(&at(1, lane), parcel).await.unwrap();
    a.flush();
}

async fn take(b: &Tcp, lane: u64) -> usize {
    within(b.recv::<Vec<u8>>(&at(0, lane))).await.unwrap().len()
}

#[tokio::test]
async fn a_send_that_gives_up_leaves_the_room_to_others() {
    let [a, b] = met().await;
    let mut cx = Context::from_waker(Waker::noop());
    // More than the session's share, so that what follows has to ask.
    within(send(&a, 1, 60_000)).await;
    {
        let mut given_up = pin!(send(&a, 2, 60_000));
        assert!(given_up.as_mut().poll(&mut cx).is_pending());
        // It is told that it may send, and doesn't.
        let address = at(0, 2);
        let mut waits = pin!(b.recv::<Vec<u8>>(&address));
        assert!(waits.as_mut().poll(&mut cx).is_pending());
    }
    // Its room is for one such message.
    let third = async { tokio::join!(send(&a, 3, 60_000), take(&b, 3)).1 };
    assert_eq!(within(third).await, 60_000);
    let again = async { tokio::join!(send(&a, 2, 61_000), take(&b, 2)).1 };
    assert_eq!(within(again).await, 61_000);
    assert_eq!(take(&b, 1).await, 60_000);
}

#[tokio::test]
async fn a_smaller_or_larger_message_may_come_in_place_of_one_that_gives_up() {
    for length in [10, 63_000] {
        let [a, b] = met().await;
        within(send(&a, 1, 60_000)).await;
        let mut cx = Context::from_waker(Waker::noop());
        {
            let mut given_up = pin!(send(&a, 2, 30_000));
            assert!(given_up.as_mut().poll(&mut cx).is_pending());
        }
        let taken = async { tokio::join!(take(&b, 2), send(&a, 2, length)).0 };
        assert_eq!(within(taken).await, length);
        assert!(matches!(pin!(take(&b, 1)).poll(&mut cx), Poll::Ready(60_000)));
    }
}
