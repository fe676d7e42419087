//! What has arrived from one peer of a session and was not received yet: a queue for each lane.
//!
//! Pure: no input, no output, no clock. The memory of a lane is bounded by its window, which the
//! sender knows: who sends more is in error.

use crate::error::ChannelError;
use std::collections::{BTreeMap, VecDeque};
use std::task::Waker;

/// What a message costs beyond its bytes: so that empty ones are bounded, too.
const OVERHEAD: u64 = 32;
/// The bytes of a message's id and length in a segment.
const RECORD: usize = 12;
/// Small messages are kept together in segments of about this size.
const SEGMENT: usize = 32 * 1024;
/// Lanes that a peer may use: each costs memory, even without messages.
const MAX_LANES: usize = 1 << 16;

/// What a message of this length takes of its lane's window.
pub(crate) fn cost(length: usize) -> u64 {
    OVERHEAD + length as u64
}

/// The queues of one peer.
#[derive(Debug)]
pub(crate) struct Inbound {
    root: Queue,
    others: BTreeMap<u64, Queue>,
    window: u64,
    max_message: u64,
}

/// The messages of one lane.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    segments: VecDeque<Segment>,
    /// A large message of which some is still to come.
    partial: Option<Partial>,
    /// How many have arrived, the partial one included.
    arrived: u64,
    /// What the sender was granted beyond the window, and what it has used of both.
    granted: u64,
    used: u64,
    waits: bool,
    waker: Option<Waker>,
}

#[derive(Debug)]
struct Partial {
    id: u64,
    total: u64,
    bytes: Vec<u8>,
}

/// Messages that are taken at once.
#[derive(Debug)]
pub(crate) enum Segment {
    /// Any number of them, one behind the other: id, length, bytes.
    Small(Vec<u8>),
    /// One.
    Large { id: u64, bytes: Vec<u8> },
}

impl Inbound {
    pub(crate) fn new(window: u64, max_message: u64) -> Self {
        Self { root: Queue::default(), others: BTreeMap::new(), window, max_message }
    }

    pub(crate) fn queue(&mut self, lane: u64) -> &mut Queue {
        if lane == 0 { &mut self.root } else { self.others.entry(lane).or_default() }
    }

    /// A whole message has arrived; gives who waits for it.
    pub(crate) fn message(
        &mut self,
        lane: u64,
        count: u64,
        id: u64,
        payload: &[u8],
    ) -> Result<Option<Waker>, ChannelError> {
        let queue = self.begin(lane, count, payload.len() as u64)?;
        queue.push(id, payload);
        Ok(queue.wake())
    }

    /// The first part of a large message has arrived.
    pub(crate) fn first(
        &mut self,
        lane: u64,
        count: u64,
        id: u64,
        total: u64,
        part: &[u8],
    ) -> Result<Option<Waker>, ChannelError> {
        let queue = self.begin(lane, count, total)?;
        queue.partial = Some(Partial { id, total, bytes: Vec::new() });
        queue.part(lane, part)
    }

    /// A further part has arrived; gives who waits for the message, if it is the last.
    pub(crate) fn part(&mut self, lane: u64, part: &[u8]) -> Result<Option<Waker>, ChannelError> {
        let known = lane == 0 || self.others.contains_key(&lane);
        if known { self.queue(lane).part(lane, part) } else { Err(ChannelError::Part { lane }) }
    }

    fn begin(&mut self, lane: u64, count: u64, length: u64) -> Result<&mut Queue, ChannelError> {
        let Self { window, max_message, .. } = *self;
        if length > max_message {
            return Err(ChannelError::Long { length, limit: max_message });
        }
        if lane != 0 && self.others.len() >= MAX_LANES && !self.others.contains_key(&lane) {
            return Err(ChannelError::Lanes(MAX_LANES));
        }
        let queue = self.queue(lane);
        if queue.arrived != count {
            return Err(ChannelError::Count { lane, expected: queue.arrived, found: count });
        }
        if queue.partial.is_some() {
            return Err(ChannelError::Part { lane });
        }
        if queue.used >= queue.granted + window {
            return Err(ChannelError::Credit { lane });
        }
        queue.arrived += 1;
        queue.used += OVERHEAD + length;
        Ok(queue)
    }

    /// All who wait for a message.
    pub(crate) fn waiting(&mut self) -> impl Iterator<Item = Waker> {
        let queues = std::iter::once(&mut self.root).chain(self.others.values_mut());
        queues.filter_map(Queue::wake)
    }
}

