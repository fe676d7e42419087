//! What crosses between simulated roles and real ones, which are played elsewhere.

use super::Session;
use crate::net::{Flight, Waiter};
use chor_runtime::{Address, Cause, End, Fault, Lane, Message, Place, Reason};
use std::error::Error;
use std::fmt::Write;
use std::task::Waker;

/// A message from a simulated role to a real one that is about to leave the simulation.
pub(crate) struct Leaving<V> {
    pub(crate) address: Address,
    pub(crate) number: u32,
    pub(crate) value: V,
}

impl Session {
    /// Has the stand-in of a real role look what is to be done.
    #[inline]
    pub(super) fn tell_stand_in(&mut self, role: usize) {
        if self.roles[role].real.is_some() {
            self.ready(role);
        }
    }

    /// Whether a role waits for a message of a real one that has not arrived yet.
    pub(crate) fn lacks(&mut self, me: usize, from: &Address) -> bool {
        self.net.lacks(me, from)
    }

    /// A message of a real role has arrived: from here on it is as if its sender had sent it now.
    pub(crate) fn arrive<M: Message>(&mut self, me: usize, from: &Address, value: M) {
        let (sender, to) = (from.peer, Address::new(me, from.lane, from.step));
        self.note_sent(sender, &to, &value);
        let (due, number) = (self.due(sender, &to), self.sent - 1);
        if let Some(plan) = &mut self.plan {
            plan.advance(sender, true, &to);
        }
        let flight = Flight { step: to.step, due, number };
        if let Some(waiter) = self.net.put((sender, me, to.lane), flight, value, self.now) {
            self.wake(me, waiter);
        }
    }

    /// The next message for the real role `me`, of a lane that isn't `busy`.
    pub(crate) fn take_leaving<V: 'static>(
        &mut self,
        from: usize,
        me: usize,
        busy: impl Fn(Lane) -> bool,
        waker: &Waker,
    ) -> Option<Leaving<V>> {
        let own = self.roles[me].task == Some(waker.data().addr());
        let waiter = || if own { Waiter::Task } else { Waiter::Inner(waker.clone()) };
        let (flight, lane, value) = self.net.take_due(from, me, self.now, busy, waiter)?;
        if let Some(waiter) = self.net.roomy((from, me, lane)) {
            self.wake(from, waiter);
        }
        let address = Address::new(me, lane, flight.step);
        Some(Leaving { address, number: flight.number, value })
    }

    /// The transport of a real role has taken a message.
    pub(crate) fn has_left(&mut self, from: usize, address: &Address, number: u32) {
        let from = Address::new(from, address.lane, address.step);
        self.note_received(address.peer, &from, number);
    }

    /// What a simulated role has because of a fault of the transport to a real one, which is lost by
    /// most of them.
    pub(crate) fn fail(&mut self, real: usize, place: Place, fault: Fault) -> Fault {
        let cause = match fault {
            Fault::Gone(cause) => cause,
            Fault::Link(error) => {
                let text = format!("is out of reach: {}", with_sources(&*error));
                Self::lost(self.role(real), text, place)
            }
            other => return other,
        };
        self.lose(real, &cause);
        Fault::Gone(cause)
    }

    /// A real role has failed, as far as is known here.
    fn lose(&mut self, real: usize, cause: &Cause) {
        if self.roles[real].ended.is_some() {
            return;
        }
        let end = End::Failed(cause.clone());
        if let Some(recorder) = self.recorder.as_mut().filter(|_| !self.over) {
            recorder.ended(self.now, real, &end);
        }
        self.roles[real].ended = Some(end);
        let woken = self.net.release_senders(real);
        self.wake_all(woken);
        self.tell_stand_in(real);
    }

    /// Breaks the way of a message. That to or from a real role breaks in both directions, and to all
    /// roles of its session: there is no other way to tell them.
    pub(super) fn cut(&mut self, me: usize, to: &Address) {
        let (simulated, session) = match (self.roles[me].real, self.roles[to.peer].real) {
            (None, Some(session)) => (me, session),
            (Some(session), None) => (to.peer, session),
            _ => return self.cut_way(me, to.peer),
        };
        let cause = "is cut off by the simulator".to_owned();
        let cause = Self::lost(self.role(simulated), cause, Place::of(to.step));
        self.roles[simulated].severed.push((session, cause));
        for real in 0..self.roles.len() {
            if self.roles[real].real == Some(session) {
                self.cut_way(simulated, real);
                self.cut_way(real, simulated);
                self.tell_stand_in(real);
            }
        }
    }

    fn cut_way(&mut self, from: usize, to: usize) {
        let woken = self.net.cut(from, to);
        self.wake_all(woken);
    }

    /// Why a simulated role is cut off from the real ones of this session, if it is.
    pub(crate) fn severed(&self, role: usize, session: usize) -> Option<Cause> {
        let severed = &self.roles[role].severed;
        severed.iter().find(|(from, _)| *from == session).map(|(_, cause)| cause.clone())
    }

    /// How a simulated role ended, if it did and the real role `me` will get nothing more of it.
    pub(crate) fn ended_for(&mut self, me: usize, from: usize) -> Option<End> {
        let end = self.roles[from].ended.clone()?;
        let lost = self.roles[me].ended.is_some();
        (lost || self.net.is_empty(from, me)).then_some(end)
    }

    /// Notes that the real role `me` has got all that `from` sent; whether that was the last of the
    /// roles in its session.
    pub(crate) fn is_last_to_hand_over(&mut self, me: usize, from: usize) -> bool {
        self.roles[me].handed_over.push(from);
        let session = self.roles[me].real;
        let mut others = self.roles.iter().filter(|role| role.real == session);
        others.all(|role| role.handed_over.contains(&from))
    }

    /// How the real roles are told of a role whose messages did not all leave: not as finished, since
    /// they would wait for what is missing.
    pub(crate) fn unfinished(&self, role: usize) -> Option<End> {
        let end = self.roles[role].ended.clone()?;
        if let End::Failed(_) = end {
            return Some(end);
        }
        let text = "the simulation ended before all of its messages had left".to_owned();
        Some(End::Failed(Self::lost(self.role(role), text, Place::default())))
    }

    /// Why a real role is absent from a session in which another real one is played.
    pub(crate) fn elsewhere(&self, role: usize) -> End {
        let text = "is played in another session, out of reach from this one".to_owned();
        End::Failed(Cause::new(self.role(role), Reason::Lost(text), Place::default()))
    }
}

fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        // Writing to a `String` can't fail.
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}
