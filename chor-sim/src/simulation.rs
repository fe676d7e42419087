//! One run under chosen conditions.

use crate::agreements::Agreements;
use crate::clock::{Clock, Reused, refuse_tasks};
use crate::driver::Driver;
use crate::end::{End, Shared};
use crate::fault::{Fate, InFlight, Rule, Window};
use crate::plan::Plan;
use crate::random::Numbers;
use crate::run::Run;
use crate::schedule::{Decision, Order, Schedule};
use crate::scheduler::{FirstCome, Given, Last, Policy, Random};
use crate::session::Session;
use crate::trace::Recorder;
use chor_runtime::{Choreography, Protocol, Roles};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

/// How long nothing may happen, if nothing else is said.
const PATIENCE: Duration = Duration::from_hours(1);

/// The conditions under which choreographies are run.
///
/// A run is deterministic: the roles' tasks, the delivery of messages and time follow from these
/// conditions, and the same conditions give the same [`Trace`](crate::Trace), byte for byte. What it
/// can't have in its hand is what the roles' own code does behind its back: reading a clock or a
/// random source of the system, threads.
///
/// Where several roles hold an agreement, what they come to is compared, without messages: each guard,
/// arm and round, each scrutinee and item, what they compute each for itself, and each `agree!`, as
/// far as values have `Debug` or `Serialize`. A difference ends the run, and leaves every role that didn't fail
/// by itself with a [`Halt`](crate::Halt).
///
/// Time is virtual: it begins at zero, and passes only when all roles wait, in no time. That holds for
/// `tokio::time` in the roles' own code too.
#[derive(Clone)]
pub struct Simulation {
    pub(crate) schedule: Schedule,
    rules: Vec<Rule>,
    windows: Vec<Window>,
    pub(crate) slow: Vec<(String, Duration)>,
    /// The roles that its user named.
    named: BTreeSet<String>,
    traced: bool,
    compares: bool,
    pub(crate) visits: bool,
    pub(crate) patience: Option<Duration>,
    pub(crate) turns: u64,
    runtime: Reused,
}

impl Default for Simulation {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulation").field("schedule", &self.schedule).finish_non_exhaustive()
    }
}

impl Simulation {
    /// Without faults, traced; roles run in the order in which they can go on.
    pub fn new() -> Self {
        Self {
            schedule: Schedule::default(),
            rules: Vec::new(),
            windows: Vec::new(),
            slow: Vec::new(),
            named: BTreeSet::new(),
            traced: true,
            compares: true,
            visits: false,
            patience: None,
            turns: 10_000_000,
            runtime: Reused::default(),
        }
    }

