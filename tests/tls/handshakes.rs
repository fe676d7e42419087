//! Peers that don't get as far as a connection: each learns why, and the node goes on serving others.

use crate::authority::Authority;
use crate::log::Log;
use crate::street::{BUYER, SELLER, Street, buying, insecure};
use crate::support::{Shop, buys, link_error, within};
use chor::DefaultCodec;
use chor::tcp::{LinkError, Node, Options, Security};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[tokio::test]
async fn a_peer_that_speaks_plaintext_is_told_apart() {
    let mut street = Street::new().await;
    let at = street.shop.node.address().unwrap().to_string();
    let error = buys(&Node::new(Security::Plaintext), &at).await.unwrap_err();
    let LinkError::Greeting { source, .. } = link_error(&error) else { panic!("{error:?}") };
    assert_eq!(source.to_string(), "it speaks TLS, and this end plaintext");
    street.log.says("can't be spoken with securely: it doesn't speak TLS").await;
    // An address that names a certificate is not taken for one that doesn't.
    let error = buys(&Node::new(Security::Plaintext), &street.at).await.unwrap_err();
    assert!(matches!(link_error(&error), LinkError::Dial { .. }), "{error:?}");
    street.assert_goes_on().await;
}

#[tokio::test]
async fn a_node_that_speaks_plaintext_is_told_apart() {
    let (log, _guard) = Log::listen();
    let mut shop = Shop::open(Security::Plaintext).await;
    let tls = buying(Authority::new().mutual(BUYER));
    assert_eq!(insecure(tls, &shop.known_as(SELLER)).await, "it doesn't speak TLS");
    log.says("it speaks TLS, and this end plaintext").await;
    let at = shop.node.address().unwrap().to_string();
    shop.assert_sells(&Node::new(Security::Plaintext), &at).await;
}

#[tokio::test]
async fn peers_that_stall_in_the_handshake_hold_up_nobody() {
    let mut street = Street::new().await;
    let mut stalled = Vec::new();
    for bytes in [&b""[..], b"\x16", b"\x16\x03\x01\x40\x00\x01"] {
        let mut stream = street.connect().await;
        stream.write_all(bytes).await.unwrap();
        stalled.push(stream);
        street.assert_goes_on().await;
    }
    // Who leaves instead.
    drop(stalled);
    street.log.says("can't be spoken with securely: ").await;
    street.assert_goes_on().await;
}

#[tokio::test]
async fn a_peer_that_stalls_in_the_handshake_is_given_up() {
    let options = Options::default().handshake(Duration::from_millis(50));
    let street = Street::with(options, |tls| tls).await;
    let mut stream = street.connect().await;
    stream.write_all(b"\x16\x03\x01").await.unwrap();
    let mut rest = Vec::new();
    let ended = within(stream.read_to_end(&mut rest)).await;
    assert!(ended.is_err() || rest.is_empty(), "{rest:?}");
    street.log.says("has not answered within 50ms").await;
}

#[tokio::test]
async fn a_node_that_stalls_in_the_handshake_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("{SELLER}@{}", listener.local_addr().unwrap());
    let options = Options::default().handshake(Duration::from_millis(50));
    let tls = buying(Authority::new().mutual(BUYER));
    let buyer = Node::with(tls, DefaultCodec::default(), options);
    let error = buys(&buyer, &at).await.unwrap_err();
    assert!(matches!(link_error(&error), LinkError::Unanswered { .. }), "{error:?}");
    assert_eq!(error.cause().role(), "Seller");
    // The connection is not left behind.
    let (mut stream, _) = listener.accept().await.unwrap();
    within(stream.read_to_end(&mut Vec::new())).await.unwrap();
}

#[tokio::test]
async fn a_buyer_that_is_dropped_in_the_handshake_closes_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("{SELLER}@{}", listener.local_addr().unwrap());
    let buyer = Node::new(buying(Authority::new().mutual(BUYER)));
    let mut buys = Box::pin(buys(&buyer, &at));
    let mut stream = tokio::select! {
        ended = &mut buys => panic!("{ended:?}"),
        accepted = listener.accept() => accepted.unwrap().0,
    };
    drop(buys);
    within(stream.read_to_end(&mut Vec::new())).await.unwrap();
}

#[tokio::test]
async fn rubbish_in_the_handshake_harms_nobody_else() {
    let mut street = Street::new().await;
    let rubbish: [&[u8]; 4] = [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
        b"\x16\x03\x03\xff\xff",
        b"\x15\x03\x03\x00\x02\x02\x28",
    ];
    for bytes in rubbish {
        let mut stream = street.connect().await;
        stream.write_all(bytes).await.unwrap();
        let told = within(stream.read_to_end(&mut Vec::new())).await;
        assert!(told.is_ok(), "{told:?}");
        let peer = stream.local_addr().unwrap();
        street.log.says(&format!("{peer} can't be spoken with securely: ")).await;
    }
    street.assert_goes_on().await;
}

#[tokio::test]
async fn handshakes_count_as_links() {
    let mut street = Street::with(Options::default().max_links(2), |tls| tls).await;
    let stalled = [street.connect().await, street.connect().await];
    let mut refused = street.connect().await;
    // It is closed, or reset.
    let _ = within(refused.read_to_end(&mut Vec::new())).await;
    street.log.says("a connection is refused: too many links").await;
    drop(stalled);
    for _ in 0..2 {
        street.log.says("can't be spoken with securely: ").await;
    }
    let once = async { while buys(&street.buyer, &street.at).await.is_err() {} };
    within(once).await;
    assert_eq!(within(street.shop.sold.recv()).await.unwrap().unwrap(), "Emma");
    street.assert_goes_on().await;
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_handshakes() {
    let street = Street::new().await;
    let mut stalled = street.connect().await;
    stalled.write_all(b"\x16").await.unwrap();
    within(street.shop.node.shutdown(Duration::from_mins(5))).await.unwrap();
    let _ = within(stalled.read_to_end(&mut Vec::new())).await;
}
