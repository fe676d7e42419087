//! What came of a run.

use crate::schedule::Point;
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
    /// The crashes that happened, of those that were wanted.
    pub crashes: Vec<Point>,
    /// Where a role could have crashed, if that was [asked for](crate::Simulation::points).
    pub points: Vec<Point>,
}
