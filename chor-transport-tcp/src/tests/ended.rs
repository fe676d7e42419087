//! Who comes to a session when the participant that it looks for has ended already.

use super::raw::Raw;
use crate::frame::{Frame, Open};
use crate::{Node, Options, Security};
use chor::prelude::*;
use chor_runtime::{Bincode, Projection};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::Instant;

chor! {
    chor relay[First, Second, Third](number: u64 @ First) -> u64 @ Third {
        let number: u64 = First -> Second: number;
        let number: u64 = Second -> Third: number + 1;
        number
    }
}

/// How a role opens its channel to the third one.
fn open(from: u32, invites: bool) -> Frame<'static> {
    let protocol = <relay::Third as Projection<3>>::PROTOCOL;
    let invitation = invites.then(|| vec![String::new(), "b".to_owned(), "c".to_owned()]);
    let (digest, choreography) = (protocol.digest(), protocol.name.to_owned());
    let (session, to, sizes) = ([7; 16], 2, Vec::new());
    Frame::Open {
        channel: 1,
        open: Open { session, choreography, digest, from, to, sizes, invitation },
    }
}

#[tokio::test(start_paused = true)]
async fn who_comes_late_to_a_role_that_has_failed_is_told_at_once() {
    let node = Node::with(Security::Plaintext, Bincode, Options::default());
    let (said, mut ended) = unbounded_channel();
    node.serve_then(|_| relay::Third::new(), move |_, how| drop(said.send(how.map(drop))));
    let mut first = Raw::greeted(&node).await;
    first.say(&open(0, true)).await;
    assert!(first.hear_text().await.starts_with("Answer"));
    drop(first);
    let error = ended.recv().await.unwrap().unwrap_err();
    assert_eq!(error.cause().role(), "First");
    let start = Instant::now();
    let mut second = Raw::greeted(&node).await;
    second.say(&open(1, false)).await;
    assert!(second.hear_text().await.starts_with("Answer"));
    let said = second.hear_text().await;
    assert!(said.starts_with("End { channel: 1, end: Failed") && said.contains("First"), "{said}");
    assert_eq!(start.elapsed().as_millis(), 0);
    assert_eq!(node.sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_has_ended_is_forgotten_after_a_handshake() {
    let node = Node::with(Security::Plaintext, Bincode, Options::default());
    node.serve(|_| relay::Third::new());
    let mut first = Raw::greeted(&node).await;
    first.say(&open(0, true)).await;
    assert!(first.hear_text().await.starts_with("Answer"));
    drop(first);
    tokio::time::sleep(Options::default().handshake * 2).await;
    let mut second = Raw::greeted(&node).await;
    second.say(&open(1, false)).await;
    let start = Instant::now();
    loop {
        let said = second.hear_text().await;
        if said == "Ping" {
            second.say(&Frame::Pong).await;
            continue;
        }
        assert!(said.contains("nobody has invited it to its session"), "{said}");
        break;
    }
    assert_eq!(start.elapsed(), Options::default().handshake);
}
