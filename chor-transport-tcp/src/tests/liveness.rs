//! Peers that say nothing, or too little.

use super::log::Log;
use super::raw::{Raw, server};
use crate::{LinkError, Node, Options, Security};
use chor::prelude::*;
use std::error::Error as _;
use std::time::Duration;
use tokio::time::{Instant, sleep};

fn link_error(error: &Error) -> &LinkError {
    error.source().and_then(|source| source.downcast_ref()).expect("an error of the link")
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_greets_is_given_up() {
    let (node, _ended) = server(Options::default().handshake(Duration::from_secs(3)));
    let start = Instant::now();
    let mut peer = Raw::unknown(&node);
    peer.assert_dead().await;
    assert_eq!(start.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_greets_a_byte_at_a_time_is_given_up() {
    let (node, _ended) = server(Options::default());
    let start = Instant::now();
    let mut peer = Raw::unknown(&node);
    for byte in b"chor" {
        peer.write(&[*byte]).await;
        sleep(Duration::from_secs(4)).await;
        if start.elapsed().as_secs() > 10 {
            break;
        }
    }
    peer.assert_dead().await;
    assert!(start.elapsed().as_secs() <= 12);
}

#[tokio::test(start_paused = true)]
async fn a_silent_peer_is_lost_within_the_keep_alive() {
    for seconds in [1, 10, 60] {
        let limit = Duration::from_secs(seconds);
        let (node, mut ended) = server(Options::default().keep_alive(limit));
        let mut peer = Raw::greeted(&node).await;
        peer.open(1).await;
        let start = Instant::now();
        let error = ended.recv().await.unwrap().unwrap_err();
        assert!(matches!(link_error(&error), LinkError::Silent { .. }), "{error:?}");
        assert_eq!(error.cause().role(), "Client");
        assert!(start.elapsed() <= limit + Duration::from_millis(10), "{:?}", start.elapsed());
        assert_eq!(peer.hear_text().await, "Ping");
        peer.assert_dead().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_sends_a_byte_from_time_to_time_is_lost() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    let start = Instant::now();
    let dripping = tokio::spawn(async move {
        for byte in [100, 0, 0, 0, 1, 1, 1, 1] {
            peer.write(&[byte]).await;
            sleep(Duration::from_secs(3)).await;
        }
        peer
    });
    let error = ended.recv().await.unwrap().unwrap_err();
    assert!(matches!(link_error(&error), LinkError::Silent { .. }), "{error:?}");
    assert!(start.elapsed().as_secs() <= 10);
    dripping.abort();
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_answers_is_kept_for_ever() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    for _ in 0..100 {
        assert_eq!(peer.hear_text().await, "Ping");
        peer.say(&crate::frame::Frame::Pong).await;
    }
    peer.number(1, 0, 3).await;
    peer.number(1, 1, 0).await;
    assert_eq!(ended.recv().await.unwrap().unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn two_idle_nodes_keep_their_link() {
    let (one, _ended) = server(Options::default());
    let (two, _ended) = server(Options::default());
    let (a, b) = tokio::io::duplex(64);
    let a = one.hosting.links.run(super::raw::of_pipe(a));
    let b = two.hosting.links.run(super::raw::of_pipe(b));
    sleep(Duration::from_hours(1)).await;
    assert!(a.over().is_none() && b.over().is_none());
}

/// What is logged when a client hangs up without a goodbye after so many numbers.
async fn logged_at_the_end(numbers: &[u8]) -> String {
    let (node, mut ended) = server(Options::default());
    let (log, _guard) = Log::listen();
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    for (count, number) in (0..).zip(numbers) {
        peer.number(1, count, *number).await;
    }
    if numbers.ends_with(&[0]) {
        ended.recv().await.unwrap().unwrap();
    }
    drop(peer);
    node.hosting.links.gone().await;
    log.text()
}

#[tokio::test(start_paused = true)]
async fn a_link_that_nobody_here_needs_ends_without_a_word() {
    assert_eq!(logged_at_the_end(&[7, 0]).await, "");
    let log = logged_at_the_end(&[7]).await;
    assert!(log.contains("a pipe closed the connection"), "{log}");
}

/// Links between fixed addresses are made in the same way.
#[tokio::test]
async fn links_that_are_dialled_and_accepted_send_small_messages_at_once() {
    let near = Node::new(Security::Plaintext);
    let far = Node::listen("127.0.0.1:0", Security::Plaintext).await.unwrap();
    let address = far.address().unwrap().to_string();
    let dialled = near.hosting.links.to(&address, None).await.unwrap();
    assert_eq!(dialled.nodelay(), Some(true));
    let accepted = async {
        loop {
            match far.hosting.links.all().pop() {
                Some(link) => break link,
                None => tokio::task::yield_now().await,
            }
        }
    };
    let accepted = tokio::time::timeout(Duration::from_mins(1), accepted).await.unwrap();
    assert_eq!(accepted.nodelay(), Some(true));
}
