//! Channels that close, break or stay silent, and codecs that fail.

use super::{Frame, NUMBER, Pipes, ask, encoded, honest, names, opposite, pass_on, pipes, play};
use crate::{ended, settle, soon};
use chor::bytes::{Channel, Encoded};
use chor::prelude::*;
use chor::{Bincode, Cause, Codec, CodecError, Reason};
use serde::{Serialize, de::DeserializeOwned};
use std::io;
use std::task::{Context, Waker};

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

/// Breaks in the directions in which it doesn't work.
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
    assert_eq!(frames.len(), 3, "what it runs, the message and the end");

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

    fn name(&self) -> &'static str {
        "picky"
    }

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
