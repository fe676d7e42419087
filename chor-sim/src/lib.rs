//! Runs all roles of a choreography in one process: deterministically, in virtual time, in any order
//! and under any fault, and shows what happened.
//!
//! | item | what it does |
//! |---|---|
//! | [`simulate`] | start here: runs a choreography and gives what each role has at the end |
//! | [`Simulation`] | runs one under a seed, with faults, and traces it |
//! | [`Mixed`] | runs some roles, while others are real: in other processes, over a transport |
//! | [`explore`] | runs one under all faults, orders or seeds up to a bound, and checks each |
//! | [`under_seeds`] | runs a test's body under many seeds, as the attribute `chor::test` does |
//! | [`Run`] | what came of that: each role's result, and the trace |
//! | [`Trace`] | what happened, as events and as text |
//! | [`Coverage`] | which messages, branches and faults were run |
//! | [`Diagram`] | a run or a protocol as Mermaid, SVG, and a page to step through |
//! | [`random`] | numbers for roles' own code that follow from the seed |
//! | [`Fate`], [`InFlight`] | what may happen to messages on their way |
//! | [`Schedule`], [`Decision`], [`Point`] | what was decided about a run, by name |

mod agreements;
mod clock;
#[cfg(test)]
mod conformance;
mod coverage;
mod diagram;
mod driver;
mod end;
mod explore;
mod fault;
mod halt;
mod mixed;
mod names;
mod net;
mod plan;
mod point;
mod random;
mod run;
mod schedule;
mod scheduler;
mod seeds;
mod session;
mod simulate;
mod simulation;
mod trace;
mod value;
mod values;
mod wake;

pub use coverage::Coverage;
pub use diagram::Diagram;
pub use explore::{Explore, Failure, Problem, Repeatable, Report, Verdict, explore};
pub use fault::{Fate, InFlight};
pub use halt::Halt;
pub use mixed::{Border, Borders, Family, Mixed, OneOrMore, SomeRoles};
pub use point::{Action, Moment, Point};
pub use random::random;
pub use run::Run;
pub use schedule::{Decision, Order, Schedule, ScheduleError};
pub use seeds::{under_seeds, under_seeds_async};
pub use simulate::simulate;
pub use simulation::Simulation;
pub use trace::{Event, Trace, What};
