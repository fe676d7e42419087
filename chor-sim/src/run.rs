//! What came of a run.

use crate::point::Point;
use crate::schedule::Schedule;
use crate::scheduler::Pick;
use crate::trace::Trace;
use std::time::Duration;

/// What came of a run of a choreography whose roles' results are `R`: its `Outcome`, in which each
/// role has a `Result`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Run<R> {
    /// What each role has at the end, or why it has nothing. A role that the simulator ended has an
    /// [`Error::Failed`](chor_runtime::Error::Failed) that can be downcast to [`Halt`](crate::Halt).
    pub results: R,
    /// What happened. Empty if the simulation was [`untraced`](crate::Simulation::untraced).
    pub trace: Trace,
    /// How much virtual time it took.
    pub time: Duration,
    /// What was decided about it, as far as it came true: [`Simulation::replay`] runs exactly that
    /// again.
    ///
    /// [`Simulation::replay`]: crate::Simulation::replay
    pub schedule: Schedule,
    /// Where a role could have crashed, if that was [asked for](crate::Simulation::points).
    pub points: Vec<Point>,
    /// The choices among roles, if the order was given.
    pub(crate) picks: Vec<Pick>,
}
