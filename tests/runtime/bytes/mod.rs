//! The adapter for channels of bytes, over channels of the test's own, against a peer that does
//! anything at all.

mod anything;
mod frames;
mod meeting;
mod ways;

use crate::{ended, soon};
use chor::bytes::{Channel, Encoded};
use chor::prelude::*;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, mpsc};

type Frame = Vec<u8>;

/// One participant's way to each other one.
pub(crate) struct Pipes {
    to: Vec<Option<UnboundedSender<Frame>>>,
    from: Vec<Option<Mutex<UnboundedReceiver<Frame>>>>,
}

impl Channel for Pipes {
    type Error = mpsc::error::SendError<Frame>;

    async fn send(&self, to: usize, frame: Frame) -> Result<(), Self::Error> {
        self.to[to].as_ref().expect("a way to another").send(frame)
    }

    async fn recv(&self, from: usize) -> Result<Option<Frame>, Self::Error> {
        Ok(self.from[from].as_ref().expect("a way from another").lock().await.recv().await)
    }

    fn close(&self, last: Frame) {
        for to in self.to.iter().flatten() {
            // Who is gone needs not be told.
            let _ = to.send(last.clone());
        }
    }
}

/// The pipes of `N` participants.
pub(crate) fn pipes<const N: usize>() -> [Pipes; N] {
    let mut ends = std::array::from_fn(|_| Pipes {
        to: (0..N).map(|_| None).collect(),
        from: (0..N).map(|_| None).collect(),
    });
    for from in 0..N {
        for to in (0..N).filter(|to| *to != from) {
            let (sender, receiver) = unbounded_channel();
            ends[from].to[to] = Some(sender);
            ends[to].from[from] = Some(Mutex::new(receiver));
        }
    }
    ends
}

fn encoded<const N: usize>(pipes: [Pipes; N]) -> [Encoded<Pipes>; N] {
    let mut place = 0;
    pipes.map(|pipes| {
        place += 1;
        Encoded::new(pipes, place - 1, N)
    })
}

/// What the test does in the place of a participant.
struct Peer {
    to: UnboundedSender<Frame>,
    from: UnboundedReceiver<Frame>,
}

/// The transport of participant `place` of two, and the ends of the other's pipes.
fn opposite(place: usize) -> (Encoded<Pipes>, Peer) {
    let [a, b] = pipes::<2>();
    let (mut other, own) = if place == 1 { (a, b) } else { (b, a) };
    let to = other.to[place].take().unwrap();
    let from = other.from[place].take().unwrap().into_inner();
    (Encoded::new(own, place, 2), Peer { to, from })
}

chor! {
    /// `A` only sends, so its frames can be had without a `B`.
    chor tell[A, B](number: u64 @ A, text: String @ A) -> (u64, String) @ B {
        let number: u64 = A -> B: number;
        let text: String = A -> B: text;
        (number, text)
    }
    chor tell_often[A, B](n: u32 @ [A, B]) -> Vec<u32> @ B {
        let mut got: Vec<u32> @ B = Vec::new();
        for i in 0..n {
            let x: u32 = A -> B: i;
            B: got.push(x);
        }
        got
    }
    chor ask[A, B](number: u64 @ A) -> u64 @ A {
        let number: u64 = A -> B: number;
        let answer: u64 = B -> A: number + 1;
        answer
    }
    chor pass_on[A, B, C](number: u64 @ A) -> u64 @ C {
        let number: u64 = A -> B: number;
        let passed: u64 = B -> C: number;
        passed
    }
    /// Everything in one: copies to several, loops, branches, calls.
    chor mixed[A, B, C](words: Vec<String> @ A) -> (usize @ A, Vec<String> @ [B, C]) {
        let mut all: Vec<String> @ [B, C] = Vec::new();
        let mut sum: usize @ A = 0;
        let count: usize = A => [B, C]: words.len();
        for i in 0..count {
            let word: String = A -> [B, C]: words[i].clone();
            if B => [A, C]: word.len() > 3 {
                let length: usize = C -> A: word.len();
                sum += length;
                [B, C]: all.push(word);
            }
        }
        let number: u64 = ask[A, C](7);
        (A: sum + usize::try_from(number)?, all)
    }
}

const NUMBER: u64 = 0x1234_5678_9abc_def0;
/// What an honest `A` says before all else: what it runs.
async fn hello() -> Frame {
    all_honest().await[0].clone()
}

/// The frames of an honest `A` after that: a number, a text, and the end.
async fn honest() -> [Frame; 3] {
    all_honest().await.split_off(1).try_into().expect("two messages and the end")
}

async fn all_honest() -> Vec<Frame> {
    let (transport, mut peer) = opposite(0);
    soon(play_role(tell::A::new(NUMBER, "To Mock a Mockingbird".to_owned()), &transport))
        .await
        .unwrap();
    drop(transport);
    let mut frames = Vec::new();
    while let Some(frame) = peer.from.recv().await {
        frames.push(frame);
    }
    frames
}

/// Plays `B` of `tell` against these frames, after which the channel is closed.
async fn play(frames: impl IntoIterator<Item = Frame>) -> Result<(u64, String), Error> {
    let (transport, peer) = opposite(1);
    for frame in frames {
        peer.to.send(frame).unwrap();
    }
    drop(peer);
    soon(play_role(tell::B::new(), &transport)).await
}

/// The error says who was played, who is at the other end, and at which message.
#[track_caller]
fn names(error: &Error, role: &str, peer: &str, message: &str) {
    assert_eq!((error.role(), error.peer()), (role, Some(peer)), "{error:?}");
    let place = error.place().to_string();
    assert!(
        place.contains(&format!("`{message}`")) && place.contains("tests/runtime/bytes/"),
        "{place}"
    );
    let text = error.to_string();
    for part in [role, peer, message] {
        assert!(text.contains(&format!("`{part}`")), "{text}");
    }
}

#[tokio::test]
async fn a_normal_run() {
    let [a, b, c] = encoded(pipes::<3>());
    let words = ["one", "three", "seven", "ten"].map(str::to_owned).to_vec();
    let b = tokio::spawn(async move { play_role(mixed::B::new(), &b).await });
    let c = tokio::spawn(async move { play_role(mixed::C::new(), &c).await });
    assert_eq!(soon(play_role(mixed::A::new(words), &a)).await.unwrap(), 5 + 5 + 8);
    assert_eq!(ended(b).await.unwrap(), ["three", "seven"]);
    assert_eq!(ended(c).await.unwrap(), ["three", "seven"]);
}

#[tokio::test]
async fn honest_frames_are_taken() {
    let frames = honest().await;
    assert_eq!(play(frames).await.unwrap(), (NUMBER, "To Mock a Mockingbird".to_owned()));
}
