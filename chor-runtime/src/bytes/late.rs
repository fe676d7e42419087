//! Which rounds of a participant are over, and how many messages of them were dropped.

use crate::lane::Lane;
use crate::rounds::Rounds;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One for all that a participant receives. Where the lock of a peer's inbound is taken too, that comes
/// first.
#[derive(Debug, Default)]
pub(super) struct Late {
    rounds: Mutex<Rounds>,
    discarded: AtomicU64,
}

impl Late {
    fn rounds(&self) -> MutexGuard<'_, Rounds> {
        self.rounds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, from: Lane, root: u64) -> Lane {
        self.rounds().begin(from, root)
    }

    pub(super) fn discard(&self, lane: Lane) {
        self.rounds().discard(lane);
    }

    pub(super) fn wants(&self, lane: Lane) -> bool {
        self.rounds().wants(lane)
    }

    pub(super) fn wants_in(&self, lane: Lane, around: &[u64]) -> bool {
        self.rounds().wants_in(lane, around)
    }

    pub(super) fn around(&self, lane: Lane) -> Vec<u64> {
        self.rounds().around(lane)
    }

    /// So many messages of a peer were dropped.
    pub(super) fn count(&self, peer: usize, dropped: usize) {
        if dropped > 0 {
            self.discarded.fetch_add(dropped as u64, Ordering::Relaxed);
            tracing::debug!(target: "chor", peer, dropped, "messages of a round that is over are dropped");
        }
    }

    pub(super) fn discarded(&self) -> u64 {
        self.discarded.load(Ordering::Relaxed)
    }
}
