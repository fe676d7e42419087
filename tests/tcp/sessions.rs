//! What happens in one session is no business of the others, on the same node or the same link.

use crate::support::{connection, within};
use chor::prelude::*;
use chor::tcp::{Node, Security, Stream, from_streams};
use chor::{Projection, Reason};
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};

chor! {
    /// The server waits until it may answer; what it does then, the client says.
    chor order[Client, Server](what: String @ Client, gate: Arc<Semaphore> @ Server) -> u32 @ Client {
        let what: String = Client -> Server: what;
        Server: gate.acquire().await?.forget();
        let done: u32 = Server -> Client: serve(&what)?;
        done
    }

    chor count[Client, Server](rounds: u32 @ [Client, Server]) -> u32 @ Client {
        let mut sum: u32 @ Client = 0;
        for round in 0..rounds {
            let x: u32 = Client -> Server: round;
            let y: u32 = Server -> Client: x + 1;
            sum += y;
        }
        sum
    }

    chor ring[A, B, C](x: u32 @ A) -> u32 @ C {
        let x: u32 = A -> B: x;
        let y: u32 = B -> C: x;
        let z: u32 = C => A: y;
        z
    }
}

/// A later build of the last one.
mod later {
    use chor::prelude::*;

    chor! {
        pub(crate) chor ring[A, B, C](x: u32 @ A) -> u32 @ C {
            let x: u32 = A -> B: x;
            let y: u64 = B -> C: u64::from(x);
            let z: u32 = C => A: u32::try_from(y)?;
            z
        }
    }
}

fn serve(what: &str) -> Result<u32, String> {
    match what {
        "work" => Ok(7),
        "panic" => panic!("told to"),
        _ => Err("it is nothing that is served".to_owned()),
    }
}

/// Two nodes, and the gate of the server's sessions.
async fn nodes() -> (Node, Node, String, Arc<Semaphore>) {
    let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port");
    let gate = Arc::new(Semaphore::new(0));
    let own = Arc::clone(&gate);
    node.serve(move |_| order::Server::new(Arc::clone(&own)));
    node.serve(|_| count::Server::new(1000));
    let address = node.address().expect("it listens").to_string();
    (Node::new(Security::Plaintext), node, address, gate)
}

fn begin(client: &Node, address: &str, what: &str) -> tokio::task::JoinHandle<Result<u32, Error>> {
    let session = client.session([(1, address)]);
    tokio::spawn(session.play(order::Client::new(what.to_owned())))
}

