//! A session's messages: what keeps a role from sending and receiving, and what becomes of a message.

use super::{Progress, Session};
use crate::net::{self, Flight, Taken, Waiter, Way};
use crate::plan::Visit;
use crate::scheduler::Stop;
use chor_runtime::{Address, End, Fault, Message, Place, Step};
use std::task::{Poll, Waker};
use std::time::Duration;

impl Session {
    /// Sends the message, or notes that its sender waits. What travels is made of it by `load`.
    #[inline]
    pub(crate) fn send<M: Message, V: Send + 'static>(
        &mut self,
        me: usize,
        to: &Address,
        message: &mut Option<M>,
        load: &mut impl FnMut(M) -> V,
        progress: &mut Progress,
        waker: &Waker,
    ) -> Poll<Result<(), Box<Fault>>> {
        if *progress == Progress::Sent {
            return Poll::Ready(Ok(()));
        }
        if self.is_held(me, true, to, progress, waker) {
            return Poll::Pending;
        }
        let way = (me, to.peer, to.lane);
        if *progress == Progress::Parked {
            *progress = Progress::Begun;
            self.net.unpark(way);
        }
        if let Some(fault) = self.unreachable(me, to.peer) {
            // What was to go wrong with this message did, even if nobody notices.
            self.due(me, to);
            return Poll::Ready(Err(fault));
        }
        let listens = self.roles[to.peer].ended.is_none();
        if listens && !self.net.has_room(way) {
            self.net.park(way, self.waiter(me, waker));
            *progress = Progress::Parked;
            return Poll::Pending;
        }
        if let Some(value) = message.as_ref() {
            self.note_sent(me, to, value);
        }
        let due = self.due(me, to);
        let number = self.sent - 1;
        if listens
            && (!to.lane.is_in_round() || self.is_wanted(me, to, number))
            && let Some(value) = message.take()
        {
            let flight = Flight { step: to.step, due, number };
            if let Some(waiter) = self.net.put(way, flight, load(value), self.now) {
                self.wake(to.peer, waiter);
            }
            self.tell_stand_in(to.peer);
        }
        if self.stops_after(me, true, to) {
            return Poll::Pending;
        }
        if self.restless && self.makes_way(me, Stop::AfterSending, waker) {
            *progress = Progress::Sent;
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    /// Receives a message, or notes that its receiver waits. Leaves it in `spare` if the role crashes
    /// with it.
    #[inline]
    pub(crate) fn recv<M: Message>(
        &mut self,
        me: usize,
        from: &Address,
        spare: &mut Option<M>,
        progress: &mut Progress,
        waker: &Waker,
    ) -> Poll<Result<M, Box<Fault>>> {
        if self.is_held(me, false, from, progress, waker) {
            return Poll::Pending;
        }
        match self.net.take(me, from, self.now) {
            Taken::Message(message, number) => {
                if let Some(waiter) = self.net.roomy((from.peer, me, from.lane)) {
                    self.wake(from.peer, waiter);
                }
                self.note_received(me, from, number);
                if self.stops_after(me, false, from) {
                    *spare = Some(message);
                    return Poll::Pending;
                }
                Poll::Ready(Ok(message))
            }
            Taken::Fault(fault) => Poll::Ready(Err(fault)),
            Taken::Nothing => {
                let waiter = self.waiter(me, waker);
                let released = self.net.wait(me, from, waiter);
                self.wake_all(released);
                Poll::Pending
            }
        }
    }

    /// Takes back the note that a sender waits.
    pub(crate) fn unpark(&mut self, way: Way) -> Option<Waiter> {
        self.net.unpark(way)
    }

    fn unreachable(&mut self, me: usize, peer: usize) -> Option<Box<Fault>> {
        if let Some(End::Failed(cause)) = &self.roles[peer].ended {
            return Some(Box::new(net::gone(cause)));
        }
        self.net.is_cut(me, peer).then(|| Box::new(net::cut()))
    }

    #[inline]
    pub(super) fn note_sent<M: Message>(&mut self, me: usize, to: &Address, value: &M) {
        let number = self.sent;
        self.sent += 1;
        if let Some(recorder) = &mut self.recorder {
            recorder.sent(self.now, me, to, number, value);
        }
    }

    #[inline]
    pub(super) fn note_received(&mut self, me: usize, from: &Address, number: u32) {
        if let Some(recorder) = &mut self.recorder {
            recorder.received(self.now, me, from, number);
        }
    }

    /// Whether something keeps the role from acting now.
    #[inline]
    fn is_held(
        &mut self,
        me: usize,
        sends: bool,
        with: &Address,
        progress: &mut Progress,
        waker: &Waker,
    ) -> bool {
        if *progress == Progress::New {
            *progress = Progress::Begun;
            self.roles[me].last = Some(with.step);
            if self.stops_before(me, sends, with) {
                return true;
            }
            if self.restless && self.makes_way(me, self.stop(me, sends, with), waker) {
                return true;
            }
        }
        self.differs.is_some() || self.plan.is_some() && self.is_out(me, waker)
    }

    /// Whether the role has crashed, or may not act yet. Without a plan neither happens.
    fn is_out(&mut self, me: usize, waker: &Waker) -> bool {
        self.roles[me].crashed.is_some() || self.is_paused(me, waker)
    }

    /// What the role is about to do.
    fn stop(&self, me: usize, sends: bool, with: &Address) -> Stop {
        if sends {
            Stop::BeforeSending
        } else if self.net.has_come(me, with, self.now) {
            Stop::BeforeReceiving
        } else {
            Stop::BeforeWaiting
        }
    }

    /// Whether the role lets others run before it goes on; never, if none is restless.
    fn makes_way(&mut self, me: usize, at: Stop, waker: &Waker) -> bool {
        let makes_way = self.policy.yields(at);
        if makes_way {
            let waiter = self.waiter(me, waker);
            self.wake(me, waiter);
        }
        makes_way
    }

    fn is_paused(&mut self, me: usize, waker: &Waker) -> bool {
        let paused = self.roles[me].resumes > self.now;
        if paused {
            self.roles[me].paused = Some(self.waiter(me, waker));
        }
        paused
    }

    #[inline]
    fn stops_before(&mut self, me: usize, sends: bool, with: &Address) -> bool {
        let Some(plan) = &mut self.plan else { return false };
        let visit = Visit::before(me, sends, with, plan.round(me, sends, with));
        self.stops(visit, with.step)
    }

    #[inline]
    fn stops_after(&mut self, me: usize, sends: bool, with: &Address) -> bool {
        let Some(plan) = &mut self.plan else { return false };
        let round = plan.advance(me, sends, with);
        let pause = plan.pause(me);
        if !pause.is_zero() {
            self.roles[me].resumes = self.now + pause;
        }
        self.stops(Visit::after(me, sends, with, round), with.step)
    }

    /// Whether the role was to crash at its start.
    pub(crate) fn stops_at_start(&mut self, me: usize) -> bool {
        let Some(plan) = &mut self.plan else { return false };
        let Some(cause) = plan.crash(&Visit::start(me), Place::default()) else { return false };
        self.roles[me].crashed = Some(cause);
        true
    }

    fn stops(&mut self, visit: Visit, step: &'static Step) -> bool {
        let Some(plan) = &mut self.plan else { return false };
        let role = visit.role();
        if self.roles[role].crashed.is_none() {
            self.roles[role].crashed = plan.crash(&visit, Place::of(step));
        }
        self.roles[role].crashed.is_some()
    }

    /// When the message is due that is being sent.
    #[inline]
    pub(super) fn due(&mut self, me: usize, to: &Address) -> Duration {
        let Some(plan) = &mut self.plan else { return self.now };
        let fate = plan.fate(self.now, me, to);
        if fate.cut {
            self.cut(me, to);
        }
        fate.due
    }
}
