//! What has arrived from one peer of a session and was not received yet: a queue for each lane.
//!
//! Pure: no input, no output, no clock. The memory of a lane is bounded by its window, that of all lanes
//! but the first together by their [budget]. The sender knows both: who sends more is in error.

mod asking;
mod queue;
mod rounds;
#[cfg(test)]
mod tests;

use crate::budget::Budget;
use crate::error::ChannelError;
use crate::frame::RECORD;
use crate::lanes::{Lanes, Marks};
use crate::late::Late;
use queue::Partial;
pub(crate) use queue::{Queue, Segment};
pub(crate) use rounds::Again;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::Waker;

/// Lanes that a peer may use: each costs memory, even without messages.
const MAX_LANES: usize = 1 << 14;
/// The windows that all lanes of a session but the first have together.
const WINDOWS: u64 = 3;

/// What a message of this length takes of its lane's window.
pub(crate) fn cost(length: usize) -> u64 {
    (RECORD + length) as u64
}

/// What a message of at most this length takes.
pub(crate) fn cost_of(length: u64) -> u64 {
    length.saturating_add(RECORD as u64)
}

/// A larger buffer isn't kept for the next message: a session that waits is to stay small.
const SPARE: usize = 2 * 1024;

/// Whether a lane shares in the budget: all do but the first, which is never kept out by others.
#[inline]
pub(crate) fn shares(lane: u64) -> bool {
    lane != 0
}

/// How many bytes may wait in all lanes that share, if each has this window.
pub(crate) fn budget(window: u64) -> u64 {
    WINDOWS.saturating_mul(window)
}

/// The queues of one peer.
#[derive(Debug)]
pub(crate) struct Inbound {
    queues: Lanes<Queue>,
    window: u64,
    max_message: u64,
    /// Of all lanes that share: what the sender was granted beyond the budget, and what it has used of both.
    granted: u64,
    used: u64,
    /// What came in rounds, was taken or dropped, and was not granted again.
    cost: u64,
    late: Arc<Late>,
    /// The lanes that the rounds of each root travel in.
    rounds: BTreeMap<u64, Vec<u64>>,
    /// A lane of rounds in which something has just arrived.
    unsorted: Option<u64>,
    /// A buffer for the next message that comes alone.
    spare: Vec<u8>,
    channel: u64,
    /// Of the link, and what was charged to it for this channel.
    budget: Arc<Budget>,
    charged: u64,
    /// The lanes that the peer has begun.
    lanes: usize,
    marks: Arc<Marks>,
}

impl Inbound {
    pub(crate) fn new(channel: u64, window: u64, max_message: u64, budget: Arc<Budget>) -> Self {
        Self {
            queues: Lanes::default(),
            window,
            max_message,
            granted: 0,
            used: 0,
            cost: 0,
            late: Arc::default(),
            rounds: BTreeMap::new(),
            unsorted: None,
            spare: Vec::new(),
            channel,
            budget,
            charged: 0,
            lanes: 0,
            marks: Arc::default(),
        }
    }

    pub(crate) fn queue(&mut self, lane: u64) -> &mut Queue {
        self.queues.of(lane)
    }

    /// Whole messages have arrived; gives who waits for one.
    pub(crate) fn records(
        &mut self,
        lane: u64,
        offset: u64,
        records: &[u8],
    ) -> Result<Option<Waker>, ChannelError> {
        self.begin(lane, offset, 0, records.len() as u64)?;
        if records.is_empty() {
            return Ok(None);
        }
        let queue = self.queues.of(lane);
        queue.push(records, &mut self.spare);
        let (waker, is_sorted) = (queue.wake(), queue.sorted.is_some());
        if is_sorted {
            self.unsorted = Some(lane);
        }
        Ok(waker)
    }

