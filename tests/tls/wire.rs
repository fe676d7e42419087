//! What is on the way between two nodes, and what happens there.

use crate::authority::Authority;
use crate::support::{buy, link_error, listen, within};
use crate::way::{Accident, Direction, Plan, Way};
use chor::DefaultCodec;
use chor::prelude::*;
use chor::tcp::{LinkError, Node, Options};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::unbounded_channel;

const SELLER: &str = "seller.example";
const BUYER: &str = "buyer.example";
const SECRET: &str = "a title that nobody else is to read";

chor! {
    chor pour[A, B](count: usize @ A) -> usize @ B {
        let large: Vec<u8> = A -> B: vec![7; count];
        let small: Vec<u8> = A -> B: vec![8; 3];
        B: large.len() + small.len()
    }
}

/// No session hangs. Peers on connections that break meanwhile may miss what was sent.
async fn end(node: &Node) {
    let left = node.shutdown(Duration::from_mins(1)).await;
    assert_eq!(left.map_or_else(|left| left.sessions, |()| 0), 0);
}

/// A seller and a buyer with a way between them, on which something goes wrong; how it ends for each.
async fn trade(authority: &Authority, plan: Option<Plan>) -> (Vec<Result<(), Error>>, Way) {
    let node = listen(authority.mutual(SELLER).allow(BUYER, "buy", ["Buyer"])).await;
    let (said, mut sold) = unbounded_channel();
    node.serve_then(|_| buy::Seller::new(50), move |_, ended| drop(said.send(ended.map(|_| ()))));
    let way = Way::to(node.address().expect("it listens"), plan).await;
    // What vanishes is found by silence only.
    let vanishes = matches!(plan, Some((Accident::Vanish, ..)));
    let limit = if vanishes { Duration::from_millis(300) } else { Duration::from_secs(10) };
    let options = Options::default().keep_alive(limit).handshake(limit);
    let tls = authority.mutual(BUYER).allow(SELLER, "buy", ["Seller"]);
    let buyer = Node::with(tls, DefaultCodec::default(), options);
    let session = buyer.session([(1, format!("{SELLER}@{}", way.address))]);
    let bought = within(session.play(buy::Buyer::new(SECRET.to_owned()))).await;
    end(&buyer).await;
    let mut ends = vec![bought.map(|price| assert_eq!(price, 50))];
    if vanishes {
        // The node's own limits are long.
        return (ends, way);
    }
    end(&node).await;
    drop(node);
    while let Some(ended) = within(sold.recv()).await {
        ends.push(ended);
    }
    (ends, way)
}

#[tokio::test]
async fn nobody_on_the_way_can_read_what_is_sent() {
    let (ends, way) = trade(&Authority::new(), None).await;
    assert_eq!((ends.len(), ends.iter().filter(|end| end.is_ok()).count()), (2, 2), "{ends:?}");
    let seen = way.said(Direction::There);
    assert!(seen.len() > SECRET.len());
    let shows = |text: &str| seen.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!shows(SECRET), "what is sent can be read");
    assert!(!shows(BUYER), "who connects can be seen");
    assert!(shows("chor"), "what is spoken is said before it is encrypted");
}

