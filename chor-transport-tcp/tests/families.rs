//! Sessions over nodes in which several participants play a role.

#[path = "../../chor-runtime/tests/crew/mod.rs"]
mod crew;

use chor_runtime::Error;
use chor_transport_tcp::{Node, Security};
use crew::{Leader, Three, Worker};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

/// A node that serves workers, and which member each was, with its output.
async fn workers() -> (Node, String, mpsc::UnboundedReceiver<(usize, (usize, u64, u64))>) {
    let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.unwrap();
    let address = node.address().unwrap().to_string();
    let (ended, all) = mpsc::unbounded_channel();
    node.serve_then(
        |_| Worker::default(),
        move |invited, output| {
            let _ = ended.send((invited.member, output.unwrap()));
        },
    );
    (node, address, all)
}

#[tokio::test]
async fn a_role_that_is_listed_several_times_is_a_family() {
    let (_one, address, mut first) = workers().await;
    let (_other, another, mut second) = workers().await;
    let leader = Node::new(Security::Plaintext);
    for _ in 0..2 {
        // Two members are played by the same node.
        let addresses = [(1, address.clone()), (1, another.clone()), (1, address.clone())];
        let done = leader.session(addresses).play(Leader::new(vec![1, 2, 3])).await.unwrap();
        assert_eq!(done, [2, 4, 6]);
        let mut members = vec![first.recv().await.unwrap(), first.recv().await.unwrap()];
        members.push(second.recv().await.unwrap());
        members.sort_unstable();
        assert_eq!(members, [(0, (0, 1, 3)), (1, (1, 2, 3)), (2, (2, 3, 3))]);
    }
}

#[tokio::test]
async fn a_family_may_have_no_members() {
    let leader = Node::new(Security::Plaintext);
    let none: [(usize, String); 0] = [];
    assert_eq!(leader.session(none).play(Leader::new(vec![])).await.unwrap(), [0; 0]);
}

#[tokio::test]
async fn a_family_of_another_size_than_asked_for_is_refused() {
    let node = Node::new(Security::Plaintext);
    let error = node.session([(0, "127.0.0.1:1")]).play(Three).await.unwrap_err();
    assert!(matches!(error, Error::Setup { .. }), "{error}");
    assert!(error.to_string().contains("Workers[3]"), "{error}");
}

#[tokio::test]
async fn a_member_that_fails_is_named() {
    let failing = Node::listen("127.0.0.1:0", Security::Plaintext).await.unwrap();
    let address = failing.address().unwrap().to_string();
    let members = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&members);
    failing.serve(move |invited| {
        seen.lock().unwrap().push(invited.member);
        Worker { fails: invited.member == 1 }
    });
    let leader = Node::new(Security::Plaintext);
    let addresses = [(1, address.clone()), (1, address)];
    let error = leader.session(addresses).play(Leader::new(vec![1, 2])).await.unwrap_err();
    assert_eq!((error.peer(), error.cause().role()), (Some("Workers[1]"), "Workers[1]"));
    members.lock().unwrap().sort_unstable();
    assert_eq!(*members.lock().unwrap(), [0, 1]);
}