    /// The first part of a large message has arrived.
    pub(crate) fn first(
        &mut self,
        lane: u64,
        offset: u64,
        id: u64,
        total: u64,
        part: &[u8],
    ) -> Result<Option<Waker>, ChannelError> {
        let queue = self.begin(lane, offset, total, cost_of(total))?;
        // It is charged for, and a vector that grows would take twice as much.
        let bytes = Vec::with_capacity(usize::try_from(total).unwrap_or_default());
        queue.partial = Some(Partial { id, total, bytes });
        let (waker, is_sorted) = (queue.part(lane, part)?, queue.sorted.is_some());
        if is_sorted {
            self.unsorted = Some(lane);
        }
        Ok(waker)
    }

    /// A further part has arrived; gives who waits for the message, if it is the last.
    pub(crate) fn part(&mut self, lane: u64, part: &[u8]) -> Result<Option<Waker>, ChannelError> {
        let queue = self.queues.known(lane).ok_or(ChannelError::Part { lane })?;
        let (waker, is_sorted) = (queue.part(lane, part)?, queue.sorted.is_some());
        if is_sorted {
            self.unsorted = Some(lane);
        }
        Ok(waker)
    }

    /// Charges for what comes next in a lane.
    fn begin(
        &mut self,
        lane: u64,
        offset: u64,
        length: u64,
        cost: u64,
    ) -> Result<&mut Queue, ChannelError> {
        let Self { window, max_message, granted, used, .. } = *self;
        if length > max_message {
            return Err(ChannelError::Long { length, limit: max_message });
        }
        let exceeds = shares(lane) && used >= granted.saturating_add(budget(window));
        let queue = self.known(lane)?;
        if queue.used != offset {
            return Err(ChannelError::Offset { lane, expected: queue.used, found: offset });
        }
        if queue.partial.is_some() {
            return Err(ChannelError::Part { lane });
        }
        let has_credit = queue.used < queue.granted + window;
        // Whatever comes is what was asked for, or stands for it.
        let may = self.stop_asking(lane).is_some_and(|bytes| cost <= bytes);
        if !has_credit || exceeds && !may && cost > 0 {
            return Err(ChannelError::Credit { lane });
        }
        self.charge(cost, may)?;
        let queue = self.queues.of(lane);
        queue.used += cost;
        if shares(lane) {
            self.used += cost;
        }
        Ok(self.queue(lane))
    }

    /// Charges the link's budget.
    fn charge(&mut self, cost: u64, may: bool) -> Result<(), ChannelError> {
        if may || cost == 0 {
            self.budget.lend(cost);
        } else if !self.budget.admit(cost) {
            return Err(ChannelError::Budget);
        }
        self.charged += cost;
        Ok(())
    }

    /// Has the roots that there are be seen from elsewhere.
    pub(crate) fn marking(mut self, marks: &Arc<Marks>) -> Self {
        self.marks = Arc::clone(marks);
        self
    }

    /// What was charged to the link so far.
    pub(crate) fn charged(&self) -> u64 {
        self.charged
    }

    /// A lane, unless it would be one too many.
    fn known(&mut self, lane: u64) -> Result<&mut Queue, ChannelError> {
        if self.queues.known(lane).is_none() {
            if self.queues.others() >= MAX_LANES {
                return Err(ChannelError::Lanes(MAX_LANES));
            }
            if !self.budget.add_lane() {
                return Err(ChannelError::Lanes(self.budget.max_lanes()));
            }
            self.lanes += 1;
        }
        Ok(self.queue(lane))
    }

    /// Lets the sender send so much more in all lanes together that share.
    pub(crate) fn grant(&mut self, bytes: u64) {
        self.granted += bytes;
    }

    /// Takes a buffer back that isn't needed any more.
    pub(crate) fn recycle(&mut self, bytes: Vec<u8>) {
        if (1..=SPARE).contains(&bytes.capacity()) {
            self.spare = bytes;
        }
    }

    /// All who wait for a message.
    pub(crate) fn waiting(&mut self) -> impl Iterator<Item = Waker> {
        self.queues.all().flat_map(|queue| {
            let one = queue.wake();
            one.into_iter().chain(queue.sorted.iter_mut().flat_map(|sorted| sorted.wake()))
        })
    }
}