/// At every 61st byte of both directions: in each part of the handshake, and behind it.
#[tokio::test]
async fn a_connection_that_is_cut_anywhere_fails_in_order() {
    let authority = Authority::new();
    let (_, way) = trade(&authority, None).await;
    let [there, back] = way.passed();
    for accident in [Accident::Cut, Accident::Truncate] {
        let plans = (0..there).step_by(61).map(|after| (accident, Direction::There, after));
        let plans =
            plans.chain((0..back).step_by(61).map(|after| (accident, Direction::Back, after)));
        for plan in plans {
            let (ends, _) = trade(&authority, Some(plan)).await;
            for error in ends.iter().filter_map(|end| end.as_ref().err()) {
                let known = matches!(error, Error::Link { .. } | Error::Gone { .. });
                assert!(known, "{plan:?}: {error:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_connection_that_vanishes_in_the_handshake_is_given_up() {
    let authority = Authority::new();
    for direction in [Direction::There, Direction::Back] {
        let (ends, _) = trade(&authority, Some((Accident::Vanish, direction, 100))).await;
        let error = ends[0].as_ref().unwrap_err();
        assert!(matches!(link_error(error), LinkError::Unanswered { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn delays_change_nothing() {
    let (ends, _) = trade(&Authority::new(), Some((Accident::Delay, Direction::Back, 10))).await;
    assert!(ends.len() == 2 && ends.iter().all(Result::is_ok), "{ends:?}");
}

/// Passes one connection on, with the last bit of a byte turned in what goes there.
async fn tamper(to: std::net::SocketAddr, at: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (near, _) = listener.accept().await.expect("a dialler");
        let far = tokio::net::TcpStream::connect(to).await.expect("a node");
        let ((mut near_in, mut near_out), (mut far_in, mut far_out)) =
            (near.into_split(), far.into_split());
        tokio::spawn(async move { tokio::io::copy(&mut far_in, &mut near_out).await });
        let (mut bytes, mut passed) = ([0; 512], 0);
        while let Ok(count @ 1..) = near_in.read(&mut bytes).await {
            if (passed..passed + count).contains(&at) {
                bytes[at - passed] ^= 1;
            }
            passed += count;
            if far_out.write_all(&bytes[..count]).await.is_err() {
                return;
            }
        }
    });
    format!("b.example@{address}")
}

#[tokio::test]
async fn what_is_changed_on_the_way_is_noticed() {
    let authority = Authority::new();
    let node = listen(authority.mutual("b.example").allow("a.example", "pour", ["A"])).await;
    let (said, mut poured) = unbounded_channel();
    node.serve_then(|_| pour::B::new(), move |_, ended| drop(said.send(ended)));
    let a = Node::new(authority.mutual("a.example").allow("b.example", "pour", ["B"]));
    // In the middle of a message.
    let at = tamper(node.address().expect("it listens"), 50_000).await;
    let sent = within(a.session([(1, &at)]).play(pour::A::new(1 << 20))).await;
    let error = within(poured.recv()).await.unwrap().unwrap_err();
    let LinkError::Tls { reason, .. } = link_error(&error) else { panic!("{error:?}") };
    assert_eq!(reason, "cannot decrypt peer's message");
    // It may have sent all before it is told.
    if let Err(error) = sent {
        assert!(matches!(error, Error::Link { .. }), "{error:?}");
    }
    // Others go on, and so does the sender.
    let at = crate::support::address(&node, "b.example");
    within(a.session([(1, &at)]).play(pour::A::new(5))).await.unwrap();
    assert_eq!(within(poured.recv()).await.unwrap().unwrap(), 8);
}

#[tokio::test]
async fn large_messages_arrive_before_a_node_is_shut_down() {
    let authority = Authority::new();
    let node = listen(authority.mutual("b.example").allow("a.example", "pour", ["A"])).await;
    let (said, mut poured) = unbounded_channel();
    node.serve_then(|_| pour::B::new(), move |_, ended| drop(said.send(ended)));
    let at = crate::support::address(&node, "b.example");
    for count in [0, 16_384, 1 << 20, 15 << 20] {
        let a = Node::new(authority.mutual("a.example").allow("b.example", "pour", ["B"]));
        within(a.session([(1, &at)]).play(pour::A::new(count))).await.unwrap();
        a.shutdown(Duration::from_mins(1)).await.unwrap();
        drop(a);
        assert_eq!(within(poured.recv()).await.unwrap().unwrap(), count + 3);
    }
}

/// The connection itself holds back what it has encrypted, when the system takes no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_role_has_sent_arrives_although_its_runtime_ends() {
    let authority = Authority::new();
    let node = listen(authority.mutual("b.example").allow("a.example", "pour", ["A"])).await;
    let (said, mut poured) = unbounded_channel();
    node.serve_then(|_| pour::B::new(), move |_, ended| drop(said.send(ended)));
    let at = crate::support::address(&node, "b.example");
    for count in [10, 100_000, 15 << 20] {
        let tls = authority.mutual("a.example").allow("b.example", "pour", ["B"]);
        let at = at.clone();
        let alone = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                Node::new(tls).session([(1, &at)]).play(pour::A::new(count)).await
            })
        });
        assert_eq!(within(poured.recv()).await.unwrap().expect("all arrives"), count + 3);
        alone.join().expect("no panic").expect("it is played");
    }
}
