//! The senders that wait at full queues.

use super::table::Way;
use crate::lane::Lane;
use std::task::Waker;

/// Who waits at which queues, by sender: each waits at few, but there may be many.
#[derive(Debug)]
pub(super) struct Parked {
    senders: Vec<Vec<(usize, Lane, Waker)>>,
    count: usize,
}

impl Parked {
    pub(super) fn new(participants: usize) -> Self {
        Self { senders: vec![Vec::new(); participants], count: 0 }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Notes that a sender waits; gives the waker of an earlier time.
    pub(super) fn add(&mut self, way @ (from, to, lane): Way, waker: &Waker) -> Option<Waker> {
        let earlier = self.remove(way);
        self.senders[from].push((to, lane, waker.clone()));
        self.count += 1;
        earlier
    }

    pub(super) fn remove(&mut self, (from, to, lane): Way) -> Option<Waker> {
        let own = &mut self.senders[from];
        let index = own.iter().position(|(other, it, _)| (*other, *it) == (to, lane))?;
        self.count -= 1;
        Some(own.swap_remove(index).2)
    }

    /// Takes out those for which this holds, among these senders.
    pub(super) fn take_if(
        &mut self,
        among: impl Iterator<Item = usize>,
        holds: impl Fn(Way) -> bool,
    ) -> Vec<Waker> {
        if self.is_empty() {
            return Vec::new();
        }
        among.flat_map(|from| self.take_of(from, &holds)).collect()
    }

    /// As [`take_if`](Self::take_if), of one sender.
    pub(super) fn take_of(&mut self, from: usize, holds: impl Fn(Way) -> bool) -> Vec<Waker> {
        let taken = self.senders[from].extract_if(.., |(to, lane, _)| holds((from, *to, *lane)));
        let taken: Vec<Waker> = taken.map(|(_, _, waker)| waker).collect();
        self.count -= taken.len();
        taken
    }

    pub(super) fn ways(&self) -> Vec<Way> {
        let senders = self.senders.iter().enumerate();
        let ways =
            senders.flat_map(|(from, own)| own.iter().map(move |(to, lane, _)| (from, *to, *lane)));
        ways.collect()
    }

    /// For whom a sender waits.
    pub(super) fn receivers(&self, from: usize) -> impl Iterator<Item = usize> {
        self.senders[from].iter().map(|(to, ..)| *to)
    }
}
