//! A run with rounds, recorded and played back to a node with one byte changed: up to there as it was, the
//! node's turns included, so that each change meets the node where it was meant.

use crate::raw::{ASK, CREDIT, END, MAY, MESSAGE, ROUNDS, Raw, Said};
use crate::support::{AGES, within};
use crate::survey::{narrow, right, survey};
use crate::way::{Direction, Way};
use chor::tcp::{Node, Options, Security};
use chor::{DefaultCodec, Projection};
use std::error::Error as _;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::task::yield_now;

const NUMBER: u32 = 7;
/// What a peer waits for before it goes on.
const AWAITED: [u8; 4] = [MESSAGE, CREDIT, ASK, MAY];

fn options() -> Options {
    let few = Options::default().max_message(64 << 10).memory(256 << 10);
    narrow(few).handshake(Duration::from_secs(30)).keep_alive(AGES)
}

/// How sessions have begun and ended.
#[derive(Default)]
struct Sessions {
    begun: AtomicUsize,
    right: AtomicUsize,
    failed: AtomicUsize,
}

/// A node that serves one role of the survey.
struct Server {
    node: Node,
    sessions: Arc<Sessions>,
}

impl Server {
    async fn serve<P: Projection<N, Output = u32> + 'static, const N: usize>(
        role: fn() -> P,
    ) -> Self {
        let (security, codec) = (Security::Plaintext, DefaultCodec::default());
        let node = Node::listen_with("127.0.0.1:0", security, codec, options()).await;
        let (node, sessions) = (node.expect("a port"), Arc::<Sessions>::default());
        let (begins, ends) = (Arc::clone(&sessions), Arc::clone(&sessions));
        let make = move |_: &_| {
            begins.begun.fetch_add(1, Ordering::SeqCst);
            role()
        };
        node.serve_then(make, move |_, ended| {
            match &ended {
                Ok(value) => assert_eq!(*value, right(NUMBER)),
                Err(error) => {
                    assert!(error.source().is_some() || error.peer().is_some(), "{error:?}");
                }
            }
            let count = if ended.is_ok() { &ends.right } else { &ends.failed };
            count.fetch_add(1, Ordering::SeqCst);
        });
        Self { node, sessions }
    }

    /// What a peer says in this role.
    async fn record<P: Projection<N, Output = u32>, const N: usize>(
        &self,
        place: usize,
        role: P,
    ) -> Script {
        let way = Way::to(self.node.address().expect("it listens"), None).await;
        let peer = Node::with(Security::Plaintext, DefaultCodec::default(), options());
        let session = peer.session([(place, &way.address)]);
        assert_eq!(within(session.play(role)).await.expect("it is whole"), right(NUMBER));
        peer.shutdown(AGES).await.expect("it is idle");
        Script::new(&way)
    }

    /// All sessions are over, and how many have ended well.
    async fn ended(&self) -> usize {
        let count = |it: &AtomicUsize| it.load(Ordering::SeqCst);
        let Sessions { begun, right, failed } = &*self.sessions;
        let ended = async {
            while self.node.sessions() > 0 || count(begun) > count(right) + count(failed) {
                yield_now().await;
            }
        };
        within(ended).await;
        count(right)
    }

    /// Plays back what a peer has said, with a change, until the node hangs up.
    async fn play(&self, script: &Script, change: Option<(usize, u8)>) {
        let mut raw = Raw::to(self.node.address().expect("it listens")).await;
        let (mut said, mut heard, mut is_changed) = (0, [0; 4], false);
        for (number, Piece { bytes, after }) in script.0.iter().enumerate() {
            let mut bytes = bytes.clone();
            if !is_changed {
                hear(&mut raw, &mut heard, after).await;
            }
            if let Some((at, wrong)) = change
                && let Some(byte) = at.checked_sub(said).and_then(|at| bytes.get_mut(at))
            {
                (*byte, is_changed) = (*byte ^ wrong, true);
            }
            said += bytes.len();
            if raw.0.write_all(&bytes).await.is_err() {
                break;
            }
            if number == 0 && !is_changed {
                raw.greeting().await;
            }
        }
        if change.is_none() {
            raw.hear(END).await;
        }
        let _ = raw.0.shutdown().await;
        raw.rest().await;
    }
}

