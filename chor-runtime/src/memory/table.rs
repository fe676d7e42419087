//! The state of a session: inboxes, and who waits for whom. Pure: no threads, no tasks, no clock.
//!
//! # No deadlock from full queues
//! A role waits for another when it receives from an empty queue or sends to a full one. A cycle of
//! such waits with a sender in it would last for ever, although unbounded queues would let the sender
//! go on. So a sender that closes a cycle goes on, and a receiver that closes one wakes a sender in it,
//! which looks again and then goes on. A queue grows beyond its bound in no other way.

use super::queue::{Inbox, Sender};
use crate::protocol::Protocol;
use crate::transport::{Address, End, Fault, Lane};
use std::task::{Poll, Waker};

/// The sender, the receiver and the lane of a queue.
pub(super) type Way = (usize, usize, Lane);

/// All of a session.
#[derive(Debug)]
pub struct Table {
    inboxes: Vec<Inbox>,
    /// The senders that wait at full queues.
    parked: Vec<(Way, Waker)>,
    /// The choreography, for the names of roles that are dropped.
    protocol: Option<&'static Protocol>,
}

impl Table {
    pub(super) fn new(participants: usize) -> Self {
        let inboxes = (0..participants).map(|_| Inbox::new(participants)).collect();
        Self { inboxes, parked: Vec::new(), protocol: None }
    }

    pub(super) fn open(
        &mut self,
        me: usize,
        protocol: &'static Protocol,
    ) -> Result<(), Box<Fault>> {
        self.protocol = Some(protocol);
        let opened = std::mem::replace(&mut self.inboxes[me].opened, true);
        if opened { Err(Fault::Used.into()) } else { Ok(()) }
    }

    pub(super) fn role(&self, place: usize) -> String {
        self.protocol.map_or_else(|| format!("number {place}"), |it| it.role(place).to_owned())
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
        woken: &mut Woken,
    ) -> Poll<Result<(), Box<Fault>>> {
        if std::mem::take(parked) {
            // Waking it once more does no harm; dropping it here might run code of others.
            woken.add(self.unpark((me, to.peer, to.lane)));
        }
        let inbox = &mut self.inboxes[to.peer];
        if let Some(end) = &inbox.closed {
            return Poll::Ready(sent_to_closed(end));
        }
        let mut queue = inbox.senders[me].queue(to.lane);
        if queue.is_full() {
            if !self.waits_for(to.peer, me) {
                self.parked.push(((me, to.peer, to.lane), waker.clone()));
                *parked = true;
                return Poll::Pending;
            }
            queue = self.inboxes[to.peer].senders[me].queue(to.lane);
        }
        if let Some(message) = message.take() {
            woken.add(queue.push(to.step, message));
        }
        Poll::Ready(Ok(()))
    }

    /// Receives a message, or notes that its receiver waits.
    #[inline]
    pub(super) fn recv<M: 'static>(
        &mut self,
        me: usize,
        from: &Address,
        waker: &Waker,
        woken: &mut Woken,
    ) -> Poll<Result<M, Box<Fault>>> {
        let sender = &mut self.inboxes[me].senders[from.peer];
        let queue = sender.queue(from.lane);
        if let Some(taken) = queue.take(from) {
            if queue.has_room_for_one() && !self.parked.is_empty() {
                woken.add(self.unpark((from.peer, me, from.lane)));
            }
            return Poll::Ready(taken);
        }
        if let Some(fault) = sender.ended(from) {
            return Poll::Ready(Err(fault));
        }
        woken.add(sender.queue(from.lane).wait(waker));
        if !self.parked.is_empty() && self.waits_for(from.peer, me) {
            self.release(woken);
        }
        Poll::Pending
    }

    /// Takes back the note that a sender waits.
    #[cold]
    pub(super) fn unpark(&mut self, way: Way) -> Option<Waker> {
        let index = self.parked.iter().position(|(parked, _)| *parked == way)?;
        Some(self.parked.swap_remove(index).1)
    }

    /// Ends a role's part, once; gives what it did not receive.
    pub(super) fn close(
        &mut self,
        me: usize,
        end: impl FnOnce() -> End,
        woken: &mut Woken,
    ) -> Vec<Sender> {
        if self.inboxes[me].closed.is_some() {
            return Vec::new();
        }
        let end = end();
        for inbox in &mut self.inboxes {
            inbox.sender_ended(me, &end, woken);
        }
        for (_, waker) in self.parked.extract_if(.., |((_, to, _), _)| *to == me) {
            woken.add(Some(waker));
        }
        self.inboxes[me].closed = Some(end);
        self.inboxes[me].clear()
    }

    /// Wakes a sender in each cycle. It looks again, and finds that it closes the cycle.
    #[cold]
    fn release(&mut self, woken: &mut Woken) {
        let parked: Vec<Way> = self.parked.iter().map(|(way, _)| *way).collect();
        for way @ (from, to, _) in parked {
            if self.waits_for(to, from) {
                woken.add(self.unpark(way));
            }
        }
    }

    /// Whether a role waits for another, at once or through others.
    #[cold]
    fn waits_for(&self, role: usize, other: usize) -> bool {
        let mut seen = vec![false; self.inboxes.len()];
        let mut open = vec![role];
        while let Some(role) = open.pop() {
            if role == other {
                return true;
            }
            if !std::mem::replace(&mut seen[role], true) {
                let sends = self.parked.iter().filter(|((from, ..), _)| *from == role);
                open.extend(sends.map(|((_, to, _), _)| *to));
                open.extend(self.inboxes[role].awaited());
            }
        }
        false
    }
}

/// Whom to wake when the table is no longer held: that may run code of others.
#[derive(Debug, Default)]
pub enum Woken {
    #[default]
    Nobody,
    One(Waker),
    Several(Vec<Waker>),
}

impl Woken {
    #[inline]
    pub(super) fn add(&mut self, waker: Option<Waker>) {
        if let Some(waker) = waker {
            match self {
                Self::Nobody => *self = Self::One(waker),
                Self::One(_) | Self::Several(_) => self.add_more(waker),
            }
        }
    }

    #[cold]
    fn add_more(&mut self, waker: Waker) {
        *self = Self::Several(match std::mem::take(self) {
            Self::Nobody => vec![waker],
            Self::One(first) => vec![first, waker],
            Self::Several(mut wakers) => {
                wakers.push(waker);
                wakers
            }
        });
    }

    #[inline]
    pub(super) fn wake(self) {
        match self {
            Self::Nobody => {}
            Self::One(waker) => waker.wake(),
            Self::Several(wakers) => wakers.into_iter().for_each(Waker::wake),
        }
    }
}

#[cold]
fn sent_to_closed(end: &End) -> Result<(), Box<Fault>> {
    match end {
        End::Finished => Ok(()),
        End::Failed(cause) => Err(Fault::Gone(cause.clone()).into()),
    }
}