async fn until_sessions(node: &Node, sessions: usize) {
    within(async {
        while node.sessions() != sessions {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_that_waits_holds_up_no_other_of_its_link() {
    let (client, server, address, gate) = nodes().await;
    let waiting = begin(&client, &address, "work");
    until_sessions(&server, 1).await;
    let counted = client.session([(1, &address)]).play(count::Client::new(1000));
    assert_eq!(within(counted).await.unwrap(), 500_500);
    assert!(!waiting.is_finished());
    gate.add_permits(1);
    assert_eq!(within(waiting).await.unwrap().unwrap(), 7);
}

#[tokio::test]
async fn a_session_that_is_dropped_panics_or_fails_leaves_its_link_to_the_others() {
    let (client, server, address, gate) = nodes().await;
    let waiting = begin(&client, &address, "work");
    until_sessions(&server, 1).await;
    let dropped = begin(&client, &address, "work");
    until_sessions(&server, 2).await;
    dropped.abort();
    assert!(dropped.await.unwrap_err().is_cancelled());
    gate.add_permits(2);
    assert_eq!(within(waiting).await.unwrap().unwrap(), 7);
    until_sessions(&server, 0).await;
    // The dropped one may have ended before it came to the gate.
    gate.forget_permits(2);
    for (what, text) in [("panic", "told to"), ("fail", "it is nothing")] {
        let waiting = begin(&client, &address, "work");
        until_sessions(&server, 1).await;
        let failing = begin(&client, &address, what);
        until_sessions(&server, 2).await;
        gate.add_permits(2);
        let cause = within(failing).await.unwrap().unwrap_err().cause();
        assert_eq!(cause.role(), "Server");
        let (Reason::Panic(reason) | Reason::Error(reason)) = cause.reason() else {
            panic!("{cause}")
        };
        assert!(reason.contains(text), "{what}");
        assert_eq!(within(waiting).await.unwrap().unwrap(), 7);
        until_sessions(&server, 0).await;
    }
    let counted = client.session([(1, &address)]).play(count::Client::new(1000));
    assert_eq!(within(counted).await.unwrap(), 500_500);
}

/// A node that serves a role, and how it has ended.
async fn serving<P: Projection<3> + 'static>(
    role: fn() -> P,
) -> (Node, String, mpsc::UnboundedReceiver<Option<Error>>) {
    let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port");
    let (said, heard) = mpsc::unbounded_channel();
    node.serve_then(move |_| role(), move |_, ended| drop(said.send(ended.err())));
    let address = node.address().expect("it listens").to_string();
    (node, address, heard)
}

/// Plays the three roles, of which the first opens the session; gives how each has failed.
async fn all_fail<A, B, C>(a: fn() -> A, b: fn() -> B, c: fn() -> C) -> [Error; 3]
where
    A: Projection<3>,
    B: Projection<3> + 'static,
    C: Projection<3> + 'static,
{
    let (_b, to_b, mut b) = serving(b).await;
    let (_c, to_c, mut c) = serving(c).await;
    let session = Node::new(Security::Plaintext).session([(B::ROLE, to_b), (C::ROLE, to_c)]);
    let a = within(session.play(a())).await.err().expect("it has failed");
    let b = within(b.recv()).await.unwrap().expect("it has failed");
    let c = within(c.recv()).await.unwrap().expect("it has failed");
    [a, b, c]
}

/// The first is the one that differs.
fn assert_told_apart([differs, one, other]: &[Error; 3], own: &str) {
    let others = if own == "y: u32" { "y: u64" } else { "y: u32" };
    for (error, own, other) in [(differs, own, others), (one, others, own), (other, others, own)] {
        let Error::Signature { own: here, other: there, difference, .. } = error else {
            panic!("{error:?}")
        };
        assert!(here.contains(own) && there.contains(other), "{here}\n{there}");
        assert!(difference.contains("u32") && difference.contains("u64"), "{difference}");
    }
    for error in [one, other] {
        assert_eq!(error.peer(), Some(differs.role()), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_builds_are_told_apart_by_all_three_roles() {
    use later::ring as later;
    for _ in 0..20 {
        let [a, b, c] = all_fail(|| ring::A::new(1), later::B::new, ring::C::new).await;
        assert_told_apart(&[b, a, c], "y: u64");
        let [a, b, c] = all_fail(|| ring::A::new(1), ring::B::new, later::C::new).await;
        assert_told_apart(&[c, a, b], "y: u64");
        let [a, b, c] = all_fail(|| later::A::new(1), ring::B::new, ring::C::new).await;
        assert_told_apart(&[a, b, c], "y: u64");
        let [c, a, b] = all_fail(ring::C::new, || later::A::new(1), ring::B::new).await;
        assert_told_apart(&[a, b, c], "y: u64");
        let [c, a, b] = all_fail(later::C::new, || ring::A::new(1), ring::B::new).await;
        assert_told_apart(&[c, a, b], "y: u64");
    }
}

#[tokio::test]
async fn small_messages_leave_at_once() {
    let (a, _b) = connection().await;
    let socket = a.into_std().unwrap();
    let same = socket.try_clone().unwrap();
    assert!(!same.nodelay().unwrap());
    let stream = Stream::plaintext(tokio::net::TcpStream::from_std(socket).unwrap());
    let _transport = from_streams(0, [stream]).unwrap();
    assert!(same.nodelay().unwrap());
}
