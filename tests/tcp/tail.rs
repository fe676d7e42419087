//! What a role has sent last arrives, however slow its peer is, and whatever the peer still says.

use crate::raw::PING;
use crate::support::{AGES, patient, within};
use chor::DefaultCodec;
use chor::prelude::*;
use chor::tcp::{Node, Security, Unfinished};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{mpsc, watch};

chor! {
    /// Ends at the one who sends when the system has all.
    chor pour[From, To](count: u32 @ [From, To]) -> u32 @ To {
        let mut sum: u32 @ To = 0;
        for number in 0..count {
            let piece: Vec<u8> = From -> To: vec![u8::try_from(number % 2).unwrap(); 1000];
            To: sum += u32::try_from(piece.len()).unwrap();
        }
        sum
    }
}

/// Less than a window, and more than the narrow holds.
const PIECES: u32 = 150;
/// As many bytes pass at once: the session begins.
const PASSED: usize = 4096;

/// A way to a node on which most of what is sent stands still at first, in the sender's system.
struct Narrow {
    address: String,
    open: watch::Sender<bool>,
    /// What else is said to who dials.
    say: mpsc::UnboundedSender<Vec<u8>>,
}

impl Narrow {
    fn to(node: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(2048).expect("a small one");
        socket.bind("127.0.0.1:0".parse().unwrap()).expect("a port");
        let listener = socket.listen(1).expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (open, opened) = watch::channel(false);
        let (say, said) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let dialled = listener.accept().await.expect("somebody dials").0;
            let there = TcpStream::connect(node).await.expect("it listens");
            let ((from, back), (heard, to)) = (dialled.into_split(), there.into_split());
            tokio::spawn(pass(from, to, opened));
            pass_back(heard, back, said).await;
        });
        Self { address, open, say }
    }

    /// A question whether the peer lives.
    fn ping(&self) {
        self.say.send(vec![1, 0, 0, 0, PING]).expect("it is passed on");
    }

    fn open(&self) {
        self.open.send_replace(true);
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut open: watch::Receiver<bool>) {
    let (mut bytes, mut passed) = ([0; 1024], 0);
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        passed += count;
        if passed > PASSED && open.wait_for(|open| *open).await.is_err() {
            return;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

async fn pass_back(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut said: mpsc::UnboundedReceiver<Vec<u8>>,
) {
    let mut bytes = [0; 4096];
    loop {
        let more = tokio::select! {
            read = from.read(&mut bytes) => match read {
                Ok(count @ 1..) => bytes[..count].to_owned(),
                _ => return,
            },
            Some(more) = said.recv() => more,
        };
        // Who is gone hears nothing.
        let _ = to.write_all(&more).await;
    }
}

type Ended = mpsc::UnboundedReceiver<Result<u32, Error>>;

/// A node that receives, the way to it, and how it has ended there.
async fn receiver() -> (Node, Narrow, Ended) {
    let (codec, security) = (DefaultCodec::default(), Security::Plaintext);
    let node = Node::listen_with("127.0.0.1:0", security, codec, patient()).await.expect("a port");
    let (said, ended) = mpsc::unbounded_channel();
    node.serve_then(|_| pour::To::new(PIECES), move |_, how| drop(said.send(how)));
    let way = Narrow::to(node.address().expect("it listens"));
    (node, way, ended)
}

/// A node whose role has ended while most of what it has sent is still on the way.
async fn poured(way: &Narrow) -> Node {
    let node = Node::with(Security::Plaintext, DefaultCodec::default(), patient());
    let session = node.session([(1, &way.address)]);
    within(session.play(pour::From::new(PIECES))).await.expect("the system takes it");
    node
}

async fn assert_arrives(ended: &mut Ended) {
    let ended = within(ended.recv()).await.expect("it is told");
    assert_eq!(ended.expect("all arrives"), PIECES * 1000);
}

#[tokio::test]
async fn a_shutdown_ends_when_all_has_arrived() {
    let (_node, way, mut ended) = receiver().await;
    let node = poured(&way).await;
    assert!(ended.try_recv().is_err());
    let shutdown = tokio::spawn(async move { node.shutdown(AGES).await });
    for _ in 0..3 {
        way.ping();
        tokio::task::yield_now().await;
    }
    assert!(!shutdown.is_finished());
    way.open();
    assert_arrives(&mut ended).await;
    within(shutdown).await.unwrap().expect("all has arrived");
}

#[tokio::test]
async fn a_shutdown_that_can_not_wait_so_long_says_so() {
    let (_node, way, _ended) = receiver().await;
    let node = poured(&way).await;
    let cut = node.shutdown(std::time::Duration::ZERO).await.unwrap_err();
    assert!(matches!(cut, Unfinished { sessions: 0, links: 1, .. }), "{cut:?}");
    let expected = "when the node was shut down, 0 sessions were not over, and the peers of 1 \
                    connections may miss what was sent";
    assert_eq!(cut.to_string(), expected);
}

#[tokio::test]
async fn a_shutdown_whose_peer_dies_says_so() {
    let (_node, way, _ended) = receiver().await;
    let node = poured(&way).await;
    let waiting = node.clone();
    let shutdown = tokio::spawn(async move { waiting.shutdown(AGES).await });
    // What is no frame ends the connection.
    way.say.send(vec![255; 64]).expect("it is passed on");
    let cut = within(shutdown).await.unwrap().unwrap_err();
    assert!(matches!(cut, Unfinished { sessions: 0, links: 1, .. }), "{cut:?}");
}

#[tokio::test]
async fn who_drops_a_node_whose_runtime_goes_on_loses_nothing() {
    let (_node, way, mut ended) = receiver().await;
    drop(poured(&way).await);
    way.ping();
    tokio::task::yield_now().await;
    way.open();
    assert_arrives(&mut ended).await;
}

#[tokio::test]
async fn an_idle_node_is_shut_down_at_once() {
    let (_node, way, mut ended) = receiver().await;
    way.open();
    let node = poured(&way).await;
    assert_arrives(&mut ended).await;
    within(node.shutdown(AGES)).await.expect("nothing is missing");
    within(node.shutdown(AGES)).await.expect("it is shut down already");
}

/// Who serves a role writes down how its sessions end, say, and takes its time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shutdown_waits_until_those_who_serve_are_told_how_sessions_end() {
    let receiver = Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port");
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (go, goes) = std::sync::mpsc::channel();
    let (goes, written) = (Mutex::new(goes), Arc::new(AtomicBool::new(false)));
    let writes = Arc::clone(&written);
    receiver.serve_then(
        |_| pour::To::new(1),
        move |_, ended| {
            ended.expect("nobody fails");
            begun.send(()).expect("somebody listens");
            goes.lock().expect("no panic").recv().expect("it may go on");
            writes.store(true, Ordering::SeqCst);
        },
    );
    let address = receiver.address().expect("it listens").to_string();
    let sender = Node::new(Security::Plaintext);
    within(sender.session([(1, address)]).play(pour::From::new(1))).await.expect("nobody fails");
    within(begins.recv()).await.expect("it has ended");
    within(sender.shutdown(AGES)).await.expect("nothing is missing");
    let shutdown = tokio::spawn(async move { receiver.shutdown(AGES).await });
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert!(!shutdown.is_finished());
    go.send(()).expect("it waits");
    within(shutdown).await.unwrap().expect("nothing is missing");
    assert!(written.load(Ordering::SeqCst));
}
