//! Many lanes of one session: what waits in all of them is bounded, and no order in which they are
//! received makes a deadlock.

use crate::support::{connection, within};
use chor::prelude::*;
use chor::tcp::{Options, Stream, Tcp, from_streams_with};
use chor::{Address, DefaultCodec, Lane, Transport, together};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

chor! {
    chor says[A, B](text: String @ A) {
        let text: String = A -> B: text;
        B: drop(text);
    }
}

const WINDOW: u32 = 1000;
const LANES: u64 = 3000;

async fn met() -> [Arc<Tcp>; 2] {
    let (a, b) = connection().await;
    let options = Options::default().window(WINDOW);
    let [a, b] = [(0, a), (1, b)].map(|(place, stream)| {
        let (codec, stream) = (DefaultCodec::default(), Stream::plaintext(stream));
        Arc::new(from_streams_with(place, [stream], codec, options.clone()).unwrap())
    });
    let protocol = &says::PROTOCOL;
    let (one, two) = within(async { tokio::join!(a.start(protocol), b.start(protocol)) }).await;
    one.unwrap();
    two.unwrap();
    [a, b]
}

fn of(peer: usize, lane: u64) -> Address {
    Address::new(peer, Lane::new(lane), &says::PROTOCOL.steps[0])
}

fn text(lane: u64, count: usize) -> String {
    format!("{lane} {count}")
}

/// Sends some messages in a lane.
fn sending(a: &Arc<Tcp>, lane: u64, messages: usize) -> impl Future<Output = ()> + Send + 'static {
    let a = Arc::clone(a);
    async move {
        for count in 0..messages {
            let parcel = a.pack(text(lane, count)).unwrap();
            a.send::<String>(&of(1, lane), parcel).await.unwrap();
        }
        a.flush();
    }
}

async fn take(b: &Tcp, lane: u64, count: usize) {
    let taken = within(b.recv::<String>(&of(0, lane))).await.unwrap();
    assert_eq!(taken, text(lane, count));
}

/// Polls sends until each is over or waits; gives those that wait.
fn stuck<F: Future<Output = ()>>(sends: impl IntoIterator<Item = F>) -> Vec<Pin<Box<F>>> {
    let mut cx = Context::from_waker(Waker::noop());
    let sends = sends.into_iter().map(Box::pin);
    sends.filter_map(|mut send| send.as_mut().poll(&mut cx).is_pending().then_some(send)).collect()
}

#[tokio::test]
async fn what_waits_in_all_lanes_is_bounded() {
    let [a, _b] = met().await;
    let waiting = stuck((0..LANES).map(|lane| sending(&a, lane, 1))).len();
    let sent = usize::try_from(LANES).unwrap() - waiting;
    // A message takes at least 16 bytes of the four windows: one of the first lane, three of all others.
    assert!(0 < sent && sent <= 4 * WINDOW as usize / 16 + 1, "{sent} messages");
}

/// Sends in all lanes at once, while nobody receives.
async fn all_lanes(messages: usize) -> (Arc<Tcp>, tokio::task::JoinHandle<()>) {
    let [a, b] = met().await;
    let sends: Vec<_> = (0..LANES).map(|lane| sending(&a, lane, messages)).collect();
    let sends = tokio::spawn(async move {
        let _held = &a;
        together(sends).await;
    });
    (b, sends)
}

#[tokio::test]
async fn lanes_may_be_received_in_any_order() {
    for order in [
        |lane: u64| lane,
        |lane: u64| LANES - 1 - lane,
        // Coprime to the number of lanes.
        |lane: u64| lane * 1009 % LANES,
    ] {
        let (b, sends) = all_lanes(3).await;
        for lane in (0..LANES).map(order) {
            for count in 0..3 {
                take(&b, lane, count).await;
            }
        }
        within(sends).await.unwrap();
    }
}

#[tokio::test]
async fn lanes_may_be_received_in_rounds() {
    let (b, sends) = all_lanes(3).await;
    for count in 0..3 {
        for lane in (0..LANES).rev() {
            take(&b, lane, count).await;
        }
    }
    within(sends).await.unwrap();
}

#[tokio::test]
async fn lanes_may_be_received_at_once() {
    let (b, sends) = all_lanes(3).await;
    let takes: Vec<_> = (0..LANES)
        .map(async |lane| {
            for count in 0..3 {
                take(&b, lane, count).await;
            }
        })
        .collect();
    within(together(takes)).await;
    within(sends).await.unwrap();
}

#[tokio::test]
async fn a_send_that_is_dropped_while_it_waits_for_room_leaves_nothing() {
    let [a, b] = met().await;
    let waiting = stuck((0..LANES).map(|lane| sending(&a, lane, 1)));
    let first = LANES - waiting.len() as u64;
    drop(waiting);
    a.flush();
    // What had room is there; a lane that asked for it goes on with what is sent next.
    tokio::spawn(sending(&a, LANES - 1, 2));
    take(&b, LANES - 1, 0).await;
    for lane in 0..first {
        take(&b, lane, 0).await;
    }
    take(&b, LANES - 1, 1).await;
}
