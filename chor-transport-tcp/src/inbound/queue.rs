//! The messages of one lane, in order, and who waits for them.

use super::asking::Asked;
use crate::error::ChannelError;
use crate::late::Late;
use crate::sorted::Sorted;
use std::collections::VecDeque;
use std::task::Waker;

/// Records are kept together in segments that are not much larger.
const SEGMENT: usize = 32 * 1024;

/// The messages of one lane.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    pub(super) segments: VecDeque<Segment>,
    /// A large message of which some is still to come.
    pub(super) partial: Option<Partial>,
    /// What the sender was granted beyond the window, and what it has used of both: the offset of
    /// what comes next.
    pub(super) granted: u64,
    pub(super) used: u64,
    waits: bool,
    waker: Option<Waker>,
    /// Its sender waits for room.
    pub(super) asked: Option<Asked>,
    /// The sender was told that it may send what it has asked for, for which so much is reserved.
    pub(super) may: Option<u64>,
    /// What has arrived, by rounds, if they travel in this lane.
    pub(super) sorted: Option<Box<Sorted>>,
}

#[derive(Debug)]
pub(super) struct Partial {
    pub(super) id: u64,
    pub(super) total: u64,
    pub(super) bytes: Vec<u8>,
}

/// Messages that are taken at once.
#[derive(Debug)]
pub(crate) enum Segment {
    /// Any number of them, as records.
    Records(Vec<u8>),
    /// One.
    Large { id: u64, bytes: Vec<u8> },
}

impl Queue {
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Appends messages; into `spare` if they are the first ones.
    pub(super) fn push(&mut self, records: &[u8], spare: &mut Vec<u8>) {
        match self.segments.back_mut() {
            Some(Segment::Records(bytes)) if bytes.len() < SEGMENT => {
                bytes.extend_from_slice(records);
            }
            _ => {
                let mut bytes = std::mem::take(spare);
                bytes.clear();
                bytes.extend_from_slice(records);
                self.segments.push_back(Segment::Records(bytes));
            }
        }
    }

    pub(super) fn part(&mut self, lane: u64, part: &[u8]) -> Result<Option<Waker>, ChannelError> {
        let Some(partial) = &mut self.partial else { return Err(ChannelError::Part { lane }) };
        let length = partial.bytes.len() as u64 + part.len() as u64;
        if part.is_empty() || length > partial.total {
            return Err(ChannelError::Part { lane });
        }
        partial.bytes.extend_from_slice(part);
        if length < partial.total {
            return Ok(None);
        }
        if let Some(Partial { id, bytes, .. }) = self.partial.take() {
            self.segments.push_back(Segment::Large { id, bytes });
        }
        Ok(self.wake())
    }

    /// The messages that come next.
    pub(crate) fn pop(&mut self) -> Option<Segment> {
        self.segments.pop_front()
    }

    /// Notes who waits for a message.
    pub(crate) fn wait(&mut self, waker: &Waker) {
        self.waits = true;
        match &mut self.waker {
            Some(known) => known.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
    }

    /// Whether what is asked for may come: somebody waits for a message, as far as is known, or nobody
    /// wants it.
    pub(super) fn lacks(&self, asked: &Asked, late: &Late) -> bool {
        match &self.sorted {
            Some(sorted) => sorted.lacks(asked.of.as_ref(), late),
            None => self.waits && self.is_empty(),
        }
    }

    /// Notes that nobody waits.
    pub(crate) fn unwait(&mut self) {
        self.waits = false;
    }

    pub(super) fn wake(&mut self) -> Option<Waker> {
        if std::mem::replace(&mut self.waits, false) { self.waker.take() } else { None }
    }

    /// Lets the sender send so much more in this lane.
    pub(crate) fn grant(&mut self, bytes: u64) {
        self.granted += bytes;
    }
}