    /// Lets a random role run, and lets roles make way for others before they send and receive, as
    /// this seed wants it. Rules have their chances from it too. Any number is a seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.schedule.order = Order::Seed(seed);
        self
    }

    /// Has this go wrong: a role crashes, or is cut off.
    #[must_use]
    pub fn fault(mut self, decision: Decision) -> Self {
        self.named.insert(decision.point().role.clone());
        self.schedule.decisions.push(decision);
        self
    }

    /// Decides as this schedule does. Rules, partitions and slow roles are no part of it.
    #[must_use]
    pub fn replay(mut self, schedule: &Schedule) -> Self {
        self.schedule.clone_from(schedule);
        self
    }

    /// Has `rule` decide about each message that is sent. Of several rules, delays add up.
    #[must_use]
    pub fn rule(mut self, rule: impl Fn(&InFlight<'_>) -> Fate + Send + Sync + 'static) -> Self {
        self.rules.push(Arc::new(rule));
        self
    }

    /// Lets no message pass between the roles of these names and all others in this time; what would
    /// have arrived in it arrives at its end.
    #[must_use]
    pub fn partition(mut self, roles: &[&str], time: Range<Duration>) -> Self {
        let apart: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        self.named.extend(apart.iter().cloned());
        self.windows.push(Window { apart, time });
        self
    }

    /// Has a role take so long for each message that it sends or receives.
    #[must_use]
    pub fn slow(mut self, role: &str, pause: Duration) -> Self {
        self.named.insert(role.to_owned());
        self.slow.push((role.to_owned(), pause));
        self
    }

    /// Without a trace, which takes a tenth to a fifth of the time of runs whose messages are small.
    #[must_use]
    pub fn untraced(mut self) -> Self {
        self.traced = false;
        self
    }

    /// Without comparing what roles come to where they hold an agreement: for roles whose agreements
    /// are large, since comparing them takes telling them as text.
    #[must_use]
    pub fn uncompared(mut self) -> Self {
        self.compares = false;
        self
    }

    /// Notes all points where a role could crash.
    #[must_use]
    pub fn points(mut self) -> Self {
        self.visits = true;
        self
    }

    /// How much virtual time may pass in which nothing happens, before the run counts as stuck. By
    /// default an hour; in a [mixed](Self::real) run, whose time is real, a minute. At most a hundred
    /// years: what is longer is taken for that.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// How often roles may be polled, before the run counts as endless. By default 10,000,000 times.
    #[must_use]
    pub fn turns(mut self, turns: u64) -> Self {
        self.turns = turns;
        self
    }

    /// Runs the choreography that `make` makes, on this thread, in virtual time.
    ///
    /// A panic of a role's code ends that role, and is a [`Halt`](crate::Halt) in its place.
    ///
    /// # Panics
    /// If `make` does, or if this is called in a task of a `tokio` runtime: there is time of its own
    /// here. If a fault, a partition or a slow role names a role that the choreography doesn't have. If
    /// parameters with a value for each member of a family differ in length.
    #[track_caller]
    pub fn run<C, const N: usize>(&self, make: impl FnOnce() -> C) -> Run<C::Results>
    where
        C: Choreography<N>,
    {
        refuse_tasks();
        self.run_on(&self.runtime, make)
    }

    pub(crate) fn run_on<C, const N: usize>(
        &self,
        runtime: &Reused,
        make: impl FnOnce() -> C,
    ) -> Run<C::Results>
    where
        C: Choreography<N>,
    {
        let _numbers = Numbers::of(self.seed_number());
        runtime.with(|runtime| {
            // Outside of the runtime's task, so that `make` may run choreographies of its own.
            let choreography = make();
            // By reference: it is large, and handed on many times.
            runtime.block_on(pin!(self.play(choreography)))
        })
    }

    async fn play<C, const N: usize>(&self, choreography: C) -> Run<C::Results>
    where
        C: Choreography<N>,
    {
        let roles = choreography.roles();
        if let Some(error) = roles.problem() {
            panic!("{error}");
        }
        let sizes = roles.sizes();
        let participants = sizes.iter().sum();
        let shared = Shared::new(self.session(participants), sizes);
        let _held = shared.hold();
        let ends = End::all(&shared, participants);
        let number = AtomicUsize::new(0);
        let clock = Clock::start(self.patience.unwrap_or(PATIENCE));
        let branches = roles.play(&ends, &number);
        let mut driver = Driver::new(&shared, branches, Some(clock), self.turns);
        driver.run().await;
        let (protocol, names) =
            shared.with(|session| (session.protocol(), session.names().clone()));
        self.refuse_strangers(protocol, &names);
        let finished = driver.finished();
        let each = C::Roles::each(finished, 0, &mut |role| driver.error(role));
        drop(driver);
        let results = C::results(each);
        let order = self.schedule.order.clone();
        shared.with(|session| session.run(order, results))
    }

    /// A misspelt role would be a fault that never happens.
    pub(crate) fn refuse_strangers(&self, protocol: Option<&Protocol>, roles: &[&str]) {
        let Some(Protocol { name, .. }) = protocol else { return };
        let stranger = self.named.iter().find(|named| !roles.contains(&named.as_str()));
        if let Some(stranger) = stranger {
            panic!("`{name}` has no role `{stranger}`, but {}", roles.join(", "));
        }
    }

    pub(crate) fn session(&self, participants: usize) -> Session {
        let policy: Box<dyn Policy> = match &self.schedule.order {
            Order::FirstCome => Box::new(FirstCome),
            Order::Seed(seed) => Box::new(Random::new(*seed)),
            Order::Last(role) => Box::new(Last::new(role.clone())),
            Order::Given(roles) => Box::new(Given::new(roles.clone())),
        };
        let mut session = Session::new(participants, policy);
        session.recorder = self.traced.then(Recorder::new);
        session.agreements = self.compares.then(Agreements::default);
        session.plan = self.plan(participants);
        session
    }

    fn plan(&self, participants: usize) -> Option<Plan> {
        let faultless = self.schedule.decisions.is_empty() && self.rules.is_empty();
        let timeless = self.windows.is_empty() && self.slow.is_empty();
        if faultless && timeless && !self.visits {
            return None;
        }
        let mut plan = Plan::new(participants);
        plan.decisions.clone_from(&self.schedule.decisions);
        plan.rules.clone_from(&self.rules);
        plan.windows.clone_from(&self.windows);
        plan.slow.clone_from(&self.slow);
        plan.seed = self.seed_number();
        plan.visits = self.visits.then(Vec::new);
        Some(plan)
    }

    pub(crate) fn seed_number(&self) -> u64 {
        match self.schedule.order {
            Order::Seed(seed) => seed,
            Order::FirstCome | Order::Last(_) | Order::Given(_) => 0,
        }
    }
}
