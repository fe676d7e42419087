//! Runs all roles of a choreography in one process: deterministically, in virtual time, in any order
//! and under any fault, and shows what happened.
//!
//! | item | what it does |
//! |---|---|
//! | [`simulate`] | start here: runs a choreography and gives what each role has at the end |
//! | [`Simulation`] | runs one under a seed, with faults, and traces it |
//! | [`Run`] | what came of that: each role's result, and the trace |
//! | [`Trace`] | what happened, as events and as text |
//! | [`Fate`], [`InFlight`] | what may happen to messages on their way |
//! | [`Point`] | a moment in a role's run, by name |

mod clock;
mod driver;
mod end;
mod fault;
mod halt;
mod net;
mod plan;
mod run;
mod schedule;
mod scheduler;
mod session;
mod simulate;
mod simulation;
mod trace;
mod value;
mod values;
mod wake;

pub use fault::{Fate, InFlight};
pub use halt::Halt;
pub use run::Run;
pub use schedule::{Action, Moment, Point, ScheduleError};
pub use simulate::simulate;
pub use simulation::Simulation;
pub use trace::{Event, Trace, What};
