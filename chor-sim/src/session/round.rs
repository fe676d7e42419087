//! What may end before its messages have come: rounds, and deadlines in the session's time.

use super::Session;
use crate::net::Waiter;
use crate::values::Values;
use chor_runtime::{Address, Lane};
use std::task::{Poll, Waker};
use std::time::Duration;

/// Somebody waits for a time.
pub(super) struct Timer {
    id: u64,
    role: usize,
    pub(super) due: Duration,
    waiter: Option<Waiter>,
}

impl Session {
    /// Begins a round; gives what is left of earlier ones, to be dropped elsewhere.
    pub(crate) fn begin_round(&mut self, me: usize, from: Lane, root: u64) -> (Lane, Vec<Values>) {
        let lane = self.roles[me].rounds.begin(from, root);
        (lane, self.purge(me, lane.root()))
    }

    /// Notes that nothing more of these lanes is wanted; gives what was in them.
    pub(crate) fn discard(&mut self, me: usize, lanes: &[Lane]) -> Vec<Values> {
        let mut stale = Vec::new();
        for lane in lanes {
            self.roles[me].rounds.discard(*lane);
            stale.append(&mut self.purge(me, lane.root()));
        }
        stale
    }

    /// How many messages to a role came too late.
    pub(crate) fn discarded(&self, me: usize) -> u64 {
        self.roles[me].discarded
    }

    /// Whether a message that was sent is still wanted; else notes that it is dropped.
    pub(super) fn is_wanted(&mut self, me: usize, to: &Address, number: u32) -> bool {
        let around = self.roles[me].rounds.around(to.lane);
        let wanted = self.roles[to.peer].rounds.wants_in(to.lane, &around);
        if wanted && !around.is_empty() {
            self.net.set_around((me, to.peer, to.lane), around);
        } else if !wanted {
            self.note_discarded(to.peer, &Address::new(me, to.lane, to.step), number);
        }
        wanted
    }

    fn note_discarded(&mut self, me: usize, from: &Address, number: u32) {
        self.roles[me].discarded += 1;
        if let Some(recorder) = self.recorder.as_mut().filter(|_| !self.over) {
            recorder.discarded(self.now, me, from, number);
        }
    }

    fn purge(&mut self, me: usize, root: u64) -> Vec<Values> {
        if root == 0 {
            return Vec::new();
        }
        let roles = &self.roles;
        let wants = |lane, around: &[u64]| roles[me].rounds.wants_in(lane, around);
        let around = |from: usize, lane| roles[from].rounds.around(lane);
        let purged = self.net.purge(me, root, wants, around);
        for (from, number) in purged.flights {
            self.note_discarded(me, &from, number);
        }
        self.wake_all(purged.senders);
        purged.values
    }

    /// Waits until so long after the first call.
    pub(crate) fn sleep(
        &mut self,
        me: usize,
        timer: &mut Option<u64>,
        duration: Duration,
        waker: &Waker,
    ) -> Poll<()> {
        let waiter = self.waiter(me, waker);
        let id = *timer.get_or_insert_with(|| {
            self.last_timer += 1;
            let due = self.now.saturating_add(duration);
            self.timers.push(Timer { id: self.last_timer, role: me, due, waiter: None });
            self.last_timer
        });
        let Some(index) = self.timers.iter().position(|timer| timer.id == id) else {
            return Poll::Ready(());
        };
        if self.timers[index].due <= self.now {
            self.timers.remove(index);
            return Poll::Ready(());
        }
        self.timers[index].waiter = Some(waiter);
        Poll::Pending
    }

    /// Nobody waits for a time any more.
    pub(crate) fn forget_timer(&mut self, timer: u64) -> Option<Waiter> {
        let index = self.timers.iter().position(|it| it.id == timer)?;
        self.timers.remove(index).waiter
    }

    /// Wakes who waited for a time that has come.
    pub(super) fn ring(&mut self) {
        for index in 0..self.timers.len() {
            let Timer { due, role, waiter, .. } = &mut self.timers[index];
            if *due <= self.now
                && let Some(waiter) = waiter.take()
            {
                let role = *role;
                self.wake(role, waiter);
            }
        }
    }
}
