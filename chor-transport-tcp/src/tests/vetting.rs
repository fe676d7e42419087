//! Peers that claim roles which are not theirs, on connections that say who they are.

use super::log::Log;
use super::raw::Raw;
use crate::frame::{self, Frame, Open};
use crate::identity::{Identity, Known, Part, Permits};
use crate::link::Link;
use crate::meeting::Meeting;
use crate::sizes::Sizes;
use crate::stream::Connection;
use crate::way::Way;
use crate::{LinkError, Node, Options, Security};
use chor::prelude::*;
use chor_runtime::{Bincode, Projection};
use std::error::Error as _;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

chor! {
    chor relay[First, Second, Third](number: u64 @ First) -> u64 @ Third {
        let number: u64 = First -> Second: number;
        let number: u64 = Second -> Third: number + 1;
        number
    }
}

const ROLES: [&str; 3] = ["First", "Second", "Third"];

/// A peer that has the name of its role, and may play that role.
fn known(name: &str) -> Known {
    let mut permits = Permits::default();
    permits.add(|peer: &Identity, part: Part<'_>| peer.is(part.role));
    Known { identity: Identity::new(b"", vec![name.to_owned()]), permits }
}

/// A connection on which the peer is known, as far as its links.
fn link(node: &Node, name: &str) -> (Arc<Link>, Raw) {
    let (near, far) = tokio::io::duplex(1 << 20);
    let connection = Connection::of_any(near, "a pipe".to_owned(), Some(known(name)));
    (node.hosting.links.run(connection), Raw(far))
}

async fn peer(node: &Node, name: &str) -> Raw {
    link(node, name).1.greet().await
}

fn node() -> Node {
    Node::with(Security::Plaintext, Bincode, Options::default())
}

type Ended = UnboundedReceiver<Result<u64, Error>>;

/// A node that serves the third role, and how its sessions end.
fn third() -> (Node, Ended) {
    let (node, (said, heard)) = (node(), unbounded_channel());
    node.serve_then(|_| relay::Third::new(), move |_, ended| drop(said.send(ended)));
    (node, heard)
}

/// How a role introduces itself to the third one, in which session.
fn open(session: u8, from: u32, invites: bool) -> Open {
    let protocol = <relay::Third as Projection<3>>::PROTOCOL;
    let invitation = invites.then(|| vec![String::new(), "b".to_owned(), "c".to_owned()]);
    let (session, choreography) = ([session; 16], protocol.name.to_owned());
    Open {
        session,
        choreography,
        digest: protocol.digest(),
        from,
        to: 2,
        sizes: Vec::new(),
        invitation,
    }
}

async fn assert_refused(peer: &mut Raw, text: &str) {
    let said = peer.hear_text().await;
    assert!(said.starts_with("Refuse {") && said.contains(text), "{said}");
}

fn denied(error: &Error) -> String {
    let source = error.source().and_then(|source| source.downcast_ref::<LinkError>());
    let Some(LinkError::Denied { denied, .. }) = source else { panic!("{error:?}") };
    denied.to_string()
}

#[tokio::test(start_paused = true)]
async fn who_comes_before_the_invitation_is_judged_when_it_comes() {
    let (node, mut ended) = third();
    let mut eve = peer(&node, "Eve").await;
    eve.say(&Frame::Open { channel: 1, open: open(1, 1, false) }).await;
    eve.assert_alive().await;
    let mut first = peer(&node, "First").await;
    first.say(&Frame::Open { channel: 1, open: open(1, 0, true) }).await;
    let text = "`Eve` may not play `Second` of `relay`, nor any other of its roles";
    assert_refused(&mut eve, text).await;
    assert_eq!(denied(&ended.recv().await.unwrap().unwrap_err()), text);
    // Its link is as good as before.
    eve.assert_alive().await;
}

#[tokio::test(start_paused = true)]
async fn who_comes_after_the_invitation_is_judged_at_once() {
    let (node, mut ended) = third();
    let mut first = peer(&node, "First").await;
    first.say(&Frame::Open { channel: 1, open: open(1, 0, true) }).await;
    let answer = first.hear().await.unwrap();
    assert!(matches!(frame::decode(&answer), Ok(Frame::Answer { channel: 1, .. })));
    first.say(&Frame::Open { channel: 2, open: open(1, 1, false) }).await;
    let text = "`First` may not play `Second` of `relay`, but only `First`";
    assert_refused(&mut first, text).await;
    assert_eq!(denied(&ended.recv().await.unwrap().unwrap_err()), text);
}

#[tokio::test(start_paused = true)]
async fn who_may_not_invite_has_nothing_played() {
    let (node, mut ended) = third();
    for (name, text) in [("Second", "but only `Second`"), ("Eve", "nor any other")] {
        let mut peer = peer(&node, name).await;
        peer.say(&Frame::Open { channel: 1, open: open(1, 0, true) }).await;
        assert_refused(&mut peer, text).await;
        assert_eq!(node.sessions(), 0);
        peer.assert_alive().await;
    }
    assert!(ended.try_recv().is_err());
    // The session is still to be had.
    let mut first = peer(&node, "First").await;
    first.say(&Frame::Open { channel: 1, open: open(1, 0, true) }).await;
    let answer = first.hear().await.unwrap();
    assert!(matches!(frame::decode(&answer), Ok(Frame::Answer { .. })));
}

#[tokio::test(start_paused = true)]
async fn who_is_not_invited_is_told_but_learns_nothing_of_the_session() {
    let node = node();
    let links = ["Second", "Eve"].map(|name| link(&node, name));
    let ways = links.iter().zip(1..).map(|((link, _), role)| (role, Way::Ready(Arc::clone(link))));
    let invitation = ["", "b", "c"].map(ToOwned::to_owned).to_vec();
    let meeting = Meeting::new([9; 16], 0, Sizes::ones(3));
    let end = node.hosting.enter(meeting, ways.collect(), Some(invitation));
    let played = tokio::spawn(async move { play_role(relay::First::new(1), &end).await });
    let [(_, second), (_, eve)] = links;
    let mut eve = eve.greet().await;
    let text = "`Eve` may not play `Third` of `relay`, nor any other of its roles";
    assert_refused(&mut eve, text).await;
    eve.assert_alive().await;
    assert_eq!(denied(&played.await.unwrap().unwrap_err()), text);
    // The other one learns why the session is over.
    let mut second = second.greet().await;
    assert!(second.hear_text().await.starts_with("Open {"));
    let end = second.hear_text().await;
    assert!(end.starts_with("End {") && end.contains(text), "{end}");
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_a_role_that_is_never_played_is_told() {
    let node = node();
    let end = node.hosting.enter(Meeting::new([1; 16], 2, Sizes::ones(3)), Vec::new(), None);
    let mut peers = Vec::new();
    for name in ROLES {
        let mut peer = peer(&node, name).await;
        peer.say(&Frame::Open { channel: 1, open: open(1, 0, false) }).await;
        peer.assert_alive().await;
        peers.push(peer);
    }
    // There is an end to how many may wait.
    let mut greedy = peer(&node, "Greedy").await;
    for channel in 1..100 {
        greedy.say(&Frame::Open { channel, open: open(1, 1, false) }).await;
    }
    assert_refused(&mut greedy, "too many want to play a role").await;
    drop(end);
    for peer in &mut peers {
        assert_refused(peer, "its part is over").await;
        peer.assert_alive().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_what_was_never_opened_is_logged_as_what_it_is() {
    let (log, _listening) = Log::listen();
    let (node, _ended) = third();
    let mut peer = peer(&node, "First").await;
    peer.say(&Frame::Refuse { channel: 1, reason: "you may not play" }).await;
    peer.assert_alive().await;
    let said = log.text();
    assert!(
        said.contains("this end is not invited") && said.contains("you may not play"),
        "{said}"
    );
    // The number is still free for the peer's own.
    peer.say(&Frame::Open { channel: 1, open: open(1, 0, true) }).await;
    let answer = peer.hear().await.unwrap();
    assert!(matches!(frame::decode(&answer), Ok(Frame::Answer { .. })));
}
