//! Somebody else comes where a participant between fixed addresses is waited for.

use super::raw::{Raw, add, opening};
use crate::frame::{Frame, Open};
use crate::meeting::Meeting;
use crate::session::Tcp;
use crate::sizes::Sizes;
use crate::way::Way;
use crate::{Node, Options, Security};
use chor::prelude::*;
use chor_runtime::Bincode;
use std::error::Error as _;

/// The end of [`add`]'s server, to which its client is to connect.
fn waiting() -> (Node, Tcp) {
    let node = Node::with(Security::Plaintext, Bincode, Options::default());
    let meeting = Meeting::new([0; 16], 1, Sizes::ones(2)).public();
    let end = node.hosting.enter(meeting, vec![(0, Way::Await)], None);
    (node, end)
}

/// Why the one who waits has failed, after all had come.
async fn failed(end: Tcp) -> String {
    let error = play_role(add::Server::new(), &end).await.unwrap_err();
    assert_eq!(error.peer(), Some("Client"));
    error.source().expect("an error of the link").to_string()
}

const ALONE: &str = "role `Client` has not answered within 10s";

#[tokio::test(start_paused = true)]
async fn nobody_comes() {
    assert_eq!(failed(waiting().1).await, ALONE);
}

#[tokio::test(start_paused = true)]
async fn somebody_who_greets_and_hangs_up_is_named() {
    let (node, end) = waiting();
    drop(Raw::greeted(&node).await);
    let expected = format!("{ALONE}; what came instead: a pipe closed the connection");
    assert_eq!(failed(end).await, expected);
}

#[tokio::test(start_paused = true)]
async fn somebody_who_hangs_up_at_once_is_named() {
    let (node, end) = waiting();
    drop(Raw::unknown(&node));
    let text = failed(end).await;
    let expected = "; what came instead: the connection to a pipe broke";
    assert!(text.starts_with(&format!("{ALONE}{expected}")), "{text}");
}

#[tokio::test(start_paused = true)]
async fn somebody_who_speaks_another_protocol_is_named() {
    let (node, end) = waiting();
    let mut other = Raw::unknown(&node);
    other.write(b"GET / HTTP/1.1\r\n\r\n").await;
    other.assert_dead().await;
    let text = failed(end).await;
    let expected =
        "; what came instead: a pipe can't be spoken with: it doesn't speak the protocol";
    assert!(text.starts_with(&format!("{ALONE}{expected}")), "{text}");
}

#[tokio::test(start_paused = true)]
async fn somebody_who_says_to_be_another_role_is_named() {
    let (node, end) = waiting();
    let mut other = Raw::greeted(&node).await;
    let open = Open { session: [0; 16], from: 5, invitation: None, ..opening() };
    other.say(&Frame::Open { channel: 1, open }).await;
    let told = other.hear_text().await;
    let reason = "it is role number 1 of 2 and not 1, nor the peer of role 5";
    assert!(told.starts_with("Refuse") && told.contains(reason), "{told}");
    assert_eq!(
        failed(end).await,
        format!("{ALONE}; what came instead: a pipe was refused: {reason}")
    );
}

#[tokio::test(start_paused = true)]
async fn the_last_one_is_named() {
    let (node, end) = waiting();
    let mut first = Raw::unknown(&node);
    first.write(b"GET / HTTP/1.1\r\n\r\n").await;
    first.assert_dead().await;
    drop(Raw::greeted(&node).await);
    let expected = format!("{ALONE}; what came instead: a pipe closed the connection");
    assert_eq!(failed(end).await, expected);
}

#[tokio::test(start_paused = true)]
async fn a_session_of_a_node_does_not_name_who_comes_for_another_one() {
    let node = Node::with(Security::Plaintext, Bincode, Options::default());
    let meeting = Meeting::new([3; 16], 1, Sizes::ones(2));
    let end = node.hosting.enter(meeting, vec![(0, Way::Await)], None);
    drop(Raw::unknown(&node));
    assert_eq!(failed(end).await, ALONE);
}
