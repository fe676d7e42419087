//! Arbitrary programs of messages, branches, loops, rounds and first answers, over lanes and links that
//! are always full: whatever waits, goes on. See `sending` for why.

use super::raw::of_pipe;
use crate::Options;
use crate::session::Tcp;
use crate::streams::over;
use chor::prelude::*;
use chor_runtime::{Address, Bincode, End, Lane, Transport, together};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;

chor! {
    chor passes[A, B, C](bytes: Vec<u8> @ A) {
        let bytes: Vec<u8> = A -> B: bytes;
        let bytes: Vec<u8> = B -> C: bytes;
        C: drop(bytes);
    }
}

const PARTICIPANTS: usize = 3;

/// A part of a program, which all play who occur in it.
#[derive(Clone, Debug)]
enum Part {
    Message {
        from: usize,
        to: usize,
        bytes: usize,
    },
    Row(Vec<Part>),
    Branches(Vec<Part>),
    Times(usize, Box<Part>),
    /// It ends when all have come.
    Round(Box<Part>),
    /// The others answer a collector, who takes the first answer of any and leaves the rest.
    First {
        collector: usize,
        answers: Box<[Part; 2]>,
    },
}

impl Part {
    /// Who acts in it.
    fn participants(&self) -> BTreeSet<usize> {
        match self {
            Self::Message { from, to, .. } => BTreeSet::from([*from, *to]),
            Self::Row(parts) | Self::Branches(parts) => {
                parts.iter().flat_map(Self::participants).collect()
            }
            Self::Times(_, part) | Self::Round(part) => part.participants(),
            Self::First { .. } => (0..PARTICIPANTS).collect(),
        }
    }
}

/// Who plays, and where in the program: in which lane, and at which place of the source.
#[derive(Clone, Copy)]
struct At<'e> {
    end: &'e Tcp,
    lane: Lane,
    place: u64,
}

impl At<'_> {
    fn inner(self, index: usize) -> Self {
        Self { place: 16 * self.place + 1 + index as u64, ..self }
    }

    fn branch(self, index: usize) -> Self {
        Self { lane: self.lane.branch(self.place, index as u64), ..self.inner(index) }
    }

    fn round(self, index: usize) -> Self {
        let inner = self.inner(index);
        Self { lane: self.end.begin_round(self.lane, inner.place).unwrap(), ..inner }
    }

    fn address(self, peer: usize) -> Address {
        Address::new(peer, self.lane, &passes::PROTOCOL.steps[0])
    }
}

type Playing<'p> = Pin<Box<dyn Future<Output = ()> + Send + 'p>>;

fn play<'p>(part: &'p Part, at: At<'p>) -> Playing<'p> {
    Box::pin(async move {
        let me = at.end.place();
        if !part.participants().contains(&me) {
            return;
        }
        match part {
            Part::Message { from, to, bytes } if *from == me => {
                let parcel = at.end.pack(vec![7u8; *bytes]).unwrap();
                at.end.send::<Vec<u8>>(&at.address(*to), parcel).await.unwrap();
            }
            Part::Message { from, bytes, .. } => {
                let came = at.end.recv::<Vec<u8>>(&at.address(*from)).await.unwrap();
                assert_eq!(came.len(), *bytes);
            }
            Part::Row(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    play(part, at.inner(index)).await;
                }
            }
            Part::Branches(parts) => {
                let parts = parts.iter().enumerate();
                together(
                    parts.map(|(index, part)| play(part, at.branch(index))).collect::<Vec<_>>(),
                )
                .await;
            }
            Part::Times(count, part) => {
                for _ in 0..*count {
                    play(part, at.inner(0)).await;
                }
            }
            Part::Round(part) => {
                let inside = at.round(0);
                play(part, inside).await;
                at.end.discard(&[inside.lane]);
            }
            Part::First { collector, answers } if *collector == me => {
                let rounds = [0, 1].map(|index| at.round(index));
                let [one, other] = &**answers;
                first([play(one, rounds[0]), play(other, rounds[1])]).await;
                at.end.discard(&rounds.map(|round| round.lane));
            }
            Part::First { collector, answers } => {
                let index = others(*collector).iter().position(|other| *other == me).unwrap();
                play(&answers[index], at.round(index)).await;
            }
        }
    })
}

