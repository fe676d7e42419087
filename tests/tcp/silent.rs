//! Expendable participants at addresses where nobody answers: sessions don't wait for them again and again.

use crate::support::{AGES, patient, within};
use chor::DefaultCodec;
use chor::prelude::*;
use chor::tcp::{LinkError, Node, Options, Security};
use std::error::Error as _;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

chor! {
    /// All that is lost is the answer.
    chor told[Asker, Teller](number: u32 @ Asker) -> Result<u32, Lost> @ Asker {
        let asked: u32 = Asker -> Teller: number;
        let answer: Result<u32, Lost> = try Teller -> Asker: asked + 1;
        answer
    }

    /// The same from one who is needed.
    chor relied[Asker, Teller](number: u32 @ Asker) -> u32 @ Asker {
        let asked: u32 = Asker -> Teller: number;
        let answer: u32 = Teller -> Asker: asked + 1;
        answer
    }
}

fn opening(handshake: u64, skip_silent: Duration) -> Node {
    let options = Options::default().keep_alive(AGES).skip_silent(skip_silent);
    let options = options.handshake(Duration::from_millis(handshake));
    Node::with(Security::Plaintext, DefaultCodec::default(), options)
}

/// An address at which the system takes connections that nobody reads.
async fn unread() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    (listener, address)
}

async fn ask(node: &Node, address: &str) -> Result<u32, Lost> {
    let session = node.session([(1, address)]);
    within(session.play(told::Asker::new(1))).await.expect("no failure")
}

fn text(answer: Result<u32, Lost>) -> String {
    answer.unwrap_err().cause().expect("a cause").to_string()
}

#[tokio::test]
async fn who_has_not_answered_is_not_waited_for_again() {
    let (_listener, address) = unread().await;
    let node = opening(50, AGES);
    let first = text(ask(&node, &address).await);
    assert!(first.contains("has not answered within 50ms"), "{first}");
    for _ in 0..3 {
        let next = text(ask(&node, &address).await);
        assert!(next.contains(&format!("{address} has not answered lately")), "{next}");
    }
}

#[tokio::test]
async fn each_session_waits_where_that_is_asked_for() {
    let (_listener, address) = unread().await;
    let node = opening(50, Duration::ZERO);
    for _ in 0..2 {
        let lost = text(ask(&node, &address).await);
        assert!(lost.contains("has not answered within 50ms"), "{lost}");
    }
}

#[tokio::test]
async fn another_address_is_waited_for() {
    let [(_one, silent), (_other, other)] = [unread().await, unread().await];
    let node = opening(50, AGES);
    for address in [silent, other] {
        let lost = text(ask(&node, &address).await);
        assert!(lost.contains("has not answered within 50ms"), "{lost}");
    }
}

#[tokio::test]
async fn who_is_needed_is_waited_for() {
    let (_listener, address) = unread().await;
    let node = opening(50, AGES);
    for _ in 0..2 {
        text(ask(&node, &address).await);
        let session = node.session([(1, &address)]);
        let error = within(session.play(relied::Asker::new(1))).await.unwrap_err();
        let source = error.source().and_then(|source| source.downcast_ref::<LinkError>());
        assert!(matches!(source, Some(LinkError::Unanswered { .. })), "{error}");
    }
}

/// Leaves the first connection unread, and passes further ones on; tells of each.
async fn pass_on_later(
    listener: TcpListener,
    target: String,
    tell: mpsc::UnboundedSender<TcpStream>,
) {
    let mut passing = tokio::task::JoinSet::new();
    let (first, _) = listener.accept().await.expect("a dialler");
    tell.send(first).expect("the test");
    loop {
        let (mut near, _) = listener.accept().await.expect("a dialler");
        let mut far = TcpStream::connect(&target).await.expect("a node");
        passing.spawn(async move {
            let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answers_again_takes_part_again() {
    let (security, codec) = (Security::Plaintext, DefaultCodec::default());
    let there = Node::listen_with("127.0.0.1:0", security, codec, patient()).await.unwrap();
    there.serve(|_| told::Teller::new());
    let (listener, address) = unread().await;
    let (tell, mut unread) = mpsc::unbounded_channel();
    let target = there.address().unwrap().to_string();
    let passing = tokio::spawn(pass_on_later(listener, target, tell));
    let node = opening(1000, AGES);
    let lost = text(ask(&node, &address).await);
    assert!(lost.contains("has not answered within 1s"), "{lost}");
    let _unread = within(unread.recv()).await.unwrap();
    // No session of these dials, until the node has done so by itself.
    let answer = async {
        loop {
            if let Ok(answer) = ask(&node, &address).await {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    };
    assert_eq!(within(answer).await, 2);
    passing.abort();
}
