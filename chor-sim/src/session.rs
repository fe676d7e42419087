//! The state of one run: the roles, what is in flight, and what is decided about them. Every send and
//! receive passes through here. Pure, as [`Net`] is.

mod border;
mod exchange;
mod round;

pub(crate) use border::Leaving;

use crate::agreements::Agreements;
use crate::names::{Names, names};
use crate::net::{Net, Waiter};
use crate::plan::{Plan, Visit};
use crate::run::Run;
use crate::schedule::{Order, Schedule};
use crate::scheduler::Policy;
use crate::trace::{Recorder, Trace};
use crate::values::Values;
use chor_runtime::{Cause, End, Fault, Lane, Place, Protocol, Reason, Rounds, Site, Step};
use round::Timer;
use std::collections::BTreeSet;
use std::task::Waker;
use std::time::Duration;

pub(crate) struct Session {
    pub(crate) now: Duration,
    policy: Box<dyn Policy>,
    restless: bool,
    pub(crate) plan: Option<Plan>,
    pub(crate) recorder: Option<Recorder>,
    pub(crate) roles: Vec<Role>,
    net: Net,
    /// If they are compared.
    pub(crate) agreements: Option<Agreements>,
    /// Roles hold different values of an agreement: nothing goes on.
    pub(crate) differs: Option<(usize, String)>,
    /// The roles that can go on, in the order in which they came to.
    ready: Vec<usize>,
    sent: u32,
    /// Wakers of others: to be woken when this is not locked.
    pub(crate) wakers: Vec<Waker>,
    protocol: Option<&'static Protocol>,
    /// Of all participants, once that is known.
    names: Names,
    timers: Vec<Timer>,
    last_timer: u64,
    /// Time doesn't pass here: deadlines are those of the machine's clock.
    pub(crate) timeless: bool,
    /// The run was given up: what happens now is no part of it.
    pub(crate) over: bool,
}

#[derive(Default)]
pub(crate) struct Role {
    opened: bool,
    queued: bool,
    ended: Option<End>,
    pub(crate) crashed: Option<Cause>,
    /// It is real: played elsewhere, in the session of this number. Its task here is a stand-in.
    pub(crate) real: Option<usize>,
    /// Its way to a session of real roles is cut.
    severed: Vec<(usize, Cause)>,
    /// The roles from whom a real one has got all that it will.
    handed_over: Vec<usize>,
    /// The address of its task's waker, of which there is no other as long as the task is polled.
    pub(crate) task: Option<usize>,
    /// The last message that it began.
    pub(crate) last: Option<&'static Step>,
    /// When a slow role can act again, and who waits for that.
    resumes: Duration,
    paused: Option<Waiter>,
    rounds: Rounds,
    /// How many messages to it came too late.
    discarded: u64,
}

/// How far a send or a receive is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Progress {
    #[default]
    New,
    Begun,
    Parked,
    /// It is sent, but others run before the role learns of it.
    Sent,
}

impl Session {
    pub(crate) fn new(participants: usize, policy: Box<dyn Policy>) -> Self {
        let roles = (0..participants).map(|_| Role { queued: true, ..Role::default() });
        Self {
            now: Duration::ZERO,
            restless: policy.is_restless(),
            policy,
            plan: None,
            recorder: None,
            roles: roles.collect(),
            net: Net::new(participants),
            agreements: Some(Agreements::default()),
            differs: None,
            ready: (0..participants).collect(),
            sent: 0,
            wakers: Vec::new(),
            protocol: None,
            names: Names::default(),
            timers: Vec::new(),
            last_timer: 0,
            timeless: false,
            over: false,
        }
    }

    /// Says which roles are real, by the session in which each is played: then time is real, too.
    pub(crate) fn cast(&mut self, sessions: &[Option<usize>]) {
        for (role, session) in self.roles.iter_mut().zip(sessions) {
            role.real = *session;
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.in_real_time();
        }
    }

    /// Begins a role's part, in a session in which so many participants play each role.
    pub(crate) fn open(
        &mut self,
        me: usize,
        protocol: &'static Protocol,
        sizes: &[usize],
    ) -> Result<(), Box<Fault>> {
        if self.protocol.is_none() {
            self.names = names(protocol, sizes);
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.open(protocol, &self.names);
        }
        if let Some(plan) = &mut self.plan {
            plan.open(&self.names);
        }
        self.protocol = Some(protocol);
        let opened = std::mem::replace(&mut self.roles[me].opened, true);
        if opened { Err(Fault::Used.into()) } else { Ok(()) }
    }

