//! The state of a session: queues, and who waits for whom. Pure: no threads, no tasks, no clock.
//!
//! # No deadlock from full queues
//! A role waits for another when it receives from an empty queue or sends to a full one. A cycle of
//! such waits with a sender in it would last for ever, although unbounded queues would let the sender
//! go on. So a sender that closes a cycle goes on, and a receiver that closes one wakes a sender in it,
//! which looks again and then goes on. A queue grows beyond its bound in no other way.

use super::parked::Parked;
use super::queue::{Queue, Sender};
use super::senders::Senders;
use super::sizes::Sizes;
use super::waits;
use super::woken::Woken;
use crate::cause::Cause;
use crate::lane::Lane;
use crate::protocol::Protocol;
use crate::rounds::Rounds;
use crate::transport::{Address, End, Fault};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::task::{Poll, Waker};

/// The sender, the receiver and the lane of a queue.
pub(super) type Way = (usize, usize, Lane);

/// All of a session.
#[derive(Debug)]
pub struct Table {
    senders: Senders,
    sizes: Sizes,
    roles: Vec<Role>,
    /// The senders that wait at full queues.
    parked: Parked,
    /// The roles that wait for others to begin.
    meeting: Vec<(usize, Waker)>,
    /// The choreography, for the names of roles that are dropped.
    protocol: Option<&'static Protocol>,
    /// Taken by whoever holds the table, when they let it go.
    pub(super) woken: Woken,
}

#[derive(Debug, Default)]
struct Role {
    /// What it plays.
    plays: Option<&'static Protocol>,
    /// How its part ended.
    closed: Option<End>,
    rounds: Rounds,
    /// Who has a queue to it in the rounds of each root.
    in_rounds: BTreeMap<u64, BTreeSet<usize>>,
    /// How many messages to it came too late.
    discarded: u64,
}

/// What is known of a role when a session starts.
#[derive(Debug)]
pub(super) enum Met {
    Plays(&'static Protocol),
    /// It has not begun; the cause if it never will.
    Not(Option<Cause>),
}

impl Table {
    pub(super) fn new(sizes: Sizes) -> Self {
        let participants = sizes.participants();
        let roles = (0..participants).map(|_| Role::default()).collect();
        Self {
            senders: Senders::new(participants),
            sizes,
            roles,
            parked: Parked::new(participants),
            meeting: Vec::new(),
            protocol: None,
            woken: Woken::default(),
        }
    }

    pub(super) fn open(
        &mut self,
        me: usize,
        protocol: &'static Protocol,
    ) -> Result<(), Box<Fault>> {
        self.protocol = Some(protocol);
        if self.roles[me].plays.is_some() {
            return Err(Fault::Used.into());
        }
        self.roles[me].plays = Some(protocol);
        self.wake_meeting();
        Ok(())
    }

    /// What each role plays; or notes that this one waits for the others to begin.
    pub(super) fn meet(&mut self, me: usize, waker: &Waker) -> Vec<Met> {
        if let Some(known) = self.meeting.iter().position(|(role, _)| *role == me) {
            let (_, stale) = self.meeting.swap_remove(known);
            self.woken.drop_later(Some(stale));
        }
        self.meeting.push((me, waker.clone()));
        let roles = self.roles.iter();
        roles
            .map(|role| match (role.plays, &role.closed) {
                (Some(protocol), _) => Met::Plays(protocol),
                (None, Some(End::Failed(cause))) => Met::Not(Some(cause.clone())),
                (None, _) => Met::Not(None),
            })
            .collect()
    }

    #[cold]
    fn wake_meeting(&mut self) {
        for (_, waker) in self.meeting.drain(..) {
            self.woken.add(Some(waker));
        }
    }

    pub(super) fn role(&self, place: usize) -> String {
        match self.protocol {
            Some(protocol) => protocol.participant(place, |role| self.sizes.of(role)).into_owned(),
            None => format!("number {place}"),
        }
    }

    /// Sends the message, or notes that its sender waits.
    #[inline]
    pub(super) fn send<M: Send + 'static>(
        &mut self,
        me: usize,
        to: &Address,
        message: &mut Option<M>,
        parked: &mut bool,
        waker: &Waker,
    ) -> Poll<Result<(), Box<Fault>>> {
        if *parked {
            *parked = false;
            let stale = self.unpark((me, to.peer, to.lane));
            self.woken.drop_later(stale);
        }
        if let Some(end) = &self.roles[to.peer].closed {
            return Poll::Ready(sent_to_closed(end));
        }
        if to.lane.is_in_round() && !self.is_wanted(me, to.peer, to.lane) {
            return Poll::Ready(Ok(()));
        }
        if let Some(queue) = self.senders.of(me, to.peer).with_room(&to.lane) {
            self.woken.add(queue.push(to.step, message));
            return Poll::Ready(Ok(()));
        }
        self.send_to_full(me, to, message, parked, waker)
    }