impl Queue {
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    fn push(&mut self, id: u64, payload: &[u8]) {
        let room = RECORD + payload.len();
        let bytes = match self.segments.back_mut() {
            Some(Segment::Small(bytes)) if bytes.len() + room <= SEGMENT => bytes,
            _ => {
                self.segments.push_back(Segment::Small(Vec::with_capacity(room)));
                let Some(Segment::Small(bytes)) = self.segments.back_mut() else { return };
                bytes
            }
        };
        bytes.extend(id.to_le_bytes());
        bytes.extend(u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend_from_slice(payload);
    }

    fn part(&mut self, lane: u64, part: &[u8]) -> Result<Option<Waker>, ChannelError> {
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

    /// Notes that nobody waits.
    pub(crate) fn unwait(&mut self) {
        self.waits = false;
    }

    fn wake(&mut self) -> Option<Waker> {
        if std::mem::replace(&mut self.waits, false) { self.waker.take() } else { None }
    }

    /// Lets the sender send so much more.
    pub(crate) fn grant(&mut self, bytes: u64) {
        self.granted += bytes;
    }
}

/// Messages of one lane that were taken out of the [`Queue`] by their receiver, who alone uses them.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    small: Vec<u8>,
    at: usize,
    large: Option<(u64, Vec<u8>)>,
    /// How many were received.
    pub(crate) count: u64,
    /// What they cost, as far as it was not granted again.
    pub(crate) cost: u64,
}

/// The next message: its id and payload.
pub(crate) type Next<'t> = (u64, &'t [u8]);

impl Taken {
    /// Puts further messages behind none.
    pub(crate) fn refill(&mut self, segment: Segment) {
        self.at = 0;
        match segment {
            Segment::Small(bytes) => self.small = bytes,
            Segment::Large { id, bytes } => self.large = Some((id, bytes)),
        }
    }

    /// The next message, which stays the next one until [`advance`](Self::advance).
    pub(crate) fn peek(&self) -> Option<Next<'_>> {
        if let Some((id, bytes)) = &self.large {
            return Some((*id, bytes));
        }
        let rest = self.small.get(self.at..)?;
        let (id, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        Some((u64::from_le_bytes(*id), rest.get(..length)?))
    }

    /// Gives up the next message, of this length.
    pub(crate) fn advance(&mut self, length: usize) {
        self.count += 1;
        self.cost += cost(length);
        if self.large.take().is_none() {
            self.at += RECORD + length;
            if self.at >= self.small.len() {
                (self.small, self.at) = (Vec::new(), 0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbound() -> Inbound {
        Inbound::new(100, 1000)
    }

    fn all(inbound: &mut Inbound, lane: u64) -> Vec<(u64, Vec<u8>)> {
        let (mut taken, mut all) = (Taken::default(), Vec::new());
        loop {
            if let Some((id, payload)) = taken.peek() {
                let length = payload.len();
                all.push((id, payload.to_owned()));
                taken.advance(length);
            } else if let Some(segment) = inbound.queue(lane).pop() {
                taken.refill(segment);
            } else {
                return all;
            }
        }
    }

    #[test]
    fn messages_keep_their_order_in_their_lanes() {
        let mut inbound = inbound();
        inbound.message(0, 0, 7, b"ab").unwrap();
        inbound.first(0, 1, 8, 3, b"c").unwrap();
        inbound.message(5, 0, 9, b"x").unwrap();
        inbound.part(0, b"de").unwrap();
        inbound.message(0, 2, 7, b"").unwrap();
        let expected = [(7, b"ab".to_vec()), (8, b"cde".to_vec()), (7, Vec::new())];
        assert_eq!(all(&mut inbound, 0), expected);
        assert_eq!(all(&mut inbound, 5), [(9, b"x".to_vec())]);
    }

    #[test]
    fn a_message_twice_is_an_error() {
        let mut inbound = inbound();
        inbound.message(0, 0, 7, b"ab").unwrap();
        let error = inbound.message(0, 0, 7, b"ab").unwrap_err();
        assert!(matches!(error, ChannelError::Count { expected: 1, found: 0, .. }));
    }

    #[test]
    fn more_than_the_window_is_an_error_until_it_is_granted() {
        let mut inbound = inbound();
        inbound.message(0, 0, 7, &[0; 100]).unwrap();
        assert!(matches!(inbound.message(0, 1, 7, b""), Err(ChannelError::Credit { lane: 0 })));
        inbound.message(1, 0, 7, b"").unwrap();
        inbound.queue(0).grant(132);
        inbound.message(0, 1, 7, b"").unwrap();
    }

    #[test]
    fn long_messages_and_lone_parts_are_errors() {
        let mut inbound = inbound();
        let long = inbound.first(0, 0, 7, 1001, b"a");
        assert!(matches!(long, Err(ChannelError::Long { length: 1001, limit: 1000 })));
        assert!(matches!(inbound.part(0, b"a"), Err(ChannelError::Part { .. })));
        assert!(matches!(inbound.part(3, b"a"), Err(ChannelError::Part { .. })));
        inbound.first(0, 0, 7, 3, b"a").unwrap();
        assert!(matches!(inbound.message(0, 1, 7, b""), Err(ChannelError::Part { .. })));
        assert!(matches!(inbound.part(0, b"abc"), Err(ChannelError::Part { .. })));
    }
}
