//! Messages whose encoding and decoding, which are code of the user, use the node that carries them.

use super::raw::of_pipe;
use crate::session::Tcp;
use crate::streams::over;
use crate::{Node, Options, Security};
use chor::prelude::*;
use chor_runtime::{Address, Bincode, Lane, Transport};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::join;
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use tokio::time::timeout;

const AGES: Duration = Duration::from_hours(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    Encoded,
    Decoded,
}

type Hook = Box<dyn FnOnce() + Send>;

/// What is done when a message of this number is encoded or decoded next.
static HOOKS: Mutex<BTreeMap<(u32, When), Hook>> = Mutex::new(BTreeMap::new());

fn set(number: u32, when: When, hook: impl FnOnce() + Send + 'static) {
    HOOKS.lock().unwrap().insert((number, when), Box::new(hook));
}

fn is_set(number: u32, when: When) -> bool {
    HOOKS.lock().unwrap().contains_key(&(number, when))
}

#[derive(Clone)]
struct Busy(u32);

impl Busy {
    fn interrupt(&self, when: When) {
        let hook = HOOKS.lock().unwrap().remove(&(self.0, when));
        if let Some(hook) = hook {
            hook();
        }
    }
}

impl Serialize for Busy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.interrupt(When::Encoded);
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Busy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let busy = u32::deserialize(deserializer).map(Self)?;
        busy.interrupt(When::Decoded);
        Ok(busy)
    }
}

chor! {
    /// Messages of all kinds: several in a row, in a round, to keep, and one that is waited for.
    chor busy[A, B]() -> Vec<u32> @ B {
        let mut came = B: Vec::new();
        for number in 0..4u32 {
            let busy: Busy = A -> B: Busy(number);
            B: came.push(busy.0);
        }
        let timely: Option<Busy> = A -> B within AGES: Busy(4);
        let kept: Busy = A => B: Busy(5);
        A: assert_eq!(kept.0, 5);
        B: came.extend([timely.map_or(0, |busy| busy.0), kept.0]);
        let answer: Busy = B -> A: Busy(6);
        A: assert_eq!(answer.0, 6);
        came
    }

    chor double[A, B](number: u32 @ A) -> u32 @ A {
        let number: u32 = A -> B: number;
        B -> A: 2 * number
    }
}

async fn node() -> (Node, String) {
    let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.unwrap();
    let address = node.address().unwrap().to_string();
    (node, address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_may_be_played_while_a_message_is_encoded_or_decoded() {
    let ((client, _), (server, address)) = (node().await, node().await);
    let (tell, mut ended) = tokio::sync::mpsc::unbounded_channel();
    server.serve_then(|_| busy::B::new(), move |_, came| drop(tell.send(came)));
    server.serve(|_| double::B::new());
    for number in 0..7 {
        for when in [When::Encoded, When::Decoded] {
            // Who does it: only the client has a link to the server already.
            let is_client = (number < 6) == (when == When::Encoded);
            let node = if is_client { client.clone() } else { server.clone() };
            let own = address.clone();
            set(number, when, move || {
                let played = node.session([(1, own)]).play(double::A::new(21));
                let twice = block_in_place(|| Handle::current().block_on(played));
                assert_eq!(twice.unwrap(), 42);
            });
            let played = client.session([(1, &address)]).play(busy::A::new());
            let played = timeout(Duration::from_mins(1), played).await;
            played.unwrap_or_else(|_| panic!("it hangs at {number}, {when:?}")).unwrap();
            assert!(!is_set(number, when));
            assert_eq!(ended.recv().await.unwrap().unwrap(), [0, 1, 2, 3, 4, 5]);
        }
    }
}

async fn met() -> [Arc<Tcp>; 2] {
    let (a, b) = tokio::io::duplex(1 << 16);
    let [a, b] = [(0, a), (1, b)].map(|(place, pipe)| {
        Arc::new(over(place, vec![of_pipe(pipe)], Bincode, Options::default()).unwrap())
    });
    let (one, two) = join!(a.start(&double::PROTOCOL), b.start(&double::PROTOCOL));
    one.unwrap();
    two.unwrap();
    [a, b]
}

fn at(peer: usize, lane: Lane) -> Address {
    Address::new(peer, lane, &double::PROTOCOL.steps[0])
}

/// Sends at once.
fn send<M: chor_runtime::Message>(from: &Tcp, lane: Lane, message: M) {
    let (to, parcel) = (at(1 - from.place(), lane), from.pack(message).unwrap());
    let sent = pin!(from.send::<M>(&to, parcel)).poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(sent, Poll::Ready(Ok(()))));
    from.flush();
}

async fn take<M: chor_runtime::Message>(by: &Tcp, lane: Lane) -> M {
    let from = at(1 - by.place(), lane);
    timeout(Duration::from_mins(1), by.recv::<M>(&from)).await.expect("it hangs").unwrap()
}

/// The body, a branch, and a round, at both ends.
fn lanes(ends: &[Arc<Tcp>; 2]) -> [Lane; 3] {
    let [one, two] = [0, 1].map(|end| ends[end].begin_round(Lane::ROOT, 5).unwrap());
    assert_eq!(one, two);
    [Lane::ROOT, Lane::new(9), one]
}

/// What is sent meanwhile comes first.
#[tokio::test(start_paused = true)]
async fn messages_may_be_sent_and_received_while_another_one_is_encoded() {
    // As the only one, and behind others, where small ones are put together.
    for before in [0, 4] {
        let ends = met().await;
        let [a, b] = &ends;
        for (number, lane) in (10 + before..).zip(lanes(&ends)) {
            (0..before).for_each(|number| send(a, lane, number));
            send(b, lane, 1u32);
            let early: u32 = take(a, lane).await;
            send(b, lane, 2u32);
            // Until it is there.
            tokio::time::sleep(Duration::from_secs(1)).await;
            let own = Arc::clone(a);
            set(number, When::Encoded, move || {
                send(&own, lane, 77u32);
                let from = at(1, lane);
                let came =
                    pin!(own.recv::<u32>(&from)).poll(&mut Context::from_waker(Waker::noop()));
                assert!(matches!(came, Poll::Ready(Ok(2))));
            });
            send(a, lane, Busy(number));
            assert!(!is_set(number, When::Encoded));
            for expected in (0..before).chain([77]) {
                assert_eq!(take::<u32>(b, lane).await, expected);
            }
            assert_eq!((take::<Busy>(b, lane).await.0, early), (number, 1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn messages_may_be_sent_while_another_one_is_decoded() {
    for before in [0, 4] {
        let ends = met().await;
        let [a, b] = &ends;
        for (number, lane) in (20 + before..).zip(lanes(&ends)) {
            (0..before).for_each(|number| send(a, lane, number));
            send(a, lane, Busy(number));
            send(a, lane, 5u32);
            let own = Arc::clone(b);
            set(number, When::Decoded, move || send(&own, lane, 77u32));
            for expected in 0..before {
                assert_eq!(take::<u32>(b, lane).await, expected);
            }
            assert_eq!(take::<Busy>(b, lane).await.0, number);
            assert!(!is_set(number, When::Decoded));
            assert_eq!((take::<u32>(a, lane).await, take::<u32>(b, lane).await), (77, 5));
        }
    }
}
