//! Wakers that are called when no lock is held: a waker is code of the executor.

use crate::taken::Owner;
use std::task::Waker;

/// Whom to wake. Wakes them when it is dropped, so it has to be made before a lock is taken.
#[derive(Debug, Default)]
pub(crate) struct Woken {
    wakers: Vec<Waker>,
    /// Whose receive reads at this moment: what comes for it, it sees by itself.
    awake: Option<Owner>,
    /// Something has come for it.
    has_come: bool,
}

impl Woken {
    /// For a receive in this lane that reads by itself.
    pub(crate) fn but(awake: Option<Owner>) -> Self {
        Self { wakers: Vec::new(), awake, has_come: false }
    }

    pub(crate) fn add(&mut self, waker: Option<Waker>) {
        self.wakers.extend(waker);
    }

    pub(crate) fn add_all(&mut self, wakers: impl IntoIterator<Item = Waker>) {
        self.wakers.extend(wakers);
    }

    /// As [`add_all`](Self::add_all); most often there are none.
    #[inline]
    pub(crate) fn append(&mut self, wakers: &mut Vec<Waker>) {
        if !wakers.is_empty() {
            self.wakers.append(wakers);
        }
    }

    /// The lane of this channel whose receive needn't be woken.
    #[inline]
    pub(crate) fn awake(&self, channel: u64) -> Option<u64> {
        self.awake.filter(|owner| owner.channel == channel).map(|owner| owner.lane)
    }

    /// Notes that something has come for the receive that reads.
    pub(crate) fn come(&mut self) {
        self.has_come = true;
    }

    pub(crate) fn has_come(&self) -> bool {
        self.has_come
    }
}

impl Drop for Woken {
    #[inline]
    fn drop(&mut self) {
        if !self.wakers.is_empty() {
            self.wakers.drain(..).for_each(Waker::wake);
        }
    }
}

/// Notes who waits, once.
pub(crate) fn note(wakers: &mut Vec<Waker>, waker: &Waker) {
    if !wakers.iter().any(|known| known.will_wake(waker)) {
        wakers.push(waker.clone());
    }
}
