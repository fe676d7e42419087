//! Something for each lane of a channel.

use std::collections::BTreeMap;

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
