//! What has arrived from one peer of a session and was not received yet: a queue for each lane.
//!
//! Pure: no input, no output, no clock. The memory of a lane is bounded by its window, that of all lanes
//! but the first together by their [budget]. The sender knows both: who sends more is in error.

mod asking;
mod queue;
mod rounds;

use crate::budget::Budget;
use crate::error::ChannelError;
use crate::frame::RECORD;
use crate::lanes::{Lanes, Marks};
use crate::late::Late;
use queue::Partial;
pub(crate) use queue::{Queue, Segment};
pub(crate) use rounds::Again;
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
        self.marks.set(lane);
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
            self.budget.charge(cost);
        } else if !self.budget.admit(cost) {
            return Err(ChannelError::Budget);
        }
        self.charged += cost;
        Ok(())
    }

    /// Has the lanes that there are be seen from elsewhere.
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
            // Before it is judged: a round that ends meanwhile has to find it.
            self.marks.set(lane);
            if self.late.knows(lane) {
                self.queue(lane).sorted = Some(Box::default());
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame;
    use crate::taken::{Next, Taken};

    fn inbound() -> Inbound {
        of(100)
    }

    fn of(window: u64) -> Inbound {
        Inbound::new(1, window, 1000, Budget::new(1 << 30, 1 << 20).into())
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
    fn more_than_the_budget_is_an_error_until_it_is_granted() {
        let mut inbound = inbound();
        for lane in 1..4 {
            inbound.records(lane, 0, &record(7, &[0; 88])).unwrap();
        }
        let more = inbound.records(4, 0, &record(7, b""));
        assert!(matches!(more, Err(ChannelError::Credit { lane: 4 })));
        // The first lane has a window of its own.
        inbound.records(0, 0, &record(7, &[0; 88])).unwrap();
        inbound.grant(1);
        inbound.records(4, 0, &record(7, b"")).unwrap();
        let more = inbound.records(5, 0, &record(7, b""));
        assert!(matches!(more, Err(ChannelError::Credit { lane: 5 })));
    }

    #[test]
    fn one_message_may_exceed_the_budget_if_it_is_waited_for() {
        let mut inbound = inbound();
        for lane in 1..4 {
            inbound.records(lane, 0, &record(7, &[0; 88])).unwrap();
        }
        // Nobody waits in this lane yet.
        assert_eq!(inbound.ask(4, 12), Ok(None));
        inbound.queue(4).wait(Waker::noop());
        assert_eq!((inbound.want(4), inbound.want(4)), (Some(0), None), "it was told already");
        inbound.records(4, 0, &record(7, b"")).unwrap();
        assert!(inbound.records(4, 12, &record(7, b"")).is_err());
        // Here somebody does.
        inbound.queue(5).wait(Waker::noop());
        assert_eq!(inbound.want(5), None);
        assert_eq!(inbound.ask(5, 12), Ok(Some(0)));
        assert!(inbound.records(5, 0, &record(7, b"more")).is_err(), "more than was asked for");
        // In a lane that has messages nobody waits in truth.
        assert_eq!(inbound.ask(1, 12), Ok(None));
        assert_eq!(inbound.ask(1, 12), Err(ChannelError::Credit { lane: 1 }));
    }

    /// Whose link has room for a hundred bytes, and for one message of a hundred.
    fn two() -> [Inbound; 2] {
        let budget = Arc::new(Budget::new(200, 100));
        [1, 2].map(|channel| Inbound::new(channel, 1000, 88, Arc::clone(&budget)))
    }

    #[test]
    fn all_channels_share_the_links_room() {
        let [mut one, mut two] = two();
        one.records(0, 0, &record(7, &[0; 88])).unwrap();
        assert_eq!(two.records(0, 0, &record(7, b"")).unwrap_err(), ChannelError::Budget);
        two.queue(0).wait(Waker::noop());
        assert_eq!(two.ask(0, 100), Ok(Some(0)));
        two.first(0, 0, 7, 88, b"a").unwrap();
        assert_eq!((one.charged(), two.charged()), (100, 100));
        // The reserve is used up until the message is taken.
        one.queue(5).wait(Waker::noop());
        assert_eq!(one.ask(5, 12), Ok(None));
        one.budget.free(100);
        assert_eq!(one.budget.next().and_then(|asking| one.allow(asking)), Some(0));
        one.records(5, 0, &record(7, b"")).unwrap();
    }

    #[test]
    fn what_is_not_sent_after_all_gives_its_room_back() {
        let [mut one, mut two] = two();
        one.records(0, 0, &record(7, &[0; 88])).unwrap();
        for inbound in [&mut one, &mut two] {
            inbound.queue(5).wait(Waker::noop());
        }
        assert_eq!((one.ask(5, 100), two.ask(5, 100)), (Ok(Some(0)), Ok(None)));
        assert_eq!(two.budget.next(), None);
        assert!(one.records(5, 0, b"").unwrap().is_none(), "nobody is woken");
        let next = two.budget.next().unwrap();
        assert_eq!(two.allow(next), Some(0));
        // So does a channel that ends.
        assert_eq!(one.ask(5, 100), Ok(None));
        drop(two);
        let next = one.budget.next().unwrap();
        assert_eq!(one.allow(next), Some(0));
    }

    #[test]
    fn so_many_lanes_and_no_more() {
        let mut inbound = of(1 << 20);
        for lane in 1..=MAX_LANES as u64 {
            inbound.records(lane, 0, &record(7, b"")).unwrap();
        }
        let more = MAX_LANES as u64 + 1;
        let error = inbound.records(more, 0, &record(7, b"")).unwrap_err();
        assert_eq!(error, ChannelError::Lanes(MAX_LANES));
        assert_eq!(inbound.ask(more, 12), Err(ChannelError::Lanes(MAX_LANES)));
        inbound.records(0, 0, &record(7, b"")).unwrap();
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
