//! The adapter for channels of bytes, over channels of the test's own, against a peer that does
//! anything at all.

use crate::{ended, settle, soon};
use chor::bytes::{Channel, Encoded};
use chor::prelude::*;
use chor::{Bincode, Cause, Codec, CodecError, Reason};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::io;
use std::task::{Context, Waker};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, mpsc};

type Frame = Vec<u8>;

/// One participant's way to each other one.
struct Pipes {
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
fn pipes<const N: usize>() -> [Pipes; N] {
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
/// Where the parts of a frame are; see the documentation of the format.
const LANE: usize = 2;
const STEP: usize = 18;
const LENGTH: usize = 26;

/// The frames of an honest `A`: a number, a text, and the end.
async fn honest() -> [Frame; 3] {
    let (transport, mut peer) = opposite(0);
    soon(play_role(tell::A::new(NUMBER, "To Mock a Mockingbird".to_owned()), &transport))
        .await
        .unwrap();
    drop(transport);
    let mut frames = Vec::new();
    while let Some(frame) = peer.from.recv().await {
        frames.push(frame);
    }
    frames.try_into().expect("two messages and the end")
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
    assert!(place.contains(&format!("`{message}`")) && place.contains("bytes.rs:"), "{place}");
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

#[tokio::test]
async fn rubbish_is_found_out() {
    for rubbish in [&b""[..], b"\0", b"GET / HTTP/1.1\r\n\r\n", &[0xff; 1000], &[1; 5], &[1, 9, 0]]
    {
        let error = play([rubbish.to_vec()]).await.unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{error:?}");
        names(&error, "B", "A", "number");
        assert_eq!(error.cause().role(), "B");
    }
    // After rubbish nothing is trusted, but what came before is used.
    let [number, text, end] = honest().await;
    let error = play([number, b"rubbish".to_vec(), text, end]).await.unwrap_err();
    assert!(matches!(error, Error::Codec { .. }), "{error:?}");
    names(&error, "B", "A", "text");
}

#[tokio::test]
async fn every_truncated_frame_is_found_out() {
    let [number, text, end] = honest().await;
    for length in 0..number.len() {
        let error = play([number[..length].to_vec(), text.clone()]).await.unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{length}: {error:?}");
        names(&error, "B", "A", "number");
    }
    for length in 0..text.len() {
        let error = play([number.clone(), text[..length].to_vec()]).await.unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{length}: {error:?}");
        names(&error, "B", "A", "text");
    }
    for length in 0..end.len() {
        let error = play([number.clone(), end[..length].to_vec()]).await.unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{length}: {error:?}");
    }
}

#[tokio::test]
async fn a_frame_with_a_tail_is_found_out() {
    let [mut number, text, end] = honest().await;
    number.push(0);
    let error = play([number, text, end]).await.unwrap_err();
    assert!(matches!(error, Error::Codec { .. }), "{error:?}");
    names(&error, "B", "A", "number");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "1 bytes are left after the value");
}

/// What `B` expected and what it found, as far as a `Position` says.
fn positions(error: &Error) -> (String, u64, String, u64) {
    let Error::Position { expected, found, .. } = error else { panic!("{error:?}") };
    (expected.step.to_string(), expected.count, found.step.to_string(), found.count)
}

#[tokio::test]
async fn a_frame_that_comes_twice_is_found_out() {
    let [number, text, end] = honest().await;
    let error = play([number.clone(), number, text, end]).await.unwrap_err();
    names(&error, "B", "A", "text");
    let (expected, first, found, second) = positions(&error);
    assert!(expected.starts_with("`text`") && found.starts_with("`number`"));
    assert_eq!((first, second), (1, 0));
}

/// Frames of the same message, in a loop, which only their count tells apart.
#[tokio::test]
async fn frames_of_a_loop_are_counted() {
    let (transport, mut peer) = opposite(0);
    soon(play_role(tell_often::A::new(3), &transport)).await.unwrap();
    let mut frames = Vec::new();
    while let Ok(frame) = peer.from.try_recv() {
        frames.push(frame);
    }
    let play = async |order: &[usize]| {
        let (transport, peer) = opposite(1);
        for index in order {
            peer.to.send(frames[*index].clone()).unwrap();
        }
        drop(peer);
        soon(play_role(tell_often::B::new(3), &transport)).await
    };
    assert_eq!(play(&[0, 1, 2, 3]).await.unwrap(), [0, 1, 2]);
    for (order, expected, found) in [
        (&[0, 0, 1, 2][..], 1, 0), // twice
        (&[0, 2, 3], 1, 2),        // lost
        (&[1, 0, 2, 3], 0, 1),     // swapped
        (&[0, 1, 1], 2, 1),        // the last one replaced
    ] {
        let error = play(order).await.unwrap_err();
        names(&error, "B", "A", "x");
        let (_, first, _, second) = positions(&error);
        assert_eq!((first, second), (expected, found), "{order:?}");
    }
    let error = play(&[0, 3]).await.unwrap_err();
    names(&error, "B", "A", "x");
    let Error::Finished { expected, last, .. } = error else { panic!("{error:?}") };
    assert_eq!((expected.count, last.unwrap().count), (1, 0));
}

#[tokio::test]
async fn frames_in_the_wrong_order_are_found_out() {
    let [number, text, end] = honest().await;
    let error = play([text, number.clone(), end.clone()]).await.unwrap_err();
    names(&error, "B", "A", "number");
    let (expected, first, found, second) = positions(&error);
    assert!(expected.starts_with("`number`") && found.starts_with("`text`"));
    assert_eq!((first, second), (0, 1));

    // What comes after the end doesn't count.
    let error = play([end.clone(), number.clone()]).await.unwrap_err();
    names(&error, "B", "A", "number");
    assert!(matches!(error, Error::Finished { last: None, .. }), "{error:?}");
    let error = play([number, end.clone(), end]).await.unwrap_err();
    names(&error, "B", "A", "text");
    assert!(matches!(error, Error::Finished { last: Some(_), .. }), "{error:?}");
}

#[tokio::test]
async fn an_unknown_step_is_found_out() {
    let [mut number, text, end] = honest().await;
    number[STEP] ^= 1;
    let error = play([number, text, end]).await.unwrap_err();
    names(&error, "B", "A", "number");
    assert!(matches!(error, Error::Position { .. }), "{error:?}");
}

/// Two builds that differ in nothing but the type of a message: the error has to tell them apart.
#[tokio::test]
async fn positions_that_differ_in_the_type_read_differently() {
    macro_rules! build {
        ($build:ident, $type:ty) => {
            mod $build {
                use chor::prelude::*;
                chor! {
                    pub(super) chor same[A, B](number: $type @ A) -> $type @ B {
                        let number: $type = A -> B: number;
                        number
                    }
                }
            }
        };
    }
    build!(one, u64);
    build!(other, u32);
    let [a, b] = encoded(pipes::<2>());
    soon(play_role(one::same::A::new(1), &a)).await.unwrap();
    let error = soon(play_role(other::same::B::new(), &b)).await.unwrap_err();
    names(&error, "B", "A", "number");
    let (expected, _, found, _) = positions(&error);
    assert_ne!(expected, found, "{error}");
}

/// A frame of a lane in which nobody waits is kept for it, and takes nobody's place.
#[tokio::test]
async fn a_frame_of_another_lane_is_put_aside() {
    let [number, text, end] = honest().await;
    let mut stray = number.clone();
    stray[LANE] = 7;
    let all = [stray.clone(), number, stray.clone(), text, end.clone()];
    assert_eq!(play(all).await.unwrap().0, NUMBER);
    // Instead of the message, it leaves its receiver waiting until the peer's end.
    let error = play([stray.clone(), end]).await.unwrap_err();
    names(&error, "B", "A", "number");
    assert!(matches!(error, Error::Finished { last: None, .. }), "{error:?}");
    let error = play([stray]).await.unwrap_err();
    assert!(matches!(error, Error::Link { .. }), "{error:?}");
}

#[tokio::test]
async fn claims_that_are_too_large_are_found_out() {
    let [mut number, text, _] = honest().await;
    let good = number.clone();
    number[LENGTH..LENGTH + 2].copy_from_slice(&[0xff; 2]);
    let error = play([number]).await.unwrap_err();
    assert!(matches!(error, Error::Codec { .. }), "{error:?}");
    names(&error, "B", "A", "number");

    // A string that says that it has `claim` bytes.
    let head = LENGTH + 2 + usize::from(u16::from_le_bytes([text[LENGTH], text[LENGTH + 1]]));
    for claim in [1 << 20, 1 << 30, (1 << 30) + 1, u64::MAX / 2, u64::MAX] {
        let mut huge = text[..head].to_vec();
        huge.push(253); // an unsigned number of 64 bits follows
        huge.extend(claim.to_le_bytes());
        huge.extend(b"short");
        let error = play([good.clone(), huge]).await.unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{error:?}");
        names(&error, "B", "A", "text");
    }
}

#[tokio::test]
async fn a_closed_channel_is_a_broken_way() {
    let [number, ..] = honest().await;
    for (frames, message) in [(vec![], "number"), (vec![number], "text")] {
        let error = play(frames).await.unwrap_err();
        assert!(matches!(error, Error::Link { .. }), "{error:?}");
        names(&error, "B", "A", message);
        let cause = error.cause();
        assert_eq!(cause.role(), "A", "who is lost is the first cause");
        let lost = "its channel was closed before its part ended".to_owned();
        assert_eq!(*cause.reason(), Reason::Lost(lost));
    }
    // The sender's side: nobody takes what it sends.
    let (transport, peer) = opposite(0);
    drop(peer);
    let error = soon(play_role(ask::A::new(1), &transport)).await.unwrap_err();
    assert!(matches!(error, Error::Link { .. }), "{error:?}");
    names(&error, "A", "B", "number");
    assert_eq!(error.cause().role(), "B");
}

/// Breaks at the `ok`-th call in one direction.
struct Broken {
    pipes: Pipes,
    sends: bool,
    receives: bool,
}

impl Channel for Broken {
    type Error = io::Error;

    async fn send(&self, to: usize, frame: Frame) -> Result<(), io::Error> {
        if self.sends {
            self.pipes.send(to, frame).await.map_err(io::Error::other)
        } else {
            Err(io::Error::new(io::ErrorKind::BrokenPipe, "no carrier"))
        }
    }

    async fn recv(&self, from: usize) -> Result<Option<Frame>, io::Error> {
        if self.receives {
            self.pipes.recv(from).await.map_err(io::Error::other)
        } else {
            Err(io::Error::new(io::ErrorKind::ConnectionReset, "line cut"))
        }
    }

    fn close(&self, last: Frame) {
        self.pipes.close(last);
    }
}

#[tokio::test]
async fn a_channel_that_errors_is_a_broken_way() {
    for (sends, receives, message, text) in [
        (false, true, "number", "no carrier"),
        (true, false, "number", "line cut"),
        (false, false, "number", "line cut"),
    ] {
        let [a, b] = pipes::<2>();
        let a = Encoded::new(Broken { pipes: a, sends, receives }, 0, 2);
        let error = soon(play_role(ask::A::new(1), &a)).await.unwrap_err();
        let Error::Link { source, .. } = &error else { panic!("{error:?}") };
        assert_eq!(source.to_string(), text);
        names(&error, "A", "B", message);
        assert_eq!(error.cause().role(), "B");
        assert_eq!(*error.cause().reason(), Reason::Lost(text.to_owned()));
        // What `A` makes of it reaches `B`, if the last frame does.
        let b = Encoded::new(b, 1, 2);
        let told = soon(play_role(ask::B::new(), &b)).await.unwrap_err();
        names(&told, "B", "A", "number");
        assert_eq!(told.cause(), error.cause());
    }
}

#[tokio::test]
async fn the_first_cause_reaches_third_roles() {
    let [mut a, b, c] = pipes::<3>();
    a.to[1].take().unwrap().send(b"rubbish".to_vec()).unwrap();
    let (b, c) = (Encoded::new(b, 1, 3), Encoded::new(c, 2, 3));
    let c = tokio::spawn(async move { play_role(pass_on::C::new(), &c).await });
    let b = soon(play_role(pass_on::B::new(), &b)).await.unwrap_err();
    names(&b, "B", "A", "number");
    let c = ended(c).await.unwrap_err();
    assert!(matches!(c, Error::Gone { .. }), "{c:?}");
    names(&c, "C", "B", "passed");
    assert_eq!(c.cause(), b.cause());
}

/// Nobody answers: the role waits, and doesn't invent a deadline. When it is dropped, the peer is told.
#[tokio::test]
async fn a_silent_peer_is_waited_for() {
    let (a, mut peer) = opposite(0);
    let mut waiting = Box::pin(play_role(ask::A::new(NUMBER), &a));
    for _ in 0..100 {
        assert!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        settle().await;
    }
    drop(waiting);
    drop(a);
    let mut frames = Vec::new();
    while let Some(frame) = peer.from.recv().await {
        frames.push(frame);
    }
    assert_eq!(frames.len(), 2, "the message and the end");

    let (b, peer) = opposite(1);
    frames.drain(..).for_each(|frame| peer.to.send(frame).unwrap());
    let error = soon(play_role(ask::B::new(), &b)).await.unwrap_err();
    assert!(matches!(error, Error::Gone { .. }), "{error:?}");
    names(&error, "B", "A", "answer");
    let cause: Cause = error.cause();
    assert_eq!((cause.role(), cause.reason()), ("A", &Reason::Cancelled));
    assert!(cause.place().to_string().contains("`answer`"), "{}", cause.place());
}

#[tokio::test]
async fn an_answer_that_comes_late_is_taken() {
    let [a, b] = encoded(pipes::<2>());
    let a = tokio::spawn(async move { play_role(ask::A::new(1), &a).await });
    settle().await;
    assert!(!a.is_finished());
    soon(play_role(ask::B::new(), &b)).await.unwrap();
    assert_eq!(ended(a).await.unwrap(), 2);
}

/// Fails where it is told to.
struct Picky {
    encodes: bool,
}

impl Codec for Picky {
    type Error = CodecError;

    fn encode<M: Serialize>(&self, value: &M, bytes: &mut Frame) -> Result<(), CodecError> {
        if self.encodes {
            Bincode.encode(value, bytes)
        } else {
            Err(CodecError::Encode("not today".into()))
        }
    }

    fn decode<M: DeserializeOwned>(&self, _: &[u8]) -> Result<M, CodecError> {
        Err(CodecError::Decode("not today".into()))
    }
}

#[tokio::test]
async fn a_codec_that_errors_fails_who_uses_it() {
    let [a, b] = pipes::<2>();
    let a = Encoded::with_codec(a, Picky { encodes: false }, 0, 2);
    let own = soon(play_role(ask::A::new(1), &a)).await.unwrap_err();
    assert!(matches!(own, Error::Codec { .. }), "{own:?}");
    names(&own, "A", "B", "number");
    let told = soon(play_role(ask::B::new(), &Encoded::new(b, 1, 2))).await.unwrap_err();
    assert!(matches!(told, Error::Gone { .. }), "{told:?}");
    assert_eq!((told.cause(), told.cause().role().to_owned()), (own.cause(), "A".to_owned()));

    let [a, b] = pipes::<2>();
    let a = tokio::spawn(async move { play_role(ask::A::new(1), &Encoded::new(a, 0, 2)).await });
    let b = Encoded::with_codec(b, Picky { encodes: true }, 1, 2);
    let own = soon(play_role(ask::B::new(), &b)).await.unwrap_err();
    names(&own, "B", "A", "number");
    let told = ended(a).await.unwrap_err();
    names(&told, "A", "B", "answer");
    assert_eq!((told.cause(), told.cause().role().to_owned()), (own.cause(), "B".to_owned()));
}

/// What a misbehaving peer does to honest frames.
#[derive(Clone, Debug)]
enum Change {
    Keep(usize),
    Flip(usize, prop::sample::Index, u8),
    Cut(usize, prop::sample::Index),
    Insert(Frame),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        4 => (0..3usize).prop_map(Change::Keep),
        2 => (0..3usize, index(), 1u8..).prop_map(|(i, at, bits)| Change::Flip(i, at, bits)),
        1 => (0..3usize, index()).prop_map(|(i, at)| Change::Cut(i, at)),
        1 => any::<Frame>().prop_map(Change::Insert),
    ]
}

fn changed(honest: &[Frame; 3], change: Change) -> Frame {
    match change {
        Change::Keep(i) => honest[i].clone(),
        Change::Flip(i, at, bits) => {
            let mut frame = honest[i].clone();
            let at = at.index(frame.len());
            frame[at] ^= bits;
            frame
        }
        Change::Cut(i, at) => honest[i][..at.index(honest[i].len())].to_vec(),
        Change::Insert(frame) => frame,
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// Plays against frames until the role has ended, which it has to. It gives a value only if the
/// frames of its lane begin with the two messages.
fn survives(frames: &[Frame]) -> Result<(), TestCaseError> {
    let Err(error) = block_on(play(frames.iter().cloned())) else { return Ok(()) };
    prop_assert_eq!((error.role(), error.peer()), ("B", Some("A")));
    let place = error.place().to_string();
    prop_assert!(place.starts_with("`number`") || place.starts_with("`text`"), "{}", place);
    prop_assert!(!error.to_string().is_empty() && !error.cause().to_string().is_empty());
    Ok(())
}

proptest! {
    #[test]
    fn arbitrary_frames_end_in_an_error(frames in any::<Vec<Frame>>()) {
        prop_assert!(block_on(play(frames.clone())).is_err());
        survives(&frames)?;
    }

    #[test]
    fn almost_honest_frames_end(changes in prop::collection::vec(change(), 0..6)) {
        let honest = block_on(honest());
        let frames: Vec<Frame> =
            changes.into_iter().map(|change| changed(&honest, change)).collect();
        survives(&frames)?;
    }

    #[test]
    fn well_formed_headers_with_any_contents_end(
        kind in 0u8..2,
        contents in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        survives(&[[&[1, kind], &contents[..]].concat()])?;
    }
}
