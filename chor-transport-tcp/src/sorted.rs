//! The messages of the rounds of one root, from one peer, on one path: they travel in one lane, whose
//! number is the path, and are sorted by round and lane where they arrive. What is of a round that is
//! over is dropped.
//!
//! Pure: no input, no output, no clock. Bounded by the window of the lane that they travel in.

use crate::error::ChannelError;
use crate::inbound::{Segment, cost};
use crate::late::Late;
use crate::taken::{Next, Taken};
use crate::woken::Woken;
use chor_runtime::{Lane, Step};
use std::collections::{BTreeMap, VecDeque};
use std::task::Waker;

/// What a message in a round begins with: its round and its lane (8 bytes each, little-endian).
const HEAD: usize = 16;

/// The number of the lane that a message travels in.
#[inline]
pub(crate) fn travels_in(lane: Lane) -> u64 {
    if lane.is_in_round() { lane.path() } else { lane.number() }
}

/// Appends what a message in a round begins with.
pub(crate) fn put_head(lane: Lane, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&lane.round().to_le_bytes());
    bytes.extend_from_slice(&lane.number().to_le_bytes());
}

/// The round and the number of the lane of a message, and the message without its head.
fn split(payload: &[u8]) -> Option<(u64, u64, &[u8])> {
    let (round, rest) = payload.split_first_chunk()?;
    let (number, rest) = rest.split_first_chunk()?;
    Some((u64::from_le_bytes(*round), u64::from_le_bytes(*number), rest))
}

#[derive(Debug)]
pub(crate) struct Sorted {
    root: u64,
    path: u64,
    lanes: BTreeMap<Lane, Held>,
    /// What was taken or dropped, and not granted again, in this lane and in all together.
    cost: u64,
    cost_of_all: u64,
    /// How many messages were dropped and not counted.
    dropped: u64,
}

/// What waits in one lane of a round.
#[derive(Debug, Default)]
struct Held {
    messages: VecDeque<(u64, Vec<u8>)>,
    waker: Option<Waker>,
    /// How many were received, and the last of them.
    count: u64,
    last: Option<&'static Step>,
}

impl Sorted {
    pub(crate) fn new(root: u64, path: u64) -> Self {
        Self { root, path, lanes: BTreeMap::new(), cost: 0, cost_of_all: 0, dropped: 0 }
    }

    pub(crate) fn root(&self) -> u64 {
        self.root
    }

    /// The lane that travels here which has this number, in this round.
    fn lane(&self, round: u64, number: u64) -> Lane {
        Lane::with_round(number, self.root, round, self.path)
    }

    /// Sorts what has arrived.
    pub(crate) fn sort(
        &mut self,
        segment: Segment,
        late: &Late,
        woken: &mut Woken,
    ) -> Result<(), ChannelError> {
        let mut arrived = Taken::default();
        arrived.refill(segment);
        loop {
            let (id, payload) = match arrived.peek() {
                Next::Message(id, payload) => (id, payload),
                Next::Rubbish => return Err(ChannelError::Record { lane: self.path }),
                Next::Nothing => return Ok(()),
            };
            let rubbish = ChannelError::Record { lane: self.path };
            let (round, number, message) = split(payload).ok_or(rubbish)?;
            let its = self.lane(round, number);
            let length = payload.len();
            if late.wants(its) {
                woken.add(self.put(its, id, message));
            } else {
                self.gave_up(length);
                self.dropped += 1;
            }
            arrived.advance(length);
        }
    }

    fn put(&mut self, lane: Lane, id: u64, message: &[u8]) -> Option<Waker> {
        let held = self.lanes.entry(lane).or_default();
        held.messages.push_back((id, message.to_owned()));
        held.waker.take()
    }