    /// Compares what a role came to with what the others did.
    pub(crate) fn compare(
        &mut self,
        me: usize,
        site: &'static Site,
        among: &[usize],
        lane: Lane,
        value: &str,
    ) {
        if let Some(recorder) = &mut self.recorder {
            recorder.came(site, value);
        }
        if self.differs.is_none()
            && let Some(agreements) = &mut self.agreements
        {
            let difference = agreements.note(me, site, among, lane, value);
            self.differs = difference.map(|it| (me, it.text(|role| self.role(role))));
        }
    }

    /// What is run; nothing before a role begins.
    pub(crate) fn protocol(&self) -> Option<&'static Protocol> {
        self.protocol
    }

    /// The names of all.
    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// A role's name.
    pub(crate) fn role(&self, index: usize) -> &'static str {
        self.names.get(index).copied().unwrap_or("?")
    }

    /// Takes the role that runs next.
    pub(crate) fn next(&mut self) -> Option<usize> {
        let role = match self.ready.len() {
            0 | 1 => self.ready.pop()?,
            _ => self.ready.remove(self.policy.pick(&self.ready, &self.names)),
        };
        self.roles[role].queued = false;
        Some(role)
    }

    /// Notes that a role can go on.
    #[inline]
    pub(crate) fn ready(&mut self, role: usize) {
        if !std::mem::replace(&mut self.roles[role].queued, true) {
            self.ready.push(role);
        }
    }

    #[inline]
    fn wake(&mut self, role: usize, waiter: Waiter) {
        match waiter {
            Waiter::Task => self.ready(role),
            Waiter::Inner(waker) => self.wakers.push(waker),
        }
    }

    fn wake_all(&mut self, waiters: Vec<(usize, Waiter)>) {
        for (role, waiter) in waiters {
            self.wake(role, waiter);
        }
    }

    #[inline]
    fn waiter(&self, me: usize, waker: &Waker) -> Waiter {
        let own = self.roles[me].task == Some(waker.data().addr());
        if own { Waiter::Task } else { Waiter::Inner(waker.clone()) }
    }

    /// Ends a role's part, once; gives what it did not receive, to be dropped elsewhere.
    pub(crate) fn close(&mut self, me: usize, end: End) -> Vec<Values> {
        if self.roles[me].ended.is_some() {
            return Vec::new();
        }
        if let Some(recorder) = self.recorder.as_mut().filter(|_| !self.over) {
            recorder.ended(self.now, me, &end);
        }
        let (woken, rest) = self.net.close(me, &end);
        self.roles[me].ended = Some(end);
        self.wake_all(woken);
        (0..self.roles.len()).for_each(|role| self.tell_stand_in(role));
        rest
    }

    /// A role is gone: it has failed, unless it has ended before.
    pub(crate) fn abandon(&mut self, me: usize) -> Vec<Values> {
        if self.roles[me].ended.is_some() {
            return Vec::new();
        }
        let cause = Cause::new(self.role(me), Reason::Cancelled, Place::default());
        self.close(me, End::Failed(cause))
    }

    /// When something happens although no role can go on.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        let paused = self.roles.iter().filter(|role| role.paused.is_some());
        let timers = self.timers.iter().map(|timer| timer.due);
        paused.map(|role| role.resumes).chain(self.net.next_due()).chain(timers).min()
    }

    /// Lets time pass.
    pub(crate) fn advance(&mut self, now: Duration) {
        self.now = now;
        let woken = self.net.arrive(now);
        self.wake_all(woken);
        self.ring();
        for me in 0..self.roles.len() {
            if self.roles[me].resumes <= now
                && let Some(waiter) = self.roles[me].paused.take()
            {
                self.wake(me, waiter);
            }
        }
    }

    /// What a role waits for that can't go on.
    pub(crate) fn waiting(&self, me: usize) -> Option<(usize, &'static Step)> {
        self.net.waits().into_iter().find(|(to, ..)| *to == me).map(|(_, from, step)| (from, step))
    }

    /// Why a role ended that was lost by a crash.
    pub(crate) fn lost(role: &'static str, what: String, place: Place) -> Cause {
        Cause::new(role, Reason::Lost(what), place)
    }

    /// What came of it, with these results.
    pub(crate) fn run<R>(&mut self, order: Order, results: R) -> Run<R> {
        let names = self.names.clone();
        // What is begun again after it was given up has the same name: that is the first time.
        let mut known = BTreeSet::new();
        let point = |visit: Visit| {
            let point = visit.point(&names);
            known.insert(point.clone()).then_some(point)
        };
        let plan = self.plan.take();
        let (visits, decisions) = plan.map(|plan| (plan.visits, plan.done)).unwrap_or_default();
        let points = visits.unwrap_or_default().into_iter().filter_map(point).collect();
        let trace = self.recorder.take().map_or_else(Trace::empty, Recorder::finish);
        let picks = self.policy.picks();
        let schedule = Schedule { order, decisions };
        Run { results, trace, time: self.now, schedule, points, picks }
    }
}
