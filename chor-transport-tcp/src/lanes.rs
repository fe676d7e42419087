//! Something for each lane of a channel.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// Something for each lane; the first one is almost always the only one.
#[derive(Debug, Default)]
pub(crate) struct Lanes<L> {
    root: L,
    others: BTreeMap<u64, L>,
}

impl<L: Default> Lanes<L> {
    #[inline]
    pub(crate) fn of(&mut self, lane: u64) -> &mut L {
        if lane == 0 { &mut self.root } else { self.others.entry(lane).or_default() }
    }

    pub(crate) fn known(&mut self, lane: u64) -> Option<&mut L> {
        if lane == 0 { Some(&mut self.root) } else { self.others.get_mut(&lane) }
    }

    pub(crate) fn all(&mut self) -> impl Iterator<Item = &mut L> {
        std::iter::once(&mut self.root).chain(self.others.values_mut())
    }

    /// How many there are beside the first.
    pub(crate) fn others(&self) -> usize {
        self.others.len()
    }
}

/// Which lanes there may be, seen without a lock: a bit for each sixty-fourth of them, but the first.
/// Whoever ends a round asks all channels, most of which know nothing of it.
#[derive(Debug, Default)]
pub(crate) struct Marks(AtomicU64);

impl Marks {
    #[inline]
    pub(crate) fn set(&self, lane: u64) {
        if lane != 0 && !self.may_have(lane) {
            self.0.fetch_or(bit(lane), Ordering::SeqCst);
        }
    }

    #[inline]
    pub(crate) fn may_have(&self, lane: u64) -> bool {
        self.0.load(Ordering::SeqCst) & bit(lane) != 0
    }
}

fn bit(lane: u64) -> u64 {
    1 << (lane % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_that_there_is_is_never_missed() {
        let marks = Marks::default();
        marks.set(0);
        assert!(!marks.may_have(64));
        for lane in [3, 77, u64::MAX] {
            marks.set(lane);
            assert!(marks.may_have(lane));
        }
        assert!(!marks.may_have(4));
    }
}