    /// Drops what isn't wanted any more.
    pub(crate) fn purge(&mut self, late: &Late) {
        let stale: Vec<Held> =
            self.lanes.extract_if(.., |lane, _| !late.wants(*lane)).map(|(_, held)| held).collect();
        let messages = stale.iter().flat_map(|held| &held.messages);
        let lengths: Vec<usize> = messages.map(|(_, message)| HEAD + message.len()).collect();
        for length in &lengths {
            self.gave_up(*length);
        }
        self.dropped += lengths.len() as u64;
    }

    /// The step of the next message of a lane.
    pub(crate) fn peek(&self, lane: Lane) -> Option<u64> {
        Some(self.lanes.get(&lane)?.messages.front()?.0)
    }

    /// Takes the next message of a lane, which is that of `step`.
    pub(crate) fn take(&mut self, lane: Lane, step: &'static Step) -> Option<Vec<u8>> {
        let held = self.lanes.get_mut(&lane)?;
        let (_, message) = held.messages.pop_front()?;
        (held.count, held.last) = (held.count + 1, Some(step));
        self.gave_up(HEAD + message.len());
        Some(message)
    }

    /// What was received in a lane: how many messages, and the last.
    pub(crate) fn received(&self, lane: Lane) -> (u64, Option<&'static Step>) {
        self.lanes.get(&lane).map_or((0, None), |held| (held.count, held.last))
    }

    pub(crate) fn wait(&mut self, lane: Lane, waker: &Waker) {
        self.lanes.entry(lane).or_default().waker = Some(waker.clone());
    }

    pub(crate) fn wake(&mut self) -> impl Iterator<Item = Waker> {
        self.lanes.values_mut().filter_map(|held| held.waker.take())
    }

    /// Whether a further message, of a lane of this number and round, may exceed the budget: somebody
    /// waits here, or nobody wants it, and its sender has others behind it.
    pub(crate) fn lacks(&self, (round, number): (u64, u64), late: &Late) -> bool {
        !late.wants(self.lane(round, number))
            || self.lanes.values().any(|held| held.waker.is_some())
    }

    fn gave_up(&mut self, length: usize) {
        self.cost += cost(length);
        self.cost_of_all += cost(length);
    }

    /// What the sender may send again in this lane, in steps of some size.
    pub(crate) fn credit(&mut self, step: u64) -> u64 {
        if self.cost >= step { std::mem::take(&mut self.cost) } else { 0 }
    }