fn others(of: usize) -> Vec<usize> {
    (0..PARTICIPANTS).filter(|other| *other != of).collect()
}

/// Until any of them is done.
async fn first(mut playing: [Playing<'_>; 2]) {
    poll_fn(|cx| {
        let done = playing.iter_mut().any(|one| one.as_mut().poll(cx).is_ready());
        if done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// The ends of a session over pipes, each pair's of its own.
fn ends(options: &Options) -> Vec<Tcp> {
    let mut pipes: Vec<Vec<_>> = (0..PARTICIPANTS).map(|_| Vec::new()).collect();
    for one in 0..PARTICIPANTS {
        for other in one + 1..PARTICIPANTS {
            let (near, far) = tokio::io::duplex(1000);
            pipes[one].push(of_pipe(near));
            pipes[other].push(of_pipe(far));
        }
    }
    let ends = pipes.into_iter().enumerate();
    ends.map(|(place, pipes)| over(place, pipes, Bincode, options.clone()).unwrap()).collect()
}

/// Plays the program; gives whether all come to its end. The clock is paused: the timeout is over when
/// everybody waits.
fn ends_well(part: &Part, options: &Options) -> bool {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(async {
        let mut playing = JoinSet::new();
        for end in ends(options) {
            let part = part.clone();
            playing.spawn(async move {
                end.start(&passes::PROTOCOL).await.unwrap();
                play(&part, At { end: &end, lane: Lane::ROOT, place: 1 }).await;
                end.close(End::Finished);
                end.drained().await;
            });
        }
        timeout(Duration::from_hours(1), playing.join_all()).await.is_ok()
    })
}

/// Most are small; some are more than a window, and some travel in parts.
fn bytes() -> impl Strategy<Value = usize> {
    prop_oneof![3 => 0..50usize, 2 => 200..2000usize, 1 => 20_000..60_000usize]
}

fn message() -> impl Strategy<Value = Part> {
    (0..PARTICIPANTS, 1..PARTICIPANTS, bytes()).prop_map(|(from, further, bytes)| {
        let to = (from + further) % PARTICIPANTS;
        Part::Message { from, to, bytes }
    })
}

/// Everything that a part may be, of smaller ones.
fn made_of(inner: impl Strategy<Value = Part> + Clone + 'static) -> BoxedStrategy<Part> {
    let several = prop::collection::vec(inner.clone(), 1..4);
    prop_oneof![
        2 => several.clone().prop_map(Part::Row),
        2 => several.prop_map(Part::Branches),
        1 => (1..5usize, inner.clone()).prop_map(|(count, part)| Part::Times(count, part.into())),
        1 => inner.prop_map(|part| Part::Round(part.into())),
    ]
    .boxed()
}

/// What one says to another: in such branches and rounds as there may be.
fn answers(from: usize, to: usize) -> impl Strategy<Value = Part> {
    let answer = bytes().prop_map(move |bytes| Part::Message { from, to, bytes });
    answer.prop_recursive(2, 8, 3, made_of)
}

fn first_answers() -> impl Strategy<Value = Part> {
    (0..PARTICIPANTS).prop_flat_map(|collector| {
        let from = others(collector);
        let both = (answers(from[0], collector), answers(from[1], collector));
        both.prop_map(move |(one, other)| Part::First { collector, answers: [one, other].into() })
    })
}

fn program() -> impl Strategy<Value = Part> {
    let part = prop_oneof![4 => message(), 1 => first_answers()];
    part.prop_recursive(4, 40, 3, made_of)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn nobody_waits_for_ever(part in program(), window in prop_oneof![Just(1), Just(300), Just(5000)]) {
        // The link has room for a window, and for one message that is waited for.
        let options = Options::default().window(window).max_message(70_000).memory(0);
        prop_assert!(ends_well(&part, &options), "{part:?}");
    }
}
