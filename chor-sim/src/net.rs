//! Messages in flight: queues, and who waits for whom. Pure: no tasks and no clock.
//!
//! Time comes in with each call. Deliberately knows neither roles' names nor faults: what a fault does
//! to a message is decided before it is put here, as the time when it is due.
//!
//! A queue is bounded, as that of a real transport: else a role that only sends would fill the memory.
//! As there, full queues never make a deadlock: a sender whose receiver waits for it goes on.

mod link;

use crate::values::Values;
use chor_runtime::{Address, Cause, End, Fault, Lane, Step};
use link::{Link, Queue, of_root};
use std::task::Waker;
use std::time::Duration;

/// How many messages a queue holds before its sender waits.
const CAPACITY: usize = 64;

/// The sender, the receiver and the lane of a queue.
pub(crate) type Way = (usize, usize, Lane);

/// A message between its sender and its receiver, without its value.
#[derive(Clone, Copy)]
pub(crate) struct Flight {
    pub(crate) step: &'static Step,
    /// It can be received from then on; never, if this is the end of time.
    pub(crate) due: Duration,
    /// Which one of the run.
    pub(crate) number: u32,
}

/// Who waits: the role's task itself, or something inside it.
pub(crate) enum Waiter {
    Task,
    Inner(Waker),
}

/// What came of a receive.
pub(crate) enum Taken<M> {
    Message(M, u32),
    Fault(Box<Fault>),
    Nothing,
}

/// What was taken out.
#[derive(Default)]
pub(crate) struct Purged {
    /// Each message with its sender and its number.
    pub(crate) flights: Vec<(Address, u32)>,
    pub(crate) values: Vec<Values>,
    /// Who waited to send more.
    pub(crate) senders: Vec<(usize, Waiter)>,
}

/// All messages in flight.
pub(crate) struct Net {
    participants: usize,
    links: Vec<Link>,
    parked: Vec<(Way, Waiter)>,
}

impl Net {
    pub(crate) fn new(participants: usize) -> Self {
        let links = (0..participants * participants).map(|_| Link::default()).collect();
        Self { participants, links, parked: Vec::new() }
    }

    fn link(&mut self, from: usize, to: usize) -> &mut Link {
        &mut self.links[to * self.participants + from]
    }

    /// Whether a message may be sent: else its sender waits, with `waiter`.
    pub(crate) fn has_room(&mut self, (from, to, lane): Way) -> bool {
        self.link(from, to).held(lane) < CAPACITY || self.waits_for(to, from)
    }

    pub(crate) fn park(&mut self, way: Way, waiter: Waiter) {
        self.parked.push((way, waiter));
    }

    /// Takes back the note that a sender waits.
    pub(crate) fn unpark(&mut self, way: Way) -> Option<Waiter> {
        let index = self.parked.iter().position(|(parked, _)| *parked == way)?;
        Some(self.parked.swap_remove(index).1)
    }

