//! Messages of one lane that were taken out of its queue by their receiver, who alone uses them.
//!
//! Pure: no input, no output, no clock.
//!
//! Most of them are received without a lock. A series of messages is shared between the lane, which has a
//! lock, and the thread that received the last one, which has it *at hand*: it goes on there,
//! and notes in the series how far. Only a receiver that comes to another thread, or to the last message
//! of the series, asks the lane.

use crate::frame::{self, RECORD};
use crate::inbound::{Segment, cost};
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What was taken.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    series: Option<Arc<Series>>,
    single: Option<Single>,
    /// The buffer of the last single message.
    spare: Vec<u8>,
    /// How many were received, those of the series aside.
    count: u64,
}

/// A message by itself: shares nothing, since nothing follows.
#[derive(Debug)]
struct Single {
    id: u64,
    /// Where it begins.
    at: usize,
    bytes: Vec<u8>,
}

/// Messages as records, one behind the other. Received by one at a time, so that its numbers need no
/// order among each other: what brings a receiver to another thread has one.
#[derive(Debug)]
pub(crate) struct Series {
    records: Vec<u8>,
    at: AtomicUsize,
    count: AtomicU64,
}

/// What comes next: the id of a message's step, and its bytes.
pub(crate) enum Next<'t> {
    Message(u64, &'t [u8]),
    /// What the peer sent is no record.
    Rubbish,
    Nothing,
}

impl Taken {
    /// Puts further messages behind none.
    pub(crate) fn refill(&mut self, segment: Segment) {
        match segment {
            // A peer may send a frame without messages.
            Segment::Records(records) if records.is_empty() => {}
            Segment::Records(bytes) => match frame::first_record(&bytes) {
                Some((id, payload)) if RECORD + payload.len() == bytes.len() => {
                    self.single = Some(Single { id, at: RECORD, bytes });
                }
                _ => self.series = Some(Arc::new(Series::new(bytes))),
            },
            Segment::Large { id, bytes } => self.single = Some(Single { id, at: 0, bytes }),
        }
    }

    /// What comes next, until [`advance`](Self::advance).
    #[inline]
    pub(crate) fn peek(&self) -> Next<'_> {
        match (&self.series, &self.single) {
            (Some(series), _) => {
                series.first().map_or(Next::Rubbish, |(id, it)| Next::Message(id, it))
            }
            (None, Some(Single { id, at, bytes })) => Next::Message(*id, &bytes[*at..]),
            (None, None) => Next::Nothing,
        }
    }

    /// Gives up the next message, of this length; gives what the sender may send for it, which for a
    /// series is counted at its end.
    #[inline]
    pub(crate) fn advance(&mut self, length: usize) -> u64 {
        if let Some(series) = &self.series {
            series.advance(length);
            if !series.is_over() {
                return 0;
            }
            self.count += series.count.load(Ordering::Relaxed);
            // Records take of the window what they are long.
            self.series.take().map_or(0, |series| series.records.len() as u64)
        } else {
            self.count += 1;
            self.spare = self.single.take().map(|single| single.bytes).unwrap_or_default();
            cost(length)
        }
    }

    /// The series, if there is more in it.
    pub(crate) fn series(&self) -> Option<&Arc<Series>> {
        self.series.as_ref()
    }

    /// A buffer that isn't needed any more.
    pub(crate) fn spare(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.spare)
    }

    /// How many were received.
    pub(crate) fn count(&self) -> u64 {
        self.count + self.series.as_ref().map_or(0, |series| series.count.load(Ordering::Relaxed))
    }
}

impl Series {
    fn new(records: Vec<u8>) -> Self {
        Self { records, at: AtomicUsize::new(0), count: AtomicU64::new(0) }
    }

    #[inline]
    fn first(&self) -> Option<(u64, &[u8])> {
        frame::first_record(&self.records[self.at.load(Ordering::Relaxed)..])
    }

    /// The next message, unless it is the last: that one ends the series, which is the lane's to do.
    #[inline]
    fn peek(&self) -> Option<(u64, &[u8])> {
        let at = self.at.load(Ordering::Relaxed);
        let (id, payload) = frame::first_record(self.records.get(at..)?)?;
        (at + RECORD + payload.len() < self.records.len()).then_some((id, payload))
    }

