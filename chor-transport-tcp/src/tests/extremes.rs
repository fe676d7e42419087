//! Numbers as large as there are, where a peer says how much.

use super::raw::{Ended, Raw, server};
use crate::Options;
use crate::frame::{Frame, Head};
use crate::handshake::{self, Greeting};
use tokio::sync::mpsc::UnboundedReceiver;

const MOST: u64 = u64::MAX;

/// Waits until the node says something that begins so; it may say before how much room there is.
async fn hear(peer: &mut Raw, start: &str) {
    loop {
        let text = peer.hear_text().await;
        if text.starts_with(start) {
            return;
        }
        assert!(text.starts_with("Room { channel: 0"), "{text}");
    }
}

async fn assert_alive(peer: &mut Raw) {
    peer.say(&Frame::Ping).await;
    hear(peer, "Pong").await;
}

/// The first session goes on, to its last message.
async fn assert_goes_on(peer: &mut Raw, ended: &mut UnboundedReceiver<Ended>) {
    peer.number(1, 0, 40).await;
    peer.number(1, 1, 0).await;
    assert_eq!(ended.recv().await.unwrap().unwrap(), 40);
    for text in ["Step", "Batch { head: Head { channel: 1", "End { channel: 1, end: Finished }"] {
        hear(peer, text).await;
    }
}

#[tokio::test(start_paused = true)]
async fn credit_beyond_all_bounds_is_as_much_as_there_can_be() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    for _ in 0..2 {
        peer.say(&Frame::Credit { channel: 1, lane: 0, bytes: MOST }).await;
        peer.say(&Frame::Room { channel: 1, bytes: MOST }).await;
        peer.say(&Frame::Room { channel: 0, bytes: MOST }).await;
        let head = Head { channel: 1, lane: 0, offset: MOST };
        peer.say(&Frame::May(head)).await;
    }
    assert_alive(&mut peer).await;
    assert_goes_on(&mut peer, &mut ended).await;
}

#[tokio::test(start_paused = true)]
async fn large_messages_for_nobody_are_passed_however_large_they_say_they_are() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    for total in [MOST, MOST - 12, MOST] {
        let head = Head { channel: 9, lane: 0, offset: 0 };
        peer.say(&Frame::First { head, id: 1, total, part: &[1] }).await;
    }
    assert_alive(&mut peer).await;
    assert_goes_on(&mut peer, &mut ended).await;
}

#[tokio::test(start_paused = true)]
async fn large_messages_in_a_session_end_it_however_large_they_say_they_are() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    peer.open_as(2, [8; 16]).await;
    for total in [MOST, MOST - 12, MOST] {
        let head = Head { channel: 2, lane: 0, offset: 0 };
        peer.say(&Frame::First { head, id: 1, total, part: &[1] }).await;
    }
    let error = ended.recv().await.unwrap().unwrap_err();
    let text = "a message has 18446744073709551615 bytes, more than 16777216";
    assert!(error.cause().to_string().contains(text), "{}", error.cause());
    hear(&mut peer, "End { channel: 2, end: Failed").await;
    assert_alive(&mut peer).await;
    assert_goes_on(&mut peer, &mut ended).await;
}

#[tokio::test(start_paused = true)]
async fn a_peer_may_say_that_it_takes_as_much_as_there_is() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::unknown(&node);
    let codec = "bincode".to_owned();
    let greeting = Greeting { codec, window: MOST, max_message: MOST, shared: MOST };
    let mut bytes = Vec::new();
    handshake::encode(&greeting, &mut bytes);
    peer.write(&bytes).await;
    peer.hear_greeting().await;
    peer.open(1).await;
    peer.say(&Frame::Credit { channel: 1, lane: 0, bytes: MOST }).await;
    peer.say(&Frame::Room { channel: 0, bytes: MOST }).await;
    assert_goes_on(&mut peer, &mut ended).await;
}
