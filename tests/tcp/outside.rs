//! Whoever can reach a node's port may say anything: it ends what it concerns, is told of in the log, and
//! takes nothing else down.

use crate::log::Log;
use crate::raw::{END, MESSAGE, OPEN, PING, PONG, REFUSE, Raw, STEP, Said, Shop, frame, trade};
use crate::support::within;
use chor::prelude::*;
use chor::tcp::{ChannelError, LinkError, Node, Options, Security};
use std::error::Error as _;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

/// What peers say that are no nodes, and how the log calls it.
fn rubbish(said: &Said) -> Vec<(&'static str, Vec<u8>)> {
    let greeting = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut greeting = said.greeting.clone();
        change(&mut greeting);
        greeting
    };
    let then = |frame: &[u8]| [&said.greeting, frame].concat();
    vec![
        ("it doesn't speak the protocol of `chor`", b"GET / HTTP/1.1\r\n\r\n".to_vec()),
        ("it speaks TLS, and this end plaintext", b"\x16\x03\x01\x02\x00\x01\x00".to_vec()),
        ("it doesn't speak the protocol of `chor`", (0..=255).rev().cycle().take(5000).collect()),
        ("it speaks version 9 of the wire protocol", greeting(&|bytes| bytes[4] = 9)),
        ("it encodes messages with `bincodf`", greeting(&|bytes| bytes[15] = b'f')),
        ("its greeting can't be read", greeting(&|bytes| bytes[8] = 255)),
        ("a frame claims 4294967295 bytes, more than 1048576", then(&[255; 9])),
        ("a frame is empty", then(&[0; 4])),
        ("a frame is of the unknown kind 99", then(&frame(99, &[1, 2], b"three"))),
        ("a frame is cut off in its fields", then(&frame(MESSAGE, &[1, 0], b""))),
        ("a frame is cut off in its fields", then(&frame(MESSAGE, &[1, 0], &[255; 20]))),
        ("a text in a frame is not UTF-8", then(&frame(STEP, &[1], b"\xff"))),
        ("a field of a frame can't be decoded", then(&frame(OPEN, &[1], b"\x01"))),
        ("a field of a frame can't be decoded", then(&frame(END, &[1], b"\x63"))),
        (
            "channel 1 was opened twice",
            [said.bytes(), said.of(OPEN).flatten().copied().collect()].concat(),
        ),
    ]
}

#[tokio::test]
async fn rubbish_ends_its_link_and_nothing_else() {
    let mut shop = Shop::open(Options::default()).await;
    let said = shop.recorded().await;
    for (text, bytes) in rubbish(&said) {
        let (log, _listening) = Log::listen();
        let mut raw = Raw::to(shop.address()).await;
        raw.write(&bytes).await;
        raw.rest().await;
        let log = log.text();
        assert!(log.contains(text), "{text}: {log}");
        while let Ok(sold) = shop.sold.try_recv() {
            assert_eq!(sold.expect("it was sold before"), 5);
        }
        shop.assert_goes_on().await;
    }
    shop.assert_left_alone().await;
}

