//! Which messages of rounds a participant still wants, and how many came too late.
//!
//! One for all channels of a participant: its rounds are counted once, whoever sends.

use chor_runtime::{Lane, Rounds};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Default)]
pub(crate) struct Late {
    rounds: Mutex<Rounds>,
    discarded: AtomicU64,
}

impl Late {
    /// The lane of the next round of a root.
    pub(crate) fn begin(&self, from: Lane, root: u64) -> Lane {
        self.rounds().begin(from, root)
    }

    pub(crate) fn discard(&self, lane: Lane) {
        self.rounds().discard(lane);
    }

    /// Of a lane that came about at a peer, which says what is around it.
    pub(crate) fn wants(&self, lane: Lane, around: &[u64]) -> bool {
        self.rounds().wants_in(lane, around)
    }

    /// In which rounds inside another a lane is that came about here.
    pub(crate) fn around(&self, lane: Lane) -> Vec<u64> {
        self.rounds().around(lane)
    }

    /// So many messages were dropped.
    pub(crate) fn count(&self, dropped: u64) {
        self.discarded.fetch_add(dropped, Ordering::Relaxed);
    }

    pub(crate) fn discarded(&self) -> u64 {
        self.discarded.load(Ordering::Relaxed)
    }

    fn rounds(&self) -> MutexGuard<'_, Rounds> {
        self.rounds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
