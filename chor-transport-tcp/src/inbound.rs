//! What has arrived from one peer of a session and was not received yet: a queue for each lane.
//!
//! Pure: no input, no output, no clock. The memory of a lane is bounded by its window, which the
//! sender knows: who sends more is in error.

use crate::error::ChannelError;
use crate::frame::RECORD;
use crate::lanes::Lanes;
use std::collections::VecDeque;
use std::task::Waker;

/// Records are kept together in segments that are not much larger.
const SEGMENT: usize = 32 * 1024;
/// Lanes that a peer may use: each costs memory, even without messages.
const MAX_LANES: usize = 1 << 16;

/// What a message of this length takes of its lane's window.
pub(crate) fn cost(length: usize) -> u64 {
    (RECORD + length) as u64
}

/// The queues of one peer.
#[derive(Debug)]
pub(crate) struct Inbound {
    queues: Lanes<Queue>,
    window: u64,
    max_message: u64,
}

/// The messages of one lane.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    segments: VecDeque<Segment>,
    /// A large message of which some is still to come.
    partial: Option<Partial>,
    /// What the sender was granted beyond the window, and what it has used of both: the offset of
    /// what comes next.
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
    /// Any number of them, as records.
    Records(Vec<u8>),
    /// One.
    Large { id: u64, bytes: Vec<u8> },
}

impl Inbound {
    pub(crate) fn new(window: u64, max_message: u64) -> Self {
        Self { queues: Lanes::default(), window, max_message }
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
        let queue = self.begin(lane, offset, 0)?;
        queue.used += records.len() as u64;
        queue.push(records);
        Ok(queue.wake())
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
        let queue = self.begin(lane, offset, total)?;
        queue.used += RECORD as u64 + total;
        queue.partial = Some(Partial { id, total, bytes: Vec::new() });
        queue.part(lane, part)
    }

    /// A further part has arrived; gives who waits for the message, if it is the last.
    pub(crate) fn part(&mut self, lane: u64, part: &[u8]) -> Result<Option<Waker>, ChannelError> {
        let queue = self.queues.known(lane).ok_or(ChannelError::Part { lane })?;
        queue.part(lane, part)
    }

    fn begin(&mut self, lane: u64, offset: u64, length: u64) -> Result<&mut Queue, ChannelError> {
        let Self { window, max_message, .. } = *self;
        if length > max_message {
            return Err(ChannelError::Long { length, limit: max_message });
        }
        if self.queues.others() >= MAX_LANES && self.queues.known(lane).is_none() {
            return Err(ChannelError::Lanes(MAX_LANES));
        }
        let queue = self.queue(lane);
        if queue.used != offset {
            return Err(ChannelError::Offset { lane, expected: queue.used, found: offset });
        }
        if queue.partial.is_some() {
            return Err(ChannelError::Part { lane });
        }
        if queue.used >= queue.granted + window {
            return Err(ChannelError::Credit { lane });
        }
        Ok(queue)
    }

    /// All who wait for a message.
    pub(crate) fn waiting(&mut self) -> impl Iterator<Item = Waker> {
        self.queues.all().filter_map(Queue::wake)
    }
}

impl Queue {
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    fn push(&mut self, records: &[u8]) {
        match self.segments.back_mut() {
            Some(Segment::Records(bytes)) if bytes.len() < SEGMENT => {
                bytes.extend_from_slice(records);
            }
            _ => self.segments.push_back(Segment::Records(records.to_vec())),
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame;
    use crate::taken::{Next, Taken};

    fn inbound() -> Inbound {
        Inbound::new(100, 1000)
    }

    fn record(id: u64, bytes: &[u8]) -> Vec<u8> {
        [&frame::record(id, bytes.len()), bytes].concat()
    }

    fn all(inbound: &mut Inbound, lane: u64) -> Vec<(u64, Vec<u8>)> {
        let (mut taken, mut all) = (Taken::default(), Vec::new());
        loop {
            match taken.peek() {
                Next::Message(id, payload) => {
                    let length = payload.len();
                    all.push((id, payload.to_owned()));
                    taken.advance(length);
                }
                Next::Rubbish => panic!("rubbish after {all:?}"),
                Next::Nothing => match inbound.queue(lane).pop() {
                    Some(segment) => taken.refill(segment),
                    None => return all,
                },
            }
        }
    }

    #[test]
    fn messages_keep_their_order_in_their_lanes() {
        let mut inbound = inbound();
        inbound.records(0, 0, &[record(7, b"ab"), record(8, b"")].concat()).unwrap();
        inbound.first(0, 26, 8, 3, b"c").unwrap();
        inbound.records(5, 0, &record(9, b"x")).unwrap();
        inbound.part(0, b"de").unwrap();
        inbound.records(0, 41, &record(7, b"")).unwrap();
        let expected =
            [(7, b"ab".to_vec()), (8, Vec::new()), (8, b"cde".to_vec()), (7, Vec::new())];
        assert_eq!(all(&mut inbound, 0), expected);
        assert_eq!(all(&mut inbound, 5), [(9, b"x".to_vec())]);
    }

    #[test]
    fn a_message_twice_is_an_error() {
        let mut inbound = inbound();
        inbound.records(0, 0, &record(7, b"ab")).unwrap();
        let error = inbound.records(0, 0, &record(7, b"ab")).unwrap_err();
        assert!(matches!(error, ChannelError::Offset { expected: 14, found: 0, .. }));
    }

    #[test]
    fn more_than_the_window_is_an_error_until_it_is_granted() {
        let mut inbound = inbound();
        inbound.records(0, 0, &record(7, &[0; 100])).unwrap();
        let more = inbound.records(0, 112, &record(7, b""));
        assert!(matches!(more, Err(ChannelError::Credit { lane: 0 })));
        inbound.records(1, 0, &record(7, b"")).unwrap();
        inbound.queue(0).grant(13);
        inbound.records(0, 112, &record(7, b"")).unwrap();
    }

    #[test]
    fn long_messages_and_lone_parts_are_errors() {
        let mut inbound = inbound();
        let long = inbound.first(0, 0, 7, 1001, b"a");
        assert!(matches!(long, Err(ChannelError::Long { length: 1001, limit: 1000 })));
        assert!(matches!(inbound.part(0, b"a"), Err(ChannelError::Part { .. })));
        assert!(matches!(inbound.part(3, b"a"), Err(ChannelError::Part { .. })));
        inbound.first(0, 0, 7, 3, b"a").unwrap();
        let between = inbound.records(0, 15, &record(7, b""));
        assert!(matches!(between, Err(ChannelError::Part { .. })));
        assert!(matches!(inbound.part(0, b"abc"), Err(ChannelError::Part { .. })));
    }
}