#[tokio::test]
async fn a_node_that_dials_rubbish_says_what_is_wrong() {
    let mut shop = Shop::open(Options::default()).await;
    let said = shop.recorded().await;
    for (text, bytes) in rubbish(&said) {
        if text.contains("opened twice") {
            continue;
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let answering = tokio::spawn(async move {
            let mut stream = listener.accept().await.unwrap().0;
            stream.write_all(&bytes).await.unwrap();
            Raw(stream).rest().await
        });
        let buyer = Node::new(Security::Plaintext);
        let session = buyer.session([(1, &address)]);
        let error = within(session.play(trade::Buyer::new(String::new()))).await.unwrap_err();
        assert_eq!(error.peer(), Some("Seller"));
        let cause = error.cause().to_string();
        assert!(cause.contains(text) && cause.contains(&address), "{text}: {cause}");
        answering.await.unwrap();
    }
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_hung_up_on() {
    let limit = Duration::from_millis(100);
    let mut shop = Shop::open(Options::default().handshake(limit)).await;
    let said = shop.recorded().await;
    // Nothing, and all but the last byte of a greeting.
    for length in [0, said.greeting.len() - 1] {
        let (log, _listening) = Log::listen();
        let mut raw = Raw::to(shop.address()).await;
        raw.write(&said.greeting[..length]).await;
        raw.rest().await;
        let log = log.text();
        assert!(log.contains("has not answered within 100ms"), "{log}");
        shop.assert_goes_on().await;
    }
}

#[tokio::test]
async fn a_peer_that_greets_and_then_says_nothing_is_hung_up_on() {
    let limit = Duration::from_millis(150);
    let mut shop = Shop::open(Options::default().keep_alive(limit)).await;
    let said = shop.recorded().await;
    let (log, _listening) = Log::listen();
    let mut raw = Raw::to(shop.address()).await;
    raw.write(&said.greeting).await;
    raw.rest().await;
    let log = log.text();
    assert!(log.contains("has been silent for 150ms"), "{log}");
    shop.assert_goes_on().await;
}

#[tokio::test]
async fn peers_that_vanish_while_they_greet_leave_nothing_behind() {
    let mut shop = Shop::open(Options::default()).await;
    let said = shop.recorded().await;
    for length in 0..said.greeting.len() {
        let mut raw = Raw::to(shop.address()).await;
        raw.write(&said.greeting[..length]).await;
    }
    shop.assert_goes_on().await;
    shop.assert_left_alone().await;
}

#[tokio::test]
async fn a_peer_that_sends_a_byte_at_a_time_is_served() {
    let mut shop = Shop::open(Options::default()).await;
    let said = shop.recorded().await;
    let mut raw = Raw::to(shop.address()).await;
    for byte in said.bytes() {
        raw.write(&[byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(within(shop.sold.recv()).await.unwrap().unwrap(), 5);
    shop.assert_goes_on().await;
}

#[tokio::test]
async fn frames_for_unknown_sessions_concern_nobody() {
    let mut shop = Shop::open(Options::default()).await;
    let said = shop.recorded().await;
    let mut raw = Raw::to(shop.address()).await;
    raw.write(&said.greeting).await;
    raw.greeting().await;
    for (kind, numbers, rest) in [
        (MESSAGE, &[77, 0, 0, 0][..], &b"x"[..]),
        (2, &[77, 0, 0, 0, 9], b"x"),
        (3, &[77, 0], b"x"),
        (5, &[77, 0, 9], b""),
        (8, &[77, 9], b""),
        (9, &[77, 0], b"x"),
        (REFUSE, &[77], b"x"),
        (END, &[77], b"\x00"),
    ] {
        let (log, _listening) = Log::listen();
        raw.write(&frame(kind, numbers, rest)).await;
        raw.write(&frame(PING, &[], b"")).await;
        raw.hear(PONG).await;
        // Credit that is late is no sign of anything wrong.
        let text =
            if kind == REFUSE { "this end is not invited" } else { "for an unknown session" };
        assert_eq!(log.text().contains(text), kind != 5);
    }
    // On the same link:
    raw.write(&said.frames.concat()).await;
    assert_eq!(within(shop.sold.recv()).await.unwrap().unwrap(), 5);
    shop.assert_goes_on().await;
}

#[tokio::test]
async fn a_message_that_comes_twice_ends_its_session_only() {
    let mut shop = Shop::open(Options::default()).await;
    let said = shop.recorded().await;
    let title = said.of(MESSAGE).next().unwrap();
    let at = said.frames.iter().position(|it| it == title).unwrap();
    let mut raw = Raw::to(shop.address()).await;
    raw.write(&said.greeting).await;
    raw.greeting().await;
    let (log, _listening) = Log::listen();
    raw.write(&[said.frames[..=at].concat(), title.clone()].concat()).await;
    let error = within(shop.sold.recv()).await.unwrap().unwrap_err();
    let Error::Codec { source, peer, .. } = &error else { panic!("{error:?}") };
    assert_eq!(peer, "Buyer");
    let source = source.downcast_ref::<ChannelError>().unwrap();
    assert!(matches!(source, ChannelError::Offset { expected: 1.., found: 0, .. }), "{source}");
    let text = "byte 0 of lane 0 came instead of byte ";
    assert!(log.text().contains(text), "{error}");
    // Another session on the same link, which knows the steps already.
    let steps: Vec<u8> = said.of(STEP).skip(1).flatten().copied().collect();
    raw.write(&[steps, said.again(2)].concat()).await;
    assert_eq!(within(shop.sold.recv()).await.unwrap().unwrap(), 5);
    shop.assert_goes_on().await;
}

#[tokio::test]
async fn an_invitation_to_what_is_not_served_is_refused_and_the_link_goes_on() {
    let mut shop = Shop::open(Options::default()).await;
    let said = shop.recorded().await;
    let mut raw = Raw::to(shop.address()).await;
    raw.write(&said.greeting).await;
    raw.greeting().await;
    let mut open = said.of(OPEN).next().unwrap().clone();
    // The name: behind length, kind, channel, session and its own length.
    open[23] = b'T';
    raw.write(&open).await;
    let refused = raw.hear(REFUSE).await;
    assert_eq!(&refused[2..], b"it doesn't serve role number 1 of `Trade`");
    let steps: Vec<u8> = said.of(STEP).flatten().copied().collect();
    raw.write(&[steps, said.again(2)].concat()).await;
    assert_eq!(within(shop.sold.recv()).await.unwrap().unwrap(), 5);
    shop.assert_goes_on().await;
}

#[tokio::test]
async fn no_wrong_byte_of_a_session_takes_anything_else_down() {
    let mut shop = Shop::open(Options::default().handshake(Duration::from_secs(2))).await;
    let said = shop.recorded().await.bytes();
    for at in 0..said.len() {
        for wrong in [0x01, 0x80, 0xff] {
            let mut bytes = said.clone();
            bytes[at] ^= wrong;
            let mut raw = Raw::to(shop.address()).await;
            raw.write(&bytes).await;
            // Hangs up without waiting for an answer.
            drop(raw);
        }
    }
    shop.assert_left_alone().await;
    while let Ok(sold) = shop.sold.try_recv() {
        if let Err(error) = sold {
            assert!(error.source().is_some() || error.peer().is_some(), "{error:?}");
        }
    }
    shop.assert_goes_on().await;
}

#[tokio::test]
async fn a_link_more_than_allowed_is_refused() {
    let mut shop = Shop::open(Options::default().max_links(3)).await;
    let (log, _listening) = Log::listen();
    // With the one of the session that goes on, these are all.
    let mut links = vec![Raw::to(shop.address()).await, Raw::to(shop.address()).await];
    let address = shop.address().to_string();
    let refused = async {
        loop {
            let session = Node::new(Security::Plaintext).session([(1, &address)]);
            match session.play(trade::Buyer::new("Emma".to_owned())).await {
                // One of the links was refused, in favour of one that is over since.
                Ok(_) => links.push(Raw::to(shop.address()).await),
                Err(error) => break error,
            }
        }
    };
    let error = within(refused).await;
    let link = error.source().and_then(|source| source.downcast_ref::<LinkError>());
    assert!(matches!(link, Some(LinkError::Closed { .. } | LinkError::Broken { .. })), "{error:?}");
    assert!(log.text().contains("a connection is refused: too many links"));
    shop.assert_steady().await;
}
