//! The messages of the rounds of one root, from one peer, on one path: they travel in one lane, whose
//! number is the path, and are sorted by round and lane where they arrive. What is of a round that is
//! over is dropped.
//!
//! Pure: no input, no output, no clock. Bounded by the window of the lane that they travel in.

use crate::error::ChannelError;
use crate::frame;
use crate::inbound::{Segment, cost};
use crate::late::Late;
use crate::taken::{Next, Taken};
use crate::woken::Woken;
use chor_runtime::{Lane, Step};
use std::collections::{BTreeMap, VecDeque};
use std::task::Waker;

/// The number of the lane that a message travels in.
#[inline]
pub(crate) fn travels_in(lane: Lane) -> u64 {
    if lane.is_in_round() { lane.path() } else { lane.number() }
}

/// In how many rounds inside another a lane can be, as far as a peer is told: what it keeps of a lane is
/// bounded.
const DEPTH: usize = 64;

/// Appends what a message in a round begins with; `around` it are further ones.
pub(crate) fn put_head(lane: Lane, mut around: Vec<u64>, bytes: &mut Vec<u8>) {
    around.truncate(DEPTH);
    Of { round: lane.round(), number: lane.number(), around }.put(bytes);
}

/// What a message of this lane begins with; nothing outside of rounds.
pub(crate) fn begins(lane: Lane, payload: &[u8]) -> &[u8] {
    let mut rest = payload;
    let is_there = lane.is_in_round() && Of::take(&mut rest).is_some();
    if is_there { &payload[..payload.len() - rest.len()] } else { &[] }
}

/// Which lane of the rounds of some root a message is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Of {
    round: u64,
    number: u64,
    /// In which rounds inside of that of the root it is.
    around: Vec<u64>,
}

impl Of {
    pub(crate) fn put(&self, bytes: &mut Vec<u8>) {
        for number in [self.round, self.number, self.around.len() as u64] {
            frame::put(bytes, number);
        }
        bytes.extend(self.around.iter().flat_map(|number| number.to_le_bytes()));
    }

    /// What a message begins with, which is taken off.
    pub(crate) fn take(rest: &mut &[u8]) -> Option<Self> {
        let [round, number, depth] = [frame::take(rest), frame::take(rest), frame::take(rest)];
        let (round, number, depth) = (round.ok()?, number.ok()?, depth.ok()?);
        let depth = usize::try_from(depth).ok().filter(|depth| *depth <= DEPTH)?;
        let (around, others) = rest.split_at_checked(8 * depth)?;
        *rest = others;
        let (around, _) = around.as_chunks();
        let around = around.iter().map(|number| u64::from_le_bytes(*number)).collect();
        Some(Self { round, number, around })
    }
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
    /// Each with the id of its step, and how long it was with what it began with.
    messages: VecDeque<(u64, usize, Vec<u8>)>,
    /// In which rounds inside of that of the root it is.
    around: Vec<u64>,
    waker: Option<Waker>,
    /// How many were received, and the last of them.
    count: u64,
    last: Option<&'static Step>,
}

impl Held {
    /// How long its messages are.
    fn lengths(&self) -> impl Iterator<Item = usize> {
        self.messages.iter().map(|(_, length, _)| *length)
    }
}

impl Sorted {
    pub(crate) fn new(root: u64, path: u64) -> Self {
        Self { root, path, lanes: BTreeMap::new(), cost: 0, cost_of_all: 0, dropped: 0 }
    }

    pub(crate) fn root(&self) -> u64 {
        self.root
    }

    /// The lane of a message.
    fn lane(&self, of: &Of) -> Lane {
        Lane::with_round(of.number, self.root, of.round)
    }