/// Waits until the node has said so much.
async fn hear(raw: &mut Raw, heard: &mut [usize; 4], after: &[usize; 4]) {
    while heard.iter().zip(after).any(|(heard, after)| heard < after) {
        let frame = raw.next().await.expect("what it has said before");
        if let Some(kind) = AWAITED.iter().position(|kind| *kind == frame[0]) {
            heard[kind] += 1;
        }
    }
}

/// A greeting or a frame, and how many of the awaited frames had come before it.
struct Piece {
    bytes: Vec<u8>,
    after: [usize; 4],
}

/// What a peer says from its greeting to its goodbye.
struct Script(Vec<Piece>);

impl Script {
    fn new(way: &Way) -> Self {
        let [there, back] = [Direction::There, Direction::Back].map(|it| Said::new(&way.said(it)));
        let mut said = 0;
        let pieces = [there.greeting].into_iter().chain(there.frames).map(|bytes| {
            let after = count(&back, way.said_before(said));
            said += bytes.len();
            Piece { bytes, after }
        });
        Self(pieces.collect())
    }

    fn len(&self) -> usize {
        self.0.iter().map(|piece| piece.bytes.len()).sum()
    }

    fn says(&self, kind: u8) -> bool {
        self.0[1..].iter().any(|piece| piece.bytes[4] == kind)
    }
}

/// How many of the awaited frames are among the first so many bytes.
fn count(said: &Said, bytes: usize) -> [usize; 4] {
    let mut end = said.greeting.len();
    let whole = said.frames.iter().take_while(|frame| {
        end += frame.len();
        end <= bytes
    });
    let whole: Vec<_> = whole.collect();
    AWAITED.map(|kind| whole.iter().filter(|frame| frame[4] == kind).count())
}

/// How many panics there are in this thread from now on.
fn panics_here() -> Arc<AtomicUsize> {
    // One after the other takes the hook and puts its own around it.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (panics, here) = (Arc::<AtomicUsize>::default(), thread::current().id());
    let (counted, before) = (Arc::clone(&panics), panic::take_hook());
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == here {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        before(info);
    }));
    panics
}

/// As it was it ends well, and with any byte changed it ends. Everything in this thread together takes
/// little memory.
fn no_change_takes_anything_down<P, Q, const N: usize>(
    role: fn() -> P,
    place: usize,
    peer: Q,
    kinds: &[u8],
) where
    P: Projection<N, Output = u32> + 'static,
    Q: Projection<N, Output = u32>,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let panics = panics_here();
    let (server, script) = runtime.block_on(async {
        let server = Server::serve(role).await;
        let script = server.record(place, peer).await;
        (server, script)
    });
    assert!(kinds.iter().all(|kind| script.says(*kind)));
    let held = allocation_counter::measure(|| {
        runtime.block_on(async {
            server.play(&script, None).await;
            assert_eq!(server.ended().await, 2);
            for at in 0..script.len() {
                for wrong in [0x01, 0x80, 0xff] {
                    server.play(&script, Some((at, wrong))).await;
                    server.ended().await;
                }
            }
            let before = server.ended().await;
            // Most changes are met in a session.
            let failed = server.sessions.failed.load(Ordering::SeqCst);
            assert!(failed > script.len(), "{failed} of {}", 3 * script.len());
            server.play(&script, None).await;
            assert_eq!(server.ended().await, before + 1);
        });
    });
    assert_eq!(panics.load(Ordering::SeqCst), 0);
    assert!(held.bytes_max < 512 << 10, "{} bytes", held.bytes_max);
}

#[test]
fn no_wrong_byte_of_who_tells_in_rounds_takes_anything_else_down() {
    let asker = || survey::Asker::new(NUMBER);
    no_change_takes_anything_down(asker, 0, survey::Tellers::new(), &[ROUNDS, ASK, MESSAGE]);
}

#[test]
fn no_wrong_byte_of_who_asks_in_rounds_takes_anything_else_down() {
    let asker = survey::Asker::new(NUMBER);
    no_change_takes_anything_down(survey::Tellers::new, 1, asker, &[MAY, CREDIT, MESSAGE]);
}
