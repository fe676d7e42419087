//! Many runs of a choreography, under all faults, orders or seeds up to a bound, each checked.
//!
//! Between deterministic roles each receive has one sender, so all orders of a run without faults are
//! one and the same: there is nothing to explore but faults, and races of the roles' own code, where
//! there are any. So orders are tried only if a few of them show that they make a difference: with each
//! role last in turn, any two parts of code that don't depend on each other come in both orders.

mod failure;
mod report;
mod search;
mod verdict;

pub(crate) use failure::rerun;
pub use failure::{Failure, Problem};
pub use report::Report;
pub(crate) use search::given;
pub use verdict::Verdict;

use crate::clock::refuse_tasks;
use crate::run::Run;
use crate::simulation::Simulation;
use chor_runtime::Choreography;

/// Explores the choreography that `make` makes: anew for each run.
///
/// Without more, it is run a few times: to see that it is deterministic, and whether its roles race
/// with each other behind the choreography's back, say through a lock that they share. For that each role
/// is [last](crate::Order::Last) once, so that of any two parts of different roles' code that could run at
/// the same time each comes first once, and there are a few random orders. If a trace differs from the
/// first, the orders in which they can run are tried, one after the other. What shows neither in a trace
/// nor to the check, or only if three parts come in a certain order, may be missed;
/// [`orders`](Explore::orders) leaves nothing out.
///
/// # Examples
/// With a choreography `pay`:
/// `explore(|| pay::Choreography::new(10)).crashes(1).check(|run| run.results.seller.is_ok())`.
pub fn explore<F>(make: F) -> Explore<F> {
    Explore {
        make,
        simulation: Simulation::new(),
        crashes: 0,
        cuts: 0,
        seeds: 0,
        orders: None,
        runs: 100_000,
        stuck: false,
    }
}

/// Conditions under which each run can be made again: a [`Simulation`] without real roles.
#[diagnostic::on_unimplemented(
    message = "a mixed run can't be explored",
    label = "has real roles",
    note = "exploring makes runs again and again, and what real roles do can't be repeated: simulate \
            them as well, or make single runs"
)]
pub trait Repeatable {
    #[doc(hidden)]
    fn into_simulation(self) -> Simulation;
}

impl Repeatable for Simulation {
    fn into_simulation(self) -> Simulation {
        self
    }
}

/// What is to be explored; from [`explore`].
#[derive(Clone, Debug)]
#[must_use = "nothing is explored before `check`"]
pub struct Explore<F> {
    make: F,
    simulation: Simulation,
    crashes: usize,
    cuts: usize,
    seeds: u64,
    orders: Option<bool>,
    runs: usize,
    stuck: bool,
}

impl<F> Explore<F> {
    /// Runs under the conditions of `simulation`: its rules, partitions and slow roles. Its schedule
    /// is that of the first run.
    pub fn under(mut self, simulation: impl Repeatable) -> Self {
        self.simulation = simulation.into_simulation();
        self
    }

    /// Has up to so many roles of a run crash, at every point of every role.
    pub fn crashes(mut self, at_most: usize) -> Self {
        self.crashes = at_most;
        self
    }

    /// Cuts up to so many ways between roles in a run, at every message. Crashes and cuts are added up
    /// to runs with both.
    pub fn cuts(mut self, at_most: usize) -> Self {
        self.cuts = at_most;
        self
    }

    /// Runs under the seeds from 0 on, as many as this, in a random order of the roles; with
    /// [`crashes`](Self::crashes) and [`cuts`](Self::cuts), these are chosen at random as well, and
    /// not tried one after the other.
    pub fn seeds(mut self, count: u64) -> Self {
        self.seeds = count;
        self
    }

    /// Whether the orders in which roles can run are tried, up to the bound of [`runs`](Self::runs).
    /// By default they are if a few of them show that they make a difference.
    pub fn orders(mut self, tried: bool) -> Self {
        self.orders = Some(tried);
        self
    }

    /// How many runs there may be; by default 100,000. The report says if there would have been more.
    pub fn runs(mut self, at_most: usize) -> Self {
        self.runs = at_most;
        self
    }

    /// Takes it that roles may be stuck at the end. By default that fails a run, as a panic does.
    pub fn stuck_is_fine(mut self) -> Self {
        self.stuck = true;
        self
    }

    /// Explores, and lets `check` judge what came of each run: by a `bool`, a `Result`, or by a panic
    /// as of an assertion.
    ///
    /// With `CHOR_SIM` in the environment, it runs that schedule alone, and prints its trace: a failure
    /// says the line.
    ///
    /// # Panics
    /// If a run fails, with the shortest failing trace and the line that reruns exactly it. If
    /// `CHOR_SIM` is no schedule. If this is called in a task of a `tokio` runtime.
    #[track_caller]
    pub fn check<C, V, const N: usize>(self, check: impl FnMut(&Run<C::Results>) -> V) -> Report
    where
        F: Fn() -> C,
        C: Choreography<N>,
        V: Verdict,
    {
        match self.find(check) {
            Ok(report) => report,
            Err(failure) => panic!("{failure}"),
        }
    }

    /// As [`check`](Self::check), but gives the failure.
    ///
    /// # Errors
    /// A run failed: the shortest that was found.
    ///
    /// # Panics
    /// If `CHOR_SIM` is no schedule, or if this is called in a task of a `tokio` runtime.
    #[track_caller]
    pub fn find<C, V, const N: usize>(
        self,
        check: impl FnMut(&Run<C::Results>) -> V,
    ) -> Result<Report, Box<Failure>>
    where
        F: Fn() -> C,
        C: Choreography<N>,
        V: Verdict,
    {
        refuse_tasks();
        search::search(&self, check)
    }
}
