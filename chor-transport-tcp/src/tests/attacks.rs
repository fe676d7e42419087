//! One row for each attack: how the session of the attacker fails, what is logged, and that a session
//! with somebody else on the same node goes on.

use super::log::Log;
use super::raw::{Ended, Raw, opening, record, server};
use crate::Options;
use crate::frame::{self, Frame, Head, Open};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;

/// What is said, by whom, and what comes of it.
struct Attack {
    name: &'static str,
    /// Whether the attacker has greeted and opened a session, as channel 1.
    in_session: bool,
    bytes: Vec<u8>,
    /// Between two bytes; none is said at once.
    pause: Duration,
    /// The error of the session and its sources; `None` where it goes on, or where there is none.
    error: Option<&'static str>,
    logged: &'static str,
}

fn attack(name: &'static str, bytes: Vec<u8>, logged: &'static str) -> Attack {
    Attack { name, in_session: true, bytes, pause: Duration::ZERO, error: Some(logged), logged }
}

/// Before a session: nothing fails that was there.
fn outside(name: &'static str, bytes: Vec<u8>, logged: &'static str) -> Attack {
    Attack { in_session: false, error: None, ..attack(name, bytes, logged) }
}

/// The session goes on.
fn harmless(name: &'static str, bytes: Vec<u8>, logged: &'static str) -> Attack {
    Attack { error: None, ..attack(name, bytes, logged) }
}

fn bytes(frames: &[Frame<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for it in frames {
        frame::encode(it, &mut bytes);
    }
    bytes
}

fn attacks() -> Vec<Attack> {
    let head = Head { channel: 1, lane: 0, offset: 0 };
    let one = record(&[1]);
    let batch = |head| Frame::Batch { head, records: &one };
    let role = Open { session: [8; 16], to: 5, ..opening() };
    let slow = bytes(&[batch(head)]);
    vec![
        outside("random bytes", (0..=255).rev().collect(), "doesn't speak the protocol"),
        outside("a wrong magic", b"rohc\x01\0\0\0".to_vec(), "doesn't speak the protocol"),
        attack("a long frame", vec![255, 255, 255, 127, 1], "a frame claims 2147483647 bytes"),
        harmless(
            "an unknown session",
            bytes(&[batch(Head { channel: 77, ..head })]),
            "a message for an unknown session",
        ),
        harmless(
            "an unknown role",
            bytes(&[Frame::Open { channel: 2, open: role }]),
            "2 roles, number 0 inviting number 5, are no session",
        ),
        attack(
            "a wrong position",
            bytes(&[batch(Head { offset: 5, ..head })]),
            "byte 5 of lane 0 came instead of byte 0",
        ),
        attack(
            "a frame twice",
            bytes(&[batch(head), batch(head)]),
            "byte 0 of lane 0 came instead of byte 13",
        ),
        Attack {
            pause: Duration::from_mins(1),
            ..attack("a byte a minute", slow, "has been silent for 10s")
        },
    ]
}

/// How a session has ended, with all sources.
fn text(ended: &Ended) -> String {
    let Err(error) = ended else { return "it has not failed".to_owned() };
    let first: &dyn std::error::Error = error;
    let all = std::iter::successors(Some(first), |error| error.source());
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// A peer that is in a session, and answers pings while others attack.
async fn steady(mut peer: Raw, until: impl Future<Output = ()>) -> Raw {
    let mut until = std::pin::pin!(until);
    loop {
        tokio::select! {
            () = &mut until => return peer,
            frame = peer.hear() => {
                let frame = frame.expect("the node goes on");
                assert!(matches!(frame::decode(&frame), Ok(Frame::Ping)), "{frame:?}");
            }
        }
        peer.say(&Frame::Pong).await;
    }
}

async fn strike(peer: &mut Raw, attack: &Attack) {
    use tokio::io::AsyncWriteExt;
    for byte in attack.bytes.chunks(if attack.pause.is_zero() { usize::MAX } else { 1 }) {
        // The node may have hung up.
        if peer.0.write_all(byte).await.is_err() {
            return;
        }
        sleep(attack.pause).await;
    }
}

async fn assert_ended(attack: &Attack, mut attacker: Raw, ended: &mut UnboundedReceiver<Ended>) {
    if let Some(expected) = attack.error {
        let text = text(&ended.recv().await.unwrap());
        assert!(text.contains(expected), "{}: {text}", attack.name);
    } else if attack.in_session {
        attacker.number(1, 0, 9).await;
        attacker.number(1, 1, 0).await;
        assert_eq!(ended.recv().await.unwrap().unwrap(), 9, "{}", attack.name);
    } else {
        attacker.assert_dead().await;
    }
}

#[tokio::test(start_paused = true)]
async fn no_attack_concerns_a_session_with_somebody_else() {
    for attack in attacks() {
        let (node, mut ended) = server(Options::default());
        let (log, _guard) = Log::listen();
        let mut other = Raw::greeted(&node).await;
        other.open_as(1, [9; 16]).await;
        let mut attacker = Raw::unknown(&node);
        if attack.in_session {
            attacker = attacker.greet().await;
            attacker.open(1).await;
        }
        let mut other = steady(other, async {
            strike(&mut attacker, &attack).await;
            assert_ended(&attack, attacker, &mut ended).await;
        })
        .await;
        let log = log.text();
        let event = log.lines().find(|line| line.contains(attack.logged));
        let event = event.unwrap_or_else(|| panic!("{}: {log}", attack.name));
        assert!(event.contains("WARN chor:"), "{}: {event}", attack.name);
        other.number(1, 0, 40).await;
        other.number(1, 1, 0).await;
        assert_eq!(ended.recv().await.unwrap().unwrap(), 40, "{}", attack.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_invites_to_a_session_at_the_same_moment_as_another_is_refused() {
    let (node, _sums) = server(Options::default());
    let mut peers = [Raw::greeted(&node).await, Raw::greeted(&node).await];
    for channel in 1..=200 {
        let session = [u8::try_from(channel).unwrap(); 16];
        let invites = async |peer: &mut Raw| {
            peer.say(&Frame::Open { channel, open: Open { session, ..opening() } }).await;
            peer.hear_text().await
        };
        let [one, other] = &mut peers;
        let (one, other) = tokio::join!(invites(one), invites(other));
        let refused =
            format!("Refuse {{ channel: {channel}, reason: \"role number 0 is there already\" }}");
        let answers = [one, other].map(|told| (told.starts_with("Answer"), told == refused));
        assert!(matches!(answers, [(true, false), (false, true)] | [(false, true), (true, false)]));
    }
}