    /// How many messages were dropped since this was asked last.
    pub(crate) fn dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }

    /// What it may send again in all lanes, as far as it wasn't given yet.
    pub(crate) fn of_all(&mut self) -> u64 {
        std::mem::take(&mut self.cost_of_all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::frame;
    use crate::inbound::Inbound;
    use std::sync::Arc;

    /// A message of a round of the root 7, as a record.
    fn record(lane: Lane, message: &[u8]) -> Vec<u8> {
        let mut payload = Vec::new();
        put_head(lane, &mut payload);
        payload.extend_from_slice(message);
        [&frame::record(1, payload.len())[..], &payload].concat()
    }

    /// For the first root of all.
    fn sorted() -> Sorted {
        let lane = Late::default().begin(Lane::ROOT, 3);
        Sorted::new(lane.root(), lane.path())
    }

    fn sort(sorted: &mut Sorted, late: &Late, records: &[Vec<u8>]) -> bool {
        let segment = Segment::Records(records.concat());
        sorted.sort(segment, late, &mut Woken::default()).is_ok()
    }

    #[test]
    fn what_is_of_an_earlier_round_is_dropped_and_charged_back() {
        let (mut sorted, late) = (sorted(), Late::default());
        let first = late.begin(Lane::ROOT, 3);
        let of = (first.round(), first.number());
        assert!(sort(&mut sorted, &late, &[record(first, b"ab"), record(first, b"")]));
        assert!(!sorted.lacks(of, &late));
        assert_eq!((sorted.peek(first), sorted.dropped(), sorted.of_all()), (Some(1), 0, 0));
        late.discard(first);
        sorted.purge(&late);
        assert_eq!((sorted.peek(first), sorted.dropped()), (None, 2));
        assert!(sort(&mut sorted, &late, &[record(first, b"c")]));
        assert_eq!((sorted.dropped(), sorted.lanes.len()), (1, 0));
        let all = cost(HEAD + 2) + cost(HEAD) + cost(HEAD + 1);
        assert_eq!((sorted.credit(all + 1), sorted.credit(all), sorted.of_all()), (0, all, all));
        assert!(sorted.lacks(of, &late));
    }

    #[test]
    fn what_comes_early_waits_for_its_round() {
        let (mut sorted, ahead, late) = (sorted(), Late::default(), Late::default());
        let lanes = [(); 3].map(|()| ahead.begin(Lane::ROOT, 3));
        assert!(sort(&mut sorted, &late, &lanes.map(|lane| record(lane, b"x"))));
        assert_eq!(lanes.map(|lane| sorted.peek(lane)), [Some(1); 3]);
        late.begin(Lane::ROOT, 3);
        late.begin(Lane::ROOT, 3);
        sorted.purge(&late);
        assert_eq!(lanes.map(|lane| sorted.peek(lane)), [None, Some(1), Some(1)]);
    }

    #[test]
    fn a_message_without_a_round_is_an_error() {
        let (mut sorted, late) = (sorted(), Late::default());
        let short = [&frame::record(1, HEAD - 1)[..], &[0; HEAD - 1]].concat();
        assert!(!sort(&mut sorted, &late, &[short]));
        assert!(!sort(&mut sorted, &late, &[vec![1; 5]]));
    }

    #[test]
    fn what_nobody_wants_passes_a_full_budget() {
        let (mut inbound, late) = (
            Inbound::new(1, 100, 1000, Budget::new(1 << 20, 1 << 10).into()),
            Arc::<Late>::default(),
        );
        inbound.share(&late);
        let its = late.begin(Lane::ROOT, 3);
        let (path, of) = (its.path(), (its.round(), its.number()));
        inbound.in_rounds(path, its.root()).unwrap();
        for other in 1..4 {
            let full = [&frame::record(1, 88)[..], &[0; 88]].concat();
            inbound.records(other, 0, &full).unwrap();
        }
        let (message, mut offset) = (record(its, b""), 0);
        assert!(inbound.records(path, 0, &message).is_err());
        // Nobody waits for it, but it is wanted.
        assert_eq!(inbound.ask(path, 28, of), Ok(None));
        late.discard(its);
        assert_eq!(inbound.purge(path, &mut Woken::default()).unwrap().may, Some(0));
        for _ in 0..10 {
            inbound.records(path, offset, &message).unwrap();
            offset += message.len() as u64;
            assert_eq!(inbound.unsorted(), Some(path));
            inbound.sort(path, &mut Woken::default()).unwrap();
            assert_eq!(inbound.again(path).dropped, 1);
            assert_eq!(inbound.ask(path, 28, of), Ok(Some(offset)));
        }
        assert_eq!(late.discarded(), 10);
    }

    #[test]
    fn a_lane_is_of_the_rounds_of_one_root() {
        let mut inbound = Inbound::new(1, 100, 1000, Budget::new(1 << 20, 1 << 10).into());
        assert_eq!(inbound.in_rounds(5, 3), Ok(()));
        assert_eq!(inbound.in_rounds(5, 3), Ok(()));
        assert_eq!(inbound.in_rounds(5, 4), Err(ChannelError::Rounds { lane: 5 }));
        inbound.records(6, 0, &[&frame::record(1, 1)[..], &[0]].concat()).unwrap();
        for (lane, root) in [(6, 3), (7, 0), (0, 3)] {
            assert_eq!(inbound.in_rounds(lane, root), Err(ChannelError::Rounds { lane }));
        }
        assert_eq!(inbound.lanes_of(3), [5]);
    }
}
