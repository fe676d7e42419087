//! A run that failed, told so that it can be understood and run again.

use super::report::Report;
use crate::schedule::Schedule;
use crate::trace::Trace;
use std::fmt;

/// What an exploration found.
///
/// Its [`Display`](fmt::Display) is what [`check`](super::Explore::check) panics with: what is wrong,
/// the schedule, the trace, and the line that runs exactly this again.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Failure {
    /// What is wrong.
    pub problem: Problem,
    /// What was decided about the run.
    pub schedule: Schedule,
    /// What happened in it.
    pub trace: Trace,
    /// How many runs failed of those that were made.
    pub failed: usize,
    /// What was explored until then.
    pub report: Report,
}

/// What is wrong with a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The check says so.
    Check(String),
    /// A role's code panicked.
    Panic(String),
    /// Roles can't go on.
    Stuck(String),
    /// Two runs under the same conditions differ: the first place where they do.
    #[non_exhaustive]
    NotDeterministic {
        /// What happened in the one run, if anything more.
        one: Option<String>,
        /// What happened in the other, if anything more.
        other: Option<String>,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check(text) | Self::Panic(text) | Self::Stuck(text) => f.write_str(text),
            Self::NotDeterministic { one, other } => {
                let text = |line: &Option<String>| line.clone().unwrap_or("nothing more".into());
                f.write_str("the choreography isn't deterministic: under the same conditions")?;
                write!(f, "\n  one run has     {}", text(one).trim_start())?;
                write!(f, "\n  and another has {}", text(other).trim_start())
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { problem, schedule, trace, failed, report } = self;
        writeln!(f, "{problem}")?;
        writeln!(f, "in {failed} of {report}; the shortest trace, of `{schedule}`:")?;
        for line in trace.to_string().lines() {
            writeln!(f, "  {line}")?;
        }
        write!(f, "to run exactly this again:\n  {}", rerun(schedule))
    }
}

/// A line for a shell. The tests of `cargo` run on threads of their names.
fn rerun(schedule: &Schedule) -> String {
    let schedule = schedule.to_string().replace('\'', r"'\''");
    let thread = std::thread::current();
    let test = thread.name().filter(|name| *name != "main").unwrap_or("NAME_OF_THE_TEST");
    format!("CHOR_SIM='{schedule}' cargo test -- --exact {test} --nocapture")
}

impl std::error::Error for Failure {}
