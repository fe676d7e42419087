//! What may wait for all sessions of a link together: the memory that its peer can make this end hold.
//!
//! Pure: no input, no output, no clock.
//!
//! Each byte of a message counts from when it arrives, and of a large one from when it is announced,
//! until it is taken or dropped. All sessions draw on a *shared* part, and the peer keeps count of it: it
//! is told what was freed. So whoever is slow costs others nothing before that part is used up. Behind it
//! is a *reserve* for messages that are waited for: whose sender has asked, gets as much of it as its
//! message needs as soon as a receive waits, those who ask first before others. The reserve has room for
//! any message, and what is waited for is taken at once, so that nobody waits for ever; and whatever the
//! peer does, there is never more than both parts.
//!
//! What has come by the reserve doesn't count against the shared part: of this the peer may have set some
//! aside before it sent that, for messages that are on their way. What is freed counts as what came by
//! the reserve first: so the shared part never seems to be used up more than the peer thinks.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The peer is told of what was freed in so many steps.
const STEPS: u64 = 8;
/// What a lane takes of memory, roughly: a quarter of the budget may go for lanes.
const LANE: u64 = 1024;

/// What has arrived over a link and what may. `arrived` changes under the lock of the link's table only.
#[derive(Debug)]
pub(crate) struct Budget {
    shared: u64,
    reserve: u64,
    lanes: AtomicUsize,
    arrived: AtomicU64,
    freed: AtomicU64,
    /// What of that is held has come by the reserve.
    lent: AtomicU64,
    state: Mutex<State>,
    /// Somebody asks for a part of the reserve.
    asks: AtomicBool,
    /// The peer is to be told something.
    due: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    /// What of the freed the peer was told.
    told: u64,
    reserved: u64,
    asking: VecDeque<Asking>,
}

/// A message that waits at the peer, while it is waited for here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asking {
    pub(crate) channel: u64,
    pub(crate) lane: u64,
    pub(crate) bytes: u64,
}

impl Budget {
    /// So many bytes in all, of which so many are for messages that are waited for.
    pub(crate) fn new(all: u64, reserve: u64) -> Self {
        Self {
            shared: all.saturating_sub(reserve),
            reserve,
            lanes: AtomicUsize::new(0),
            arrived: AtomicU64::new(0),
            freed: AtomicU64::new(0),
            lent: AtomicU64::new(0),
            state: Mutex::default(),
            asks: AtomicBool::new(false),
            due: AtomicBool::new(false),
        }
    }

