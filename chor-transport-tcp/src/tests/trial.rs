//! A judge that serves, and the others of its session, who say what a test tells them to.

use super::hurried::options;
use super::raw::Raw;
use crate::frame::{self, Frame, Head, Open};
use crate::{Node, Options, Security};
use chor::prelude::*;
use chor_runtime::{Bincode, Projection};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// What the opener and the log have said, and the two helpers.
pub(super) type Said = (u32, Result<u32, Lost>, Result<u32, Lost>, u32);

chor! {
    /// The judge goes on without helpers.
    pub(super) chor trial[Opener, Helpers[..], Log, Judge]() -> Said @ Judge {
        let one = Helpers[0];
        let other = Helpers[1];
        let opened: u32 = Opener -> Judge: 1;
        let first: Result<u32, Lost> = try one -> Judge: 2;
        let second: Result<u32, Lost> = try other -> Judge: 3;
        let logged: u32 = Log -> Judge: 4;
        Judge: (opened, first, second, logged)
    }
}

pub(super) const OPENER: u32 = 0;
pub(super) const ONE: u32 = 1;
pub(super) const OTHER: u32 = 2;
pub(super) const LOG: u32 = 3;
pub(super) const JUDGE: u32 = 4;

pub(super) const SIZES: [u32; 4] = [1, 2, 1, 1];

/// How a participant introduces itself to the judge, in a session of this number.
pub(super) fn open(session: u8, from: u32) -> Open {
    let protocol = <trial::Judge as Projection<4>>::PROTOCOL;
    let invitation = (from == OPENER).then(|| vec![String::new(); 5]);
    let (choreography, digest) = (protocol.name.to_owned(), protocol.digest());
    let (session, sizes) = ([session; 16], SIZES.to_vec());
    Open { session, choreography, digest, from, to: JUDGE, sizes, invitation }
}

/// A participant on a link of its own, in channel 1.
pub(super) struct Party {
    pub(super) raw: Raw,
    number: u32,
}

impl Party {
    /// It comes, and isn't answered yet.
    pub(super) async fn comes(node: &Node, number: u32) -> Self {
        let mut raw = Raw::greeted(node).await;
        raw.say(&Frame::Open { channel: 1, open: open(7, number) }).await;
        Self { raw, number }
    }

    /// It comes and is answered.
    pub(super) async fn meets(node: &Node, number: u32) -> Self {
        let mut party = Self::comes(node, number).await;
        party.answered().await;
        party
    }

    pub(super) async fn answered(&mut self) {
        let answer = self.raw.hear_text().await;
        assert!(answer.starts_with("Answer { channel: 1"), "{answer}");
    }

    pub(super) async fn loses(&mut self, participant: u64, why: &str) {
        self.raw.say(&Frame::Lost { channel: 1, participant, why }).await;
    }

    /// Sends its one message.
    pub(super) async fn speaks(&mut self) {
        let steps = trial::PROTOCOL.steps;
        let (id, number) = (steps[self.number as usize].id, u8::try_from(self.number).unwrap() + 1);
        let records = [&frame::record(id, 1)[..], &[number]].concat();
        let head = Head { channel: 1, lane: 0, offset: 0 };
        self.raw.say(&Frame::Batch { head, records: &records }).await;
    }
}

pub(super) struct Court {
    pub(super) node: Node,
    ended: UnboundedReceiver<Result<Said, Error>>,
}

impl Court {
    pub(super) fn new() -> Self {
        Self::with(options())
    }

    pub(super) fn with(options: Options) -> Self {
        let node = Node::with(Security::Plaintext, Bincode, options);
        let (tell, ended) = unbounded_channel();
        node.serve_then(|_| trial::Judge::new(), move |_, how| drop(tell.send(how)));
        Self { node, ended }
    }

    pub(super) async fn ended(&mut self) -> Result<Said, Error> {
        self.ended.recv().await.unwrap()
    }

    pub(super) fn has_ended(&mut self) -> bool {
        !self.ended.is_empty()
    }

    pub(super) async fn meets<const N: usize>(&self, numbers: [u32; N]) -> [Party; N] {
        let mut all = Vec::new();
        for number in numbers {
            all.push(Party::meets(&self.node, number).await);
        }
        all.try_into().unwrap_or_else(|_| unreachable!())
    }
}

/// Why a helper is lost.
pub(super) fn why(lost: Result<u32, Lost>) -> String {
    lost.unwrap_err().cause().unwrap().to_string()
}
