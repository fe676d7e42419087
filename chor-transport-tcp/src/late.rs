//! Which messages of rounds a participant still wants, and how many came too late.
//!
//! One for all channels of a participant: its rounds are counted once, whoever sends.

use chor_runtime::{Lane, Rounds};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Default)]
pub(crate) struct Late {
    state: Mutex<State>,
    discarded: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    rounds: Rounds,
    /// All roots of which a round was begun.
    roots: BTreeSet<u64>,
}

impl Late {
    /// The lane of the next round of a root; and whether there was one of it before.
    pub(crate) fn begin(&self, from: Lane, root: u64) -> (Lane, bool) {
        let mut state = self.state();
        let lane = state.rounds.begin(from, root);
        let again = !state.roots.insert(lane.root());
        (lane, again)
    }

    pub(crate) fn discard(&self, lane: Lane) {
        self.state().rounds.discard(lane);
    }

    pub(crate) fn wants(&self, lane: Lane) -> bool {
        self.state().rounds.wants(lane)
    }

    /// Whether rounds travel in the lane of this number.
    pub(crate) fn knows(&self, root: u64) -> bool {
        self.state().roots.contains(&root)
    }

    /// So many messages were dropped.
    pub(crate) fn count(&self, dropped: u64) {
        self.discarded.fetch_add(dropped, Ordering::Relaxed);
    }

    pub(crate) fn discarded(&self) -> u64 {
        self.discarded.load(Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
