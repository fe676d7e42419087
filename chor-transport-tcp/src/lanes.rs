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

/// Of which roots rounds may have come, seen without a lock: a bit for each sixty-fourth of them. Whoever
/// ends a round asks all channels, most of which know nothing of it.
#[derive(Debug, Default)]
pub(crate) struct Marks(AtomicU64);

impl Marks {
    #[inline]
    pub(crate) fn set(&self, root: u64) {
        self.0.fetch_or(bit(root), Ordering::SeqCst);
    }

    #[inline]
    pub(crate) fn may_have(&self, root: u64) -> bool {
        self.0.load(Ordering::SeqCst) & bit(root) != 0
    }
}

fn bit(root: u64) -> u64 {
    1 << (root % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_that_there_is_is_never_missed() {
        let marks = Marks::default();
        for root in [3, 77, u64::MAX] {
            marks.set(root);
            assert!(marks.may_have(root));
        }
        assert!(!marks.may_have(4));
    }
}
