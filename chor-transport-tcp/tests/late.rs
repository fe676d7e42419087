//! What is logged of messages that come too late. A program of its own: whether anybody listens is kept
//! for all threads of a process.

#[path = "../../tests/support/log.rs"]
#[allow(dead_code, reason = "others listen at level warn")]
mod log;

use chor::prelude::*;
use chor_transport_tcp::{Node, Security};
use log::Log;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tracing::Level;

chor! {
    /// The first of two answers comes after its deadline.
    chor reply[Asker, Other](go: Arc<Notify> @ [Asker, Other]) -> (Option<u8>, u8) @ Asker {
        let first: Option<u8> @ Asker = Other -> Asker within Duration::from_millis(1): {
            go.notified().await;
            1
        };
        Asker: go.notify_one();
        let second: u8 = Other -> Asker: 2;
        Asker: (first, second)
    }
}

#[tokio::test]
async fn a_listener_sees_how_many_messages_are_dropped() {
    let (log, _listening) = Log::listen_at(Level::DEBUG);
    let go = Arc::<Notify>::default();
    let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.unwrap();
    let waits = Arc::clone(&go);
    node.serve(move |_| reply::Other::new(Arc::clone(&waits)));
    let address = node.address().unwrap().to_string();
    let session = Node::new(Security::Plaintext).session([(reply::Role::Other as usize, address)]);
    assert_eq!(session.play(reply::Asker::new(go)).await.unwrap(), (None, 2));
    let text = log.text();
    let late = text.lines().find(|line| line.contains("of a round that is over are dropped"));
    assert!(late.is_some_and(|line| line.contains("dropped=1")), "{text}");
}