    /// As [`send`](Self::send), where the queue is full.
    #[cold]
    fn send_to_full<M: Send + 'static>(
        &mut self,
        me: usize,
        to: &Address,
        message: &mut Option<M>,
        parked: &mut bool,
        waker: &Waker,
    ) -> Poll<Result<(), Box<Fault>>> {
        if self.waits_for(to.peer, me) {
            let queue = self.senders.of(me, to.peer).queue(&to.lane);
            self.woken.add(queue.push(to.step, message));
            return Poll::Ready(Ok(()));
        }
        *parked = true;
        let earlier = self.parked.add((me, to.peer, to.lane), waker);
        self.woken.drop_later(earlier);
        Poll::Pending
    }

    /// Receives a message, or notes that its receiver waits.
    #[inline]
    pub(super) fn recv<M: 'static>(
        &mut self,
        me: usize,
        from: &Address,
        waker: &Waker,
    ) -> Poll<Result<M, Box<Fault>>> {
        if from.lane.is_in_round() {
            self.note_round(me, from);
        }
        let queue = self.senders.of(from.peer, me).queue(&from.lane);
        if let Some(taken) = queue.take(from) {
            if !self.parked.is_empty() {
                self.make_room(me, from);
            }
            return Poll::Ready(taken);
        }
        if let Some(end) = &self.roles[from.peer].closed {
            return Poll::Ready(Err(queue.ended(end, from)));
        }
        let earlier = queue.wait(waker);
        self.woken.drop_later(earlier);
        if !self.parked.is_empty() && self.waits_for(from.peer, me) {
            self.release();
        }
        Poll::Pending
    }

    /// Begins a round; gives what is left of earlier ones, to be dropped elsewhere.
    pub(super) fn begin(&mut self, me: usize, from: Lane, root: u64) -> (Lane, Vec<Queue>) {
        let lane = self.roles[me].rounds.begin(from, root);
        (lane, self.purge(me, lane.root()))
    }

    /// Notes that nothing more of these lanes is wanted; gives what was in them.
    pub(super) fn discard(&mut self, me: usize, lanes: &[Lane]) -> Vec<Queue> {
        let mut stale = Vec::new();
        for lane in lanes {
            self.roles[me].rounds.discard(*lane);
            stale.append(&mut self.purge(me, lane.root()));
        }
        stale
    }

    pub(super) fn discarded(&self, me: usize) -> u64 {
        self.roles[me].discarded
    }

    /// Whether a message of a round is; if so, it gets a queue, else it is counted.
    #[cold]
    fn is_wanted(&mut self, from: usize, to: usize, lane: Lane) -> bool {
        let around = self.roles[from].rounds.around(lane);
        let Role { rounds, in_rounds, discarded, .. } = &mut self.roles[to];
        let wanted = rounds.wants_in(lane, &around);
        if wanted {
            in_rounds.entry(lane.root()).or_default().insert(from);
            if !around.is_empty() {
                self.senders.of(from, to).set_around(lane, around);
            }
        } else {
            *discarded += 1;
            self.woken.late(to, 1);
        }
        wanted
    }

    /// Takes out what isn't wanted of the rounds of a root, and wakes who waits to send more of it.
    fn purge(&mut self, me: usize, root: u64) -> Vec<Queue> {
        let Role { rounds, in_rounds, discarded, .. } = &mut self.roles[me];
        let mut all = Vec::new();
        if let Entry::Occupied(mut peers) = in_rounds.entry(root) {
            peers.get_mut().retain(|from| {
                let (mut stale, more) = self.senders.of(*from, me).purge(root, rounds);
                all.append(&mut stale);
                more
            });
            if peers.get().is_empty() {
                peers.remove();
            }
        }
        let dropped = all.iter().map(Queue::len).sum();
        *discarded += dropped;
        self.woken.late(me, dropped);
        let roles = &self.roles;
        let is_over =
            |from: usize, lane| !roles[me].rounds.wants_in(lane, &roles[from].rounds.around(lane));
        let late = |(from, to, lane): Way| to == me && lane.root() == root && is_over(from, lane);
        for waker in self.parked.take_if(self.senders.sources(me), late) {
            self.woken.add(Some(waker));
        }
        all
    }

    #[cold]
    fn note_round(&mut self, me: usize, from: &Address) {
        let rounds = &mut self.roles[me].in_rounds;
        rounds.entry(from.lane.root()).or_default().insert(from.peer);
    }

    /// A message was received: who waits to send another one looks again. In rounds that is whoever
    /// waits in one of the same root.
    #[cold]
    fn make_room(&mut self, me: usize, from: &Address) {
        let &Address { peer, lane, .. } = from;
        if lane.is_in_round() {
            let same = |(_, to, other): Way| (to, other.root()) == (me, lane.root());
            for waker in self.parked.take_of(peer, same) {
                self.woken.add(Some(waker));
            }
        } else if self.senders.of(peer, me).queue(&lane).has_room_for_one() {
            let sender = self.unpark((peer, me, lane));
            self.woken.add(sender);
        }
    }

    /// Takes back the note that a sender waits.
    #[cold]
    pub(super) fn unpark(&mut self, way: Way) -> Option<Waker> {
        self.parked.remove(way)
    }

    /// Ends a role's part, once; gives what it did not receive.
    pub(super) fn close(&mut self, me: usize, end: impl FnOnce() -> End) -> Vec<Sender> {
        if self.roles[me].closed.is_some() {
            return Vec::new();
        }
        self.senders.each_of(me, |sender| sender.wake(&mut self.woken));
        for waker in self.parked.take_if(self.senders.sources(me), |(_, to, _)| to == me) {
            self.woken.add(Some(waker));
        }
        self.roles[me].closed = Some(end());
        self.wake_meeting();
        self.senders.take_all(me)
    }

    /// Wakes a sender in each cycle. It looks again, and finds that it closes the cycle.
    #[cold]
    fn release(&mut self) {
        let parked = self.parked.ways();
        for way @ (from, to, _) in parked {
            if self.waits_for(to, from) {
                let sender = self.unpark(way);
                self.woken.add(sender);
            }
        }
    }

    #[cold]
    fn waits_for(&self, role: usize, other: usize) -> bool {
        waits::waits_for(&self.senders, &self.parked, role, other)
    }
}

#[cold]
fn sent_to_closed(end: &End) -> Result<(), Box<Fault>> {
    match end {
        End::Finished => Ok(()),
        End::Failed(cause) => Err(Fault::Gone(cause.clone()).into()),
    }
}
