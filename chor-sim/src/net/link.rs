//! What one participant sends to another: a queue for each lane, and how it ends.

use super::{Flight, Taken, Waiter};
use crate::values::Values;
use chor_runtime::{Address, End, Fault, Lane, Step};
use std::any::type_name;
use std::collections::{BTreeMap, VecDeque};
use std::ops::RangeInclusive;
use std::time::Duration;

/// All lanes of the rounds of a root.
pub(super) fn of_root(root: u64) -> RangeInclusive<Lane> {
    Lane::with_round(0, root, 0)..=Lane::with_round(u64::MAX, root, u64::MAX)
}

/// What one participant sends to another.
#[derive(Default)]
pub(super) struct Link {
    pub(super) root: Queue,
    pub(super) others: BTreeMap<Lane, Queue>,
    pub(super) end: Option<End>,
    pub(super) cut: bool,
    pub(super) last_due: Duration,
}

#[derive(Default)]
pub(super) struct Queue {
    /// Each with the store that its value is in.
    pub(super) flights: VecDeque<(Flight, usize)>,
    pub(super) values: Values,
    taken: u64,
    last: Option<&'static Step>,
    pub(super) waiter: Option<(Waiter, &'static Step)>,
    /// In which rounds inside another its lane is, as its sender knows.
    pub(super) around: Vec<u64>,
}

impl Link {
    #[inline]
    pub(super) fn queue(&mut self, lane: Lane) -> &mut Queue {
        if lane == Lane::ROOT { &mut self.root } else { self.others.entry(lane).or_default() }
    }

    /// How many messages there are in a lane, or in the rounds of its root.
    pub(super) fn held(&mut self, lane: Lane) -> usize {
        if lane.is_in_round() {
            let queues = self.others.range(of_root(lane.root()));
            queues.map(|(_, queue)| queue.flights.len()).sum()
        } else {
            self.queue(lane).flights.len()
        }
    }

    pub(super) fn queues(&self) -> impl Iterator<Item = &Queue> {
        std::iter::once(&self.root).chain(self.others.values())
    }

    pub(super) fn queues_mut(&mut self) -> impl Iterator<Item = &mut Queue> {
        std::iter::once(&mut self.root).chain(self.others.values_mut())
    }

    pub(super) fn is_awaited(&self) -> bool {
        self.queues().any(|queue| queue.waiter.is_some())
    }

    /// Why nothing will come, if the sender's part has ended.
    pub(super) fn ended(&mut self, expected: &Address) -> Option<Box<Fault>> {
        Some(Box::new(match self.end.clone()? {
            End::Failed(cause) => Fault::Gone(cause),
            _ => self.queue(expected.lane).finished(expected),
        }))
    }
}

impl Queue {
    /// Who waits for the first message, if it is due.
    #[inline]
    pub(super) fn woken(&mut self, now: Duration) -> Option<Waiter> {
        let due = self.flights.front().is_some_and(|(flight, _)| flight.due <= now);
        if due { self.waiter.take().map(|(waiter, _)| waiter) } else { None }
    }

    #[inline]
    pub(super) fn take<M: 'static>(&mut self, expected: &Address) -> Taken<M> {
        let Some(&(flight, store)) = self.flights.front() else { return Taken::Nothing };
        if flight.step.id != expected.step.id {
            return Taken::Fault(Box::new(self.misplaced(expected, flight.step)));
        }
        match self.values.pop(store) {
            Ok(value) => {
                self.flights.pop_front();
                self.taken += 1;
                self.last = Some(flight.step);
                Taken::Message(value, flight.number)
            }
            Err(found) => Taken::Fault(Box::new(Fault::Type { expected: type_name::<M>(), found })),
        }
    }

    #[cold]
    fn misplaced(&self, expected: &Address, step: &'static Step) -> Fault {
        let found = Address::new(expected.peer, expected.lane, step);
        let position = |address: &Address| Box::new(address.position(self.taken));
        Fault::Position { expected: position(expected), found: position(&found) }
    }

    /// Takes all values, to be dropped elsewhere: that runs code of others.
    pub(super) fn empty(&mut self) -> Values {
        self.flights.clear();
        std::mem::take(&mut self.values)
    }

    fn finished(&self, expected: &Address) -> Fault {
        let last = self.last.map(|step| {
            let last = Address::new(expected.peer, expected.lane, step);
            Box::new(last.position(self.taken - 1))
        });
        Fault::Finished { expected: Box::new(expected.position(self.taken)), last }
    }
}