    /// Puts a message into its queue, not before those that were sent earlier; gives who waits for it,
    /// if it is due.
    pub(crate) fn put<M: Send + 'static>(
        &mut self,
        way: Way,
        mut flight: Flight,
        value: M,
        now: Duration,
    ) -> Option<Waiter> {
        let (from, to, lane) = way;
        let link = self.link(from, to);
        flight.due = flight.due.max(link.last_due);
        link.last_due = flight.due;
        let queue = link.queue(lane);
        let store = queue.values.push(value);
        queue.flights.push_back((flight, store));
        queue.woken(now)
    }

    /// Whether a receive has something to take at once: a message, or a fault.
    pub(crate) fn has_come(&self, me: usize, from: &Address, now: Duration) -> bool {
        let link = &self.links[me * self.participants + from.peer];
        let queue =
            if from.lane == Lane::ROOT { Some(&link.root) } else { link.others.get(&from.lane) };
        let first = queue.and_then(|queue| queue.flights.front());
        first.map_or(link.end.is_some() || link.cut, |(flight, _)| flight.due <= now)
    }

    /// Takes the next message of a queue, if it is there and the expected one.
    pub(crate) fn take<M: 'static>(
        &mut self,
        me: usize,
        from: &Address,
        now: Duration,
    ) -> Taken<M> {
        let link = self.link(from.peer, me);
        if link.cut {
            return Taken::Fault(Box::new(cut()));
        }
        let held = link.last_due == Duration::MAX;
        let queue = link.queue(from.lane);
        match queue.flights.front() {
            Some((flight, _)) if flight.due <= now => queue.take(from),
            Some(_) => Taken::Nothing,
            None if held => Taken::Nothing,
            None => link.ended(from).map_or(Taken::Nothing, Taken::Fault),
        }
    }

    /// Notes who waits for a queue; gives the senders that can go on because of that.
    pub(crate) fn wait(
        &mut self,
        me: usize,
        from: &Address,
        waiter: Waiter,
    ) -> Vec<(usize, Waiter)> {
        let queue = self.link(from.peer, me).queue(from.lane);
        queue.waiter = Some((waiter, from.step));
        if self.parked.is_empty() { Vec::new() } else { self.release() }
    }

    /// Who waits to send into a queue that has room again.
    pub(crate) fn roomy(&mut self, way @ (from, to, lane): Way) -> Option<Waiter> {
        if self.parked.is_empty() || self.link(from, to).held(lane) >= CAPACITY {
            return None;
        }
        // The rounds of a root share their room.
        let same = |other: &Way| (other.0, other.1, other.2.root()) == (from, to, lane.root());
        let shared = lane.is_in_round().then(|| self.parked.iter().find(|(it, _)| same(it)));
        let way = shared.flatten().map_or(way, |(other, _)| *other);
        self.unpark(way)
    }

    /// Notes in which rounds inside another a queue's lane is.
    pub(crate) fn set_around(&mut self, (from, to, lane): Way, around: Vec<u64>) {
        self.link(from, to).queue(lane).around = around;
    }

    /// Takes out what isn't wanted of the rounds of a root: in a lane, with what is around it, which the
    /// senders know.
    pub(crate) fn purge(
        &mut self,
        me: usize,
        root: u64,
        wants: impl Fn(Lane, &[u64]) -> bool,
        around: impl Fn(usize, Lane) -> Vec<u64>,
    ) -> Purged {
        let mut purged = Purged::default();
        for from in 0..self.participants {
            let queues = &mut self.link(from, me).others;
            let over = |lane: &Lane, queue: &mut Queue| !wants(*lane, &queue.around);
            for (lane, mut queue) in queues.extract_if(of_root(root), over) {
                let late = queue
                    .flights
                    .iter()
                    .map(|(flight, _)| (Address::new(from, lane, flight.step), flight.number));
                purged.flights.extend(late);
                purged.values.push(queue.empty());
            }
        }
        let is_over = |from, lane| !wants(lane, &around(from, lane));
        let late = |&(from, to, lane): &Way| to == me && lane.root() == root && is_over(from, lane);
        let senders = self.parked.extract_if(.., |(way, _)| late(way));
        purged.senders = senders.map(|((from, ..), waiter)| (from, waiter)).collect();
        purged
    }

    /// Breaks the way from one to another.
    pub(crate) fn cut(&mut self, from: usize, to: usize) -> Vec<(usize, Waiter)> {
        let link = self.link(from, to);
        link.cut = true;
        link.queues_mut().filter_map(|queue| Some((to, queue.waiter.take()?.0))).collect()
    }

    pub(crate) fn is_cut(&mut self, from: usize, to: usize) -> bool {
        self.link(from, to).cut
    }

    /// Ends a participant's part; gives who waits for it, and what it did not receive.
    pub(crate) fn close(&mut self, me: usize, end: &End) -> (Vec<(usize, Waiter)>, Vec<Values>) {
        let mut woken = Vec::new();
        let mut rest = Vec::new();
        for peer in 0..self.participants {
            let link = self.link(me, peer);
            link.end = Some(end.clone());
            woken
                .extend(link.queues_mut().filter_map(|queue| Some((peer, queue.waiter.take()?.0))));
            let inbound = self.link(peer, me);
            let full = inbound.queues_mut().filter(|queue| !queue.flights.is_empty());
            rest.extend(full.map(Queue::empty));
        }
        let parked = self.parked.extract_if(.., |((from, to, _), _)| *to == me || *from == me);
        woken.extend(parked.map(|((from, ..), waiter)| (from, waiter)));
        (woken, rest)
    }

    /// Whether a receiver waits for a message that isn't even on its way.
    pub(crate) fn lacks(&mut self, me: usize, from: &Address) -> bool {
        let queue = self.link(from.peer, me).queue(from.lane);
        queue.waiter.is_some() && queue.flights.is_empty()
    }

    /// Takes what is due on the way from one to another, of any lane but those that are `busy`; notes
    /// who waits for what is not.
    pub(crate) fn take_due<V: 'static>(
        &mut self,
        from: usize,
        to: usize,
        now: Duration,
        busy: impl Fn(Lane) -> bool,
        waiter: impl Fn() -> Waiter,
    ) -> Option<(Flight, Lane, V)> {
        let link = self.link(from, to);
        let root = (Lane::ROOT, &mut link.root);
        let others = link.others.iter_mut().map(|(lane, queue)| (*lane, queue));
        for (lane, queue) in std::iter::once(root).chain(others).filter(|(lane, _)| !busy(*lane)) {
            let Some(&(flight, store)) = queue.flights.front() else { continue };
            if flight.due > now {
                queue.waiter = Some((waiter(), flight.step));
            } else if let Ok(value) = queue.values.pop(store) {
                queue.flights.pop_front();
                let over = lane.is_in_round() && queue.flights.is_empty();
                if over {
                    // Nobody purges it: its rounds are counted elsewhere.
                    link.others.remove(&lane);
                }
                return Some((flight, lane, value));
            }
        }
        None
    }

    /// Whether nothing is on the way from one to another.
    pub(crate) fn is_empty(&mut self, from: usize, to: usize) -> bool {
        self.link(from, to).queues().all(|queue| queue.flights.is_empty())
    }

    /// Who waits to send to a participant that takes no more messages.
    pub(crate) fn release_senders(&mut self, me: usize) -> Vec<(usize, Waiter)> {
        let parked = self.parked.extract_if(.., |((_, to, _), _)| *to == me);
        parked.map(|((from, ..), waiter)| (from, waiter)).collect()
    }

    /// When the next message is due that somebody waits for.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        let queues =
            self.links.iter().flat_map(Link::queues).filter(|queue| queue.waiter.is_some());
        let due = queues.filter_map(|queue| queue.flights.front()).map(|(flight, _)| flight.due);
        due.filter(|due| *due < Duration::MAX).min()
    }

    /// Who waits for messages that are due by now.
    pub(crate) fn arrive(&mut self, now: Duration) -> Vec<(usize, Waiter)> {
        let participants = self.participants;
        let links = self.links.iter_mut().enumerate();
        let queues = links.flat_map(|(index, link)| {
            link.queues_mut().map(move |queue| (index / participants, queue))
        });
        queues.filter_map(|(to, queue)| Some((to, queue.woken(now)?))).collect()
    }

    /// Who waits for which message of whom, by role.
    pub(crate) fn waits(&self) -> Vec<(usize, usize, &'static Step)> {
        let participants = self.participants;
        let links = self.links.iter().enumerate();
        let waiting = links.flat_map(|(index, link)| {
            let (to, from) = (index / participants, index % participants);
            link.queues().filter_map(move |queue| Some((to, from, queue.waiter.as_ref()?.1)))
        });
        waiting.collect()
    }

    /// The senders that wait although their receivers wait for them, at once or through others.
    fn release(&mut self) -> Vec<(usize, Waiter)> {
        let ways: Vec<Way> = self.parked.iter().map(|(way, _)| *way).collect();
        let closed = ways.into_iter().filter(|(from, to, _)| self.waits_for(*to, *from));
        let closed: Vec<Way> = closed.collect();
        closed.into_iter().filter_map(|way| Some((way.0, self.unpark(way)?))).collect()
    }

    fn waits_for(&self, role: usize, other: usize) -> bool {
        let mut seen = vec![false; self.participants];
        let mut open = vec![role];
        while let Some(role) = open.pop() {
            if role == other {
                return true;
            }
            if !std::mem::replace(&mut seen[role], true) {
                let sends = self.parked.iter().filter(|((from, ..), _)| *from == role);
                open.extend(sends.map(|((_, to, _), _)| *to));
                let inbound = &self.links[role * self.participants..][..self.participants];
                open.extend((0..self.participants).filter(|from| inbound[*from].is_awaited()));
            }
        }
        false
    }
}

/// What both ends of a way that is cut get.
pub(crate) fn cut() -> Fault {
    Fault::Link("cut by the simulator".into())
}

/// What is sent to one who is gone.
pub(crate) fn gone(cause: &Cause) -> Fault {
    Fault::Gone(cause.clone())
}