    /// What the peer may use without asking.
    pub(crate) fn shared(&self) -> u64 {
        self.shared
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> u64 {
        // In this order: what was freed had arrived before.
        let freed = self.freed.load(Ordering::Acquire);
        self.arrived.load(Ordering::Relaxed) - freed
    }

    /// Charges for what arrives, if there is room in the shared part.
    #[inline]
    pub(crate) fn admit(&self, cost: u64) -> bool {
        // In this order: what was paid back had been freed before.
        let lent = self.lent.load(Ordering::Acquire);
        let fits = self.held().saturating_sub(lent).saturating_add(cost) <= self.shared;
        if fits {
            self.charge(cost);
        }
        fits
    }

    fn charge(&self, cost: u64) {
        self.arrived.fetch_add(cost, Ordering::Relaxed);
    }

    /// Charges the reserve for what arrives, of which so much was reserved for it.
    pub(crate) fn lend(&self, cost: u64) {
        self.lent.fetch_add(cost, Ordering::Relaxed);
        self.charge(cost);
    }

    /// Something has arrived for nobody, or nothing.
    pub(crate) fn pass(&self, cost: u64) -> bool {
        self.charge(cost);
        self.free(cost)
    }

    /// Something was taken or dropped; gives whether the link has to be looked after.
    #[inline]
    pub(crate) fn free(&self, cost: u64) -> bool {
        let before = self.freed.fetch_add(cost, Ordering::AcqRel);
        if self.lent.load(Ordering::Relaxed) > 0 {
            self.pay_back(cost);
        }
        let step = (self.shared / STEPS).max(1);
        let tells = before / step != (before + cost) / step;
        if tells || self.asks.load(Ordering::SeqCst) {
            self.due.store(true, Ordering::SeqCst);
            return true;
        }
        false
    }

    #[cold]
    fn pay_back(&self, cost: u64) {
        let pay = |lent: u64| Some(lent.saturating_sub(cost));
        let _ = self.lent.fetch_update(Ordering::Release, Ordering::Relaxed, pay);
    }

    /// Whether the link has to be looked after.
    pub(crate) fn is_due(&self) -> bool {
        self.due.load(Ordering::SeqCst)
    }

    /// It is looked after now; gives whether it had to be.
    pub(crate) fn see_to(&self) -> bool {
        self.is_due() && self.due.swap(false, Ordering::SeqCst)
    }

    /// What was freed and not told so far.
    pub(crate) fn room(&self) -> u64 {
        let mut state = self.state();
        let freed = self.freed.load(Ordering::Acquire);
        let more = freed - state.told;
        state.told = freed;
        more
    }

    /// Whether a message gets its part of the reserve now, or has to wait until it is its turn.
    pub(crate) fn ask(&self, asking: Asking) -> bool {
        let mut state = self.state();
        if state.asking.is_empty() && self.reserves(&mut state, asking.bytes) {
            return true;
        }
        state.asking.push_back(asking);
        self.asks.store(true, Ordering::SeqCst);
        // What was freed meanwhile may not have seen that somebody asks.
        self.due.store(true, Ordering::SeqCst);
        false
    }

    /// Whose turn it is to get a part of the reserve, which is reserved for it.
    pub(crate) fn next(&self) -> Option<Asking> {
        let mut state = self.state();
        let first = *state.asking.front()?;
        if !self.reserves(&mut state, first.bytes) {
            return None;
        }
        state.asking.pop_front();
        self.asks.store(!state.asking.is_empty(), Ordering::SeqCst);
        Some(first)
    }

    fn reserves(&self, state: &mut State, bytes: u64) -> bool {
        let reserved = state.reserved.saturating_add(bytes);
        let held = self.held();
        let lent = self.lent.load(Ordering::Relaxed).min(held);
        let fits = lent.saturating_add(reserved) <= self.reserve
            && held.saturating_add(reserved) <= self.shared + self.reserve;
        if fits {
            state.reserved = reserved;
        }
        fits
    }

    /// A message has come, or won't come, for which this was reserved.
    pub(crate) fn release(&self, bytes: u64) {
        self.state().reserved -= bytes;
        if self.asks.load(Ordering::SeqCst) {
            self.due.store(true, Ordering::SeqCst);
        }
    }

    /// Those of a channel don't ask any more: in one lane, or in all.
    pub(crate) fn cancel(&self, channel: u64, lane: Option<u64>) {
        if !self.asks.load(Ordering::SeqCst) {
            return;
        }
        let mut state = self.state();
        state.asking.retain(|it| it.channel != channel || lane.is_some_and(|lane| it.lane != lane));
        self.asks.store(!state.asking.is_empty(), Ordering::SeqCst);
        self.due.store(true, Ordering::SeqCst);
    }

    /// How many lanes all sessions of the link may have, beside their first ones.
    pub(crate) fn max_lanes(&self) -> usize {
        usize::try_from((self.shared + self.reserve) / LANE).unwrap_or(usize::MAX)
    }

    /// A lane more, if that isn't one too many.
    pub(crate) fn add_lane(&self) -> bool {
        let before = self.lanes.fetch_add(1, Ordering::Relaxed);
        if before >= self.max_lanes() {
            self.lanes.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        true
    }

    pub(crate) fn remove_lanes(&self, lanes: usize) {
        self.lanes.fetch_sub(lanes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(channel: u64, bytes: u64) -> Asking {
        Asking { channel, lane: 0, bytes }
    }

    #[test]
    fn the_shared_part_is_used_up_and_freed() {
        let budget = Budget::new(150, 50);
        assert!(budget.admit(60) && !budget.admit(41) && budget.admit(40));
        assert!(budget.free(60));
        assert!(budget.see_to() && !budget.is_due());
        assert_eq!((budget.room(), budget.room()), (60, 0));
        assert!(budget.admit(60) && !budget.admit(1));
    }

    #[test]
    fn the_reserve_goes_to_who_asks_first() {
        let budget = Budget::new(150, 50);
        assert!(budget.admit(100));
        assert!(budget.ask(asking(1, 30)));
        assert!(!budget.ask(asking(2, 40)));
        assert!(!budget.ask(asking(3, 10)), "another one asked before");
        assert_eq!(budget.next(), None);
        // The message comes, and stays.
        budget.release(30);
        budget.lend(30);
        assert_eq!(budget.next(), None);
        assert!(budget.free(30), "somebody asks");
        assert_eq!(budget.next(), Some(asking(2, 40)));
        assert_eq!(budget.next(), Some(asking(3, 10)));
        assert_eq!(budget.next(), None);
    }

    #[test]
    fn what_came_by_the_reserve_leaves_the_shared_part_as_it_was() {
        let budget = Budget::new(150, 50);
        // The peer has set 20 aside for what is on its way.
        assert!(budget.admit(80) && budget.ask(asking(1, 50)));
        budget.release(50);
        budget.lend(50);
        assert!(budget.admit(20) && !budget.admit(1));
        assert!(!budget.ask(asking(2, 10)), "the reserve is lent");
        // What is freed first counts as that.
        budget.free(30);
        assert!(!budget.admit(1));
        assert_eq!(budget.next(), Some(asking(2, 10)));
        budget.free(120);
        assert!(budget.admit(100) && !budget.admit(1));
    }

    #[test]
    fn who_asks_no_more_is_passed_over() {
        let budget = Budget::new(100, 50);
        assert!(budget.admit(50) && budget.ask(asking(1, 50)));
        let _ = [2, 3, 4].map(|channel| budget.ask(asking(channel, 50)));
        assert!(budget.see_to());
        budget.cancel(2, Some(7));
        budget.cancel(3, None);
        budget.cancel(2, Some(0));
        budget.release(50);
        assert!(budget.is_due());
        assert_eq!(budget.next(), Some(asking(4, 50)));
    }

    #[test]
    fn lanes_are_counted() {
        let budget = Budget::new(4096, 0);
        assert_eq!([(); 5].map(|()| budget.add_lane()), [true, true, true, true, false]);
        budget.remove_lanes(2);
        assert!(budget.add_lane());
    }
}