    fn wants(&self, of: &Of, late: &Late) -> bool {
        late.wants(self.lane(of), &of.around)
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
            let mut message = payload;
            let of = Of::take(&mut message).ok_or(ChannelError::Record { lane: self.path })?;
            let length = payload.len();
            if self.wants(&of, late) {
                woken.add(self.put(of, (id, length, message)));
            } else {
                self.gave_up(length);
                self.dropped += 1;
            }
            arrived.advance(length);
        }
    }

    fn put(&mut self, of: Of, (id, length, message): (u64, usize, &[u8])) -> Option<Waker> {
        let held = self.lanes.entry(self.lane(&of)).or_default();
        held.around = of.around;
        if held.messages.is_empty() {
            // Most often it is one, and there may be many lanes.
            held.messages.reserve_exact(1);
        }
        held.messages.push_back((id, length, message.to_owned()));
        held.waker.take()
    }

    /// Drops what isn't wanted any more.
    pub(crate) fn purge(&mut self, late: &Late) {
        let over = |lane: &Lane, held: &mut Held| !late.wants(*lane, &held.around);
        let stale: Vec<Held> = self.lanes.extract_if(.., over).map(|(_, held)| held).collect();
        let lengths: Vec<usize> = stale.iter().flat_map(Held::lengths).collect();
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
        let (_, length, message) = held.messages.pop_front()?;
        (held.count, held.last) = (held.count + 1, Some(step));
        self.gave_up(length);
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

    /// Whether a further message may exceed the budget: somebody waits here, or nobody wants it, and its
    /// sender has others behind it.
    pub(crate) fn lacks(&self, of: Option<&Of>, late: &Late) -> bool {
        of.is_some_and(|of| !self.wants(of, late))
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
        put_head(lane, Vec::new(), &mut payload);
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
        let of = Of::take(&mut &record(first, b"")[12..]);
        let head = record(first, b"").len() - 12;
        assert!(sort(&mut sorted, &late, &[record(first, b"ab"), record(first, b"")]));
        assert!(!sorted.lacks(of.as_ref(), &late));
        assert_eq!((sorted.peek(first), sorted.dropped(), sorted.of_all()), (Some(1), 0, 0));
        late.discard(first);
        sorted.purge(&late);
        assert_eq!((sorted.peek(first), sorted.dropped()), (None, 2));
        assert!(sort(&mut sorted, &late, &[record(first, b"c")]));
        assert_eq!((sorted.dropped(), sorted.lanes.len()), (1, 0));
        let all = cost(head + 2) + cost(head) + cost(head + 1);
        assert_eq!((sorted.credit(all + 1), sorted.credit(all), sorted.of_all()), (0, all, all));
        assert!(sorted.lacks(of.as_ref(), &late));
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
        // Cut off in its numbers, and in those of the rounds around it; and too many of these.
        for payload in [&[][..], &[0, 0], &[0, 0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1], &[1; 1000]] {
            let payload =
                if payload.len() == 1000 { &[&[1, 1, 65], payload].concat() } else { payload };
            let short = [&frame::record(1, payload.len())[..], payload].concat();
            assert!(!sort(&mut sorted, &late, &[short]));
        }
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
        let path = its.path();
        inbound.in_rounds(path, its.root()).unwrap();
        for other in 1..4 {
            let full = [&frame::record(1, 88)[..], &[0; 88]].concat();
            inbound.records(other, 0, &full).unwrap();
        }
        let (message, mut offset) = (record(its, b""), 0);
        let (cost, begins) = (message.len() as u64, &message[12..]);
        assert!(inbound.records(path, 0, &message).is_err());
        // Nobody waits for it, but it is wanted.
        assert_eq!(inbound.ask(path, cost, begins), Ok(None));
        late.discard(its);
        assert_eq!(inbound.purge(path, &mut Woken::default()).unwrap().may, Some(0));
        for _ in 0..10 {
            inbound.records(path, offset, &message).unwrap();
            offset += message.len() as u64;
            assert_eq!(inbound.unsorted(), Some(path));
            inbound.sort(path, &mut Woken::default()).unwrap();
            assert_eq!(inbound.again(path).dropped, 1);
            assert_eq!(inbound.ask(path, cost, begins), Ok(Some(offset)));
        }
        assert_eq!(late.discarded(), 10);
    }

    #[test]
    fn what_is_of_a_round_inside_is_dropped_with_it() {
        let (mut sorted, sender, late) = (sorted(), Late::default(), Late::default());
        let outer = sender.begin(Lane::ROOT, 3);
        let lanes = [0, 1].map(|index| sender.begin(outer.branch(1, index), 9).branch(1, 0));
        let records = lanes.map(|lane| {
            let mut payload = Vec::new();
            put_head(lane, sender.around(lane), &mut payload);
            [&frame::record(1, payload.len())[..], &payload].concat()
        });
        assert!(sort(&mut sorted, &late, &records));
        let own = late.begin(late.begin(Lane::ROOT, 3).branch(1, 0), 9);
        late.discard(own);
        sorted.purge(&late);
        assert_eq!(lanes.map(|lane| sorted.peek(lane)), [None, Some(1)]);
        assert!(sort(&mut sorted, &late, &records));
        assert_eq!((sorted.peek(lanes[0]), sorted.dropped()), (None, 2));
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
