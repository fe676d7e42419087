//! A participant of a check: an end, with what checks say about it in words.

use super::notes::{Note, Notes};
use super::{Checked, ensure};
use crate::lane::Lane;
use crate::message::Message;
use crate::protocol::Step;
use crate::transport::{Address, End, Fault, Transport};
use std::fmt::Debug;

pub(super) struct Party<'s, T> {
    pub(super) end: T,
    notes: &'s Notes,
}

impl<'s, T: Transport> Party<'s, T> {
    pub(super) fn new(end: T, notes: &'s Notes) -> Self {
        Self { end, notes }
    }

    fn note(&self, does: &str, address: Address) -> Note<'s> {
        let Address { peer, lane, step } = address;
        let place = self.end.place();
        self.notes.doing(format!("participant {place} {does} {peer} `{}` in {lane}", step.label))
    }

    pub(super) async fn send<M: Message>(&self, to: Address, value: M) -> Result<(), Box<Fault>> {
        let _note = self.note("sends to", to);
        self.end.send::<M>(&to, self.end.pack(value)?).await
    }

    pub(super) async fn recv<M: Message>(&self, from: Address) -> Result<M, Box<Fault>> {
        let _note = self.note("receives from", from);
        self.end.recv(&from).await
    }

    /// A send that has to succeed.
    pub(super) async fn sends<M: Message>(&self, to: Address, value: M) -> Checked {
        self.send(to, value).await.map_err(|fault| format!("a send failed: {fault:?}"))
    }

    /// A receive that has to give this.
    pub(super) async fn takes<M>(&self, from: Address, expected: M) -> Checked
    where
        M: Message + PartialEq + Debug,
    {
        match self.recv::<M>(from).await {
            Ok(value) => ensure(value == expected, || {
                format!("{} arrived instead of {}", short(&value), short(&expected))
            }),
            Err(fault) => {
                Err(format!("a receive failed instead of giving {}: {fault:?}", short(&expected)))
            }
        }
    }

    /// A receive that has to fail.
    pub(super) async fn misses(&self, from: Address) -> Checked<Fault> {
        match self.recv::<u64>(from).await {
            Ok(value) => Err(format!("{value} arrived, which nobody sent here")),
            Err(fault) => Ok(*fault),
        }
    }

    /// Sends the numbers in one queue.
    pub(super) async fn sends_all(&self, to: Address, numbers: std::ops::Range<u64>) -> Checked {
        for number in numbers {
            self.sends(to, number).await?;
        }
        Ok(())
    }

    /// Receives exactly these numbers from one queue.
    pub(super) async fn takes_all(&self, from: Address, numbers: std::ops::Range<u64>) -> Checked {
        for number in numbers {
            self.takes(from, number).await?;
        }
        Ok(())
    }

    pub(super) fn finish(&self) {
        self.end.close(End::Finished);
    }
}

/// A message in the body.
pub(super) fn body(peer: usize, step: &'static Step) -> Address {
    Address::new(peer, Lane::ROOT, step)
}

/// A value in few words.
fn short(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}.. ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}
