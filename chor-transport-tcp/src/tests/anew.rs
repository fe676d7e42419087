//! Links that are over when a session wants them, though nobody has looked yet.

use super::raw::{Raw, add, of_pipe};
use crate::link::Link;
use crate::{Node, Options, Security};
use chor::prelude::*;
use chor_runtime::Bincode;
use std::sync::Arc;
use tokio::io::DuplexStream;

/// A client with a link to a server, the far end of that link, and where the server can be dialled
/// once more, with what keeps it.
struct Restarted {
    client: Node,
    link: Arc<Link>,
    far: DuplexStream,
    address: String,
    server: Node,
}

async fn restarted() -> Restarted {
    let server = Node::listen("127.0.0.1:0", Security::Plaintext).await.unwrap();
    server.serve(|_| add::Server::new());
    let address = server.address().unwrap().to_string();
    let client = Node::with(Security::Plaintext, Bincode, Options::default());
    let (near, far) = tokio::io::duplex(1 << 16);
    let link = client.hosting.links.run(of_pipe(near));
    client.hosting.links.keep(&address, &link).await;
    Restarted { client, link, far, address, server }
}

async fn play(client: &Node, address: &str) -> Result<(), Error> {
    client.session([(1, address)]).play(add::Client::new(vec![1, 2])).await
}

#[tokio::test]
async fn a_peer_that_has_gone_unnoticed_is_dialled_anew() {
    let Restarted { client, link, far, address, server } = restarted().await;
    assert!(link.over().is_none());
    // From here on nobody has had a turn who could notice.
    drop(far);
    play(&client, &address).await.unwrap();
    assert!(link.over().is_some());
    play(&client, &address).await.unwrap();
    assert_eq!(server.hosting.links.all().len(), 1);
}

#[tokio::test]
async fn sessions_that_find_a_dead_link_at_once_share_a_new_one() {
    let Restarted { client, far, address, server, .. } = restarted().await;
    drop(far);
    let sessions = (0..100).map(|_| play(&client, &address)).collect();
    for played in chor_runtime::together::<Vec<_>>(sessions).await {
        played.unwrap();
    }
    assert_eq!(server.hosting.links.all().len(), 1);
}

/// What the peer has heard of a session, it may have begun.
#[tokio::test]
async fn a_session_whose_opening_has_left_is_not_opened_again() {
    let server = Node::listen("127.0.0.1:0", Security::Plaintext).await.unwrap();
    server.serve(|_| add::Server::new());
    let address = server.address().unwrap().to_string();
    let client = Node::with(Security::Plaintext, Bincode, Options::default());
    let (near, far) = tokio::io::duplex(1 << 16);
    let link = client.hosting.links.run(of_pipe(near));
    client.hosting.links.keep(&address, &link).await;
    let mut peer = Raw(far).greet().await;
    let hangs_up = async {
        while !peer.hear_text().await.starts_with("Open") {}
        drop(peer);
    };
    let (played, ()) = tokio::join!(play(&client, &address), hangs_up);
    let error = played.unwrap_err();
    assert!(matches!(error, Error::Link { .. }), "{error:?}");
    assert!(server.hosting.links.all().is_empty());
}