    /// Gives up the next message, of this length.
    #[inline]
    fn advance(&self, length: usize) {
        self.at.store(self.at.load(Ordering::Relaxed) + RECORD + length, Ordering::Relaxed);
        self.count.store(self.count.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        self.at.load(Ordering::Relaxed) >= self.records.len()
    }
}

thread_local! {
    static AT_HAND: RefCell<Option<AtHand>> = const { RefCell::new(None) };
}

/// The series from which this thread received last, and whose it is.
struct AtHand {
    owner: Owner,
    series: Arc<Series>,
}

/// A lane of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    /// Which of all channels that there ever were.
    pub(crate) channel: u64,
    pub(crate) lane: u64,
}

/// The next message of a lane, as `decode` makes it, if it is at hand, is the step of this id, and isn't
/// the last of its series.
#[inline]
pub(crate) fn receive<M>(owner: Owner, id: u64, decode: impl FnOnce(&[u8]) -> M) -> Option<M> {
    // Not `with`, which the compiler doesn't inline.
    let received = AT_HAND.try_with(|hand| {
        // Borrowed while a message is decoded, which may be code of a user that receives, too.
        let hand = hand.try_borrow_mut().ok()?;
        let hand = hand.as_ref().filter(|hand| hand.owner == owner)?;
        let (_, payload) = hand.series.peek().filter(|(next, _)| *next == id)?;
        let message = decode(payload);
        hand.series.advance(payload.len());
        Some(message)
    });
    received.ok()?
}

/// Puts a series at hand.
pub(crate) fn put_at_hand(owner: Owner, series: &Arc<Series>) {
    AT_HAND.with(|hand| {
        if let Ok(mut hand) = hand.try_borrow_mut() {
            *hand = Some(AtHand { owner, series: Arc::clone(series) });
        }
    });
}

/// Lets go of what this thread has at hand of a channel that is closed.
pub(crate) fn let_go(channel: u64) {
    AT_HAND.with(|hand| {
        if let Ok(mut hand) = hand.try_borrow_mut() {
            hand.take_if(|hand| hand.owner.channel == channel);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: u64, bytes: &[u8]) -> Vec<u8> {
        [&frame::record(id, bytes.len()), bytes].concat()
    }

    fn taken(records: Vec<u8>) -> Taken {
        let mut taken = Taken::default();
        taken.refill(Segment::Records(records));
        taken
    }

    #[test]
    fn a_series_is_received_at_hand_up_to_its_last_message() {
        let owner = Owner { channel: u64::MAX, lane: 3 };
        let other = Owner { lane: 4, ..owner };
        let decode = |bytes: &[u8]| bytes.to_vec();
        let receive = |owner, id| receive(owner, id, decode);
        let all = [record(7, b"a"), record(8, b"b"), record(7, b"c"), record(7, b"d")].concat();
        let mut taken = taken(all);
        assert_eq!(receive(owner, 7), None, "nothing is at hand");
        put_at_hand(owner, taken.series().unwrap());
        assert_eq!((receive(other, 7), receive(owner, 8)), (None, None));
        assert_eq!(receive(owner, 7), Some(b"a".to_vec()));
        assert_eq!(receive(owner, 8), Some(b"b".to_vec()));
        // Elsewhere, it goes on from there.
        let elsewhere = std::thread::scope(|scope| scope.spawn(|| receive(owner, 7)).join());
        assert_eq!(elsewhere.unwrap(), None);
        assert!(matches!(taken.peek(), Next::Message(7, b"c")));
        assert_eq!((taken.advance(1), taken.count()), (0, 3));
        assert_eq!(receive(owner, 7), None, "the last one is the lane's");
        assert_eq!((taken.advance(1), taken.count()), (4 * 13, 4));
        assert!(matches!(taken.peek(), Next::Nothing));
        let_go(owner.channel);
        assert!(AT_HAND.take().is_none());
    }

    #[test]
    fn a_message_that_receives_while_it_is_decoded_finds_nothing_at_hand() {
        let owner = Owner { channel: u64::MAX - 1, lane: 0 };
        let taken = taken([record(7, b"a"), record(7, b"b"), record(7, b"c")].concat());
        put_at_hand(owner, taken.series().unwrap());
        let inner = receive(owner, 7, |_| receive(owner, 7, |_| ()).is_none());
        assert_eq!((inner, taken.count()), (Some(true), 1));
    }

    #[test]
    fn what_is_no_record_is_rubbish_and_stays_so() {
        let mut taken = taken([record(7, b"a"), vec![0; 20]].concat());
        taken.advance(1);
        taken.advance(0);
        assert!(matches!(taken.peek(), Next::Rubbish));
        assert!(matches!(taken.peek(), Next::Rubbish));
    }
}
