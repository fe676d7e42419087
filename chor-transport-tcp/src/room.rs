//! What may still be sent in all channels of a link together, as far as this end knows: the other end's
//! [budget](crate::budget), seen from here.
//!
//! Pure: no input, no output, no clock.

use crate::tray::FULL;

#[derive(Debug, Default)]
pub(crate) struct Room {
    /// What all messages cost that were ever sent, and what of it was freed.
    pub(crate) used: u64,
    freed: u64,
    /// What is set aside for trays: messages are put there that nobody has charged for yet.
    aside: u64,
    /// A send waits that there is no room for.
    pub(crate) lacked: bool,
}

impl Room {
    /// Whether there is room for a message that costs so much, if so much is shared.
    #[inline]
    pub(crate) fn has(&self, cost: u64, shared: u64) -> bool {
        self.left(shared) >= cost
    }

    fn left(&self, shared: u64) -> u64 {
        self.freed.saturating_add(shared).saturating_sub(self.used + self.aside)
    }

    /// What may be set aside for one tray: when there is little left, nothing.
    #[inline]
    pub(crate) fn for_tray(&self, shared: u64) -> u64 {
        if self.left(shared) > shared / 2 { FULL.min(shared / 2) } else { 0 }
    }

    /// Changes what is set aside for a tray.
    #[inline]
    pub(crate) fn set_aside(&mut self, before: &mut u64, now: u64) {
        self.aside = self.aside - *before + now;
        *before = now;
    }

    /// So much was freed.
    pub(crate) fn free(&mut self, bytes: u64) {
        self.freed = self.freed.saturating_add(bytes);
    }
}
