//! How long an address counts as silent, in virtual time.

use crate::{LinkError, Node, Options, Security};
use chor::prelude::*;
use chor_runtime::Bincode;
use std::io::{Error as IoError, ErrorKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::yield_now;
use tokio::time::sleep;

chor! {
    /// All that is lost is the answer.
    chor told[Asker, Teller]() -> Result<u32, Lost> @ Asker {
        let answer: Result<u32, Lost> = try Teller -> Asker: 1;
        answer
    }
}

const SKIP: Duration = Duration::from_mins(3);
/// Longer than any test takes.
const AGES: Duration = Duration::from_hours(24 * 365);

/// A node, and where the system takes connections that nobody reads.
async fn alone(skip: Duration) -> (Node, TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let node = Node::with(Security::Plaintext, Bincode, Options::default().skip_silent(skip));
    (node, listener, address)
}

/// Why nobody has told.
async fn lost(node: &Node, address: &str) -> String {
    let answer = node.session([(1, address)]).play(told::Asker::new()).await.unwrap();
    answer.unwrap_err().cause().unwrap().to_string()
}

#[tokio::test(start_paused = true)]
async fn after_a_while_it_is_waited_for_again() {
    let (node, _listener, address) = alone(SKIP).await;
    for _ in 0..2 {
        let first = lost(&node, &address).await;
        assert!(first.contains("has not answered within 10s"), "{first}");
        // While it is dialled again and again.
        for _ in 0..5 {
            sleep(SKIP / 6).await;
            let next = lost(&node, &address).await;
            assert!(next.contains("has not answered lately"), "{next}");
        }
        sleep(SKIP / 6 + Duration::from_secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_is_back_without_a_listener_says_so() {
    let (node, listener, address) = alone(AGES).await;
    lost(&node, &address).await;
    drop(listener);
    // Until it has been dialled once more.
    while lost(&node, &address).await.contains("has not answered lately") {
        sleep(Duration::from_secs(1)).await;
    }
    let text = lost(&node, &address).await;
    assert!(text.contains("can't be reached"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_dialled_for_a_node_that_is_gone() {
    for shut_down in [false, true] {
        let (node, _listener, address) = alone(AGES).await;
        lost(&node, &address).await;
        let links = Arc::downgrade(&node.hosting.links);
        assert!(node.hosting.silent.has(&links.upgrade().unwrap(), &address));
        if shut_down {
            node.shutdown(Duration::from_secs(1)).await.unwrap();
            assert!(!node.hosting.silent.has(&links.upgrade().unwrap(), &address));
        }
        drop(node);
        while links.strong_count() > 0 {
            yield_now().await;
        }
    }
}

#[test]
fn machines_that_the_network_does_not_find_are_silent() {
    let dial = |kind| {
        let source = Arc::new(IoError::from(kind));
        LinkError::Dial { peer: String::new(), source }.is_silence()
    };
    assert!(dial(ErrorKind::HostUnreachable) && dial(ErrorKind::TimedOut));
    assert!(!dial(ErrorKind::ConnectionRefused) && !dial(ErrorKind::InvalidInput));
}
