//! A run that failed, told so that it can be understood and run again.

use super::report::Report;
use crate::schedule::Schedule;
use crate::trace::Trace;
use std::ffi::OsString;
use std::fmt;

/// What an exploration found.
///
/// Its [`Display`](fmt::Display) is what [`check`](super::Explore::check) panics with: what is wrong,
/// the schedule, the trace, and the line that runs exactly this again, unless runs aren't deterministic.
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
    /// Roles hold different values of an agreement.
    Differs(String),
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
            Self::Check(text) | Self::Panic(text) | Self::Differs(text) | Self::Stuck(text) => {
                f.write_str(text)
            }
            Self::NotDeterministic { one, other } => {
                let text = |line: &Option<String>| line.clone().unwrap_or("nothing more".into());
                f.write_str("the choreography isn't deterministic: under the same conditions")?;
                write!(f, "\n  one run has     {}", text(one).trim_start())?;
                writeln!(f, "\n  and another has {}", text(other).trim_start())?;
                f.write_str(
                    "  does each begin with everything anew, and without a clock of the system?",
                )
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { problem, schedule, trace, failed, report } = self;
        writeln!(f, "{problem}")?;
        write!(f, "in {failed} of {report}; the shortest trace, of `{schedule}`:")?;
        for line in trace.to_string().lines() {
            write!(f, "\n  {line}")?;
        }
        match problem {
            // Nothing makes one of the two again, and the schedule alone doesn't show that there are two.
            Problem::NotDeterministic { .. } => Ok(()),
            _ => write!(f, "\nto run exactly this again:\n  {}", rerun(schedule)),
        }
    }
}

/// A line for a shell. The tests of `cargo` run on threads of their names; in the main thread it is a
/// program that explores, or a test that is the only one of its process.
pub(crate) fn rerun(schedule: &Schedule) -> String {
    let schedule = quote(&schedule.to_string());
    let thread = std::thread::current();
    let command = match thread.name() {
        Some("main") => command_line(),
        test => {
            format!("cargo test -- --exact {} --nocapture", test.unwrap_or("NAME_OF_THE_TEST"))
        }
    };
    format!("CHOR_SIM={schedule} {command}")
}

/// How this process was started.
fn command_line() -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "/._-+=:,@%".contains(char);
    let quoted = |argument: OsString| {
        let argument = argument.to_string_lossy();
        let plain = !argument.is_empty() && argument.chars().all(plain);
        if plain { argument.into_owned() } else { quote(&argument) }
    };
    let arguments: Vec<String> = std::env::args_os().map(quoted).collect();
    arguments.join(" ")
}

/// For a shell.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

impl std::error::Error for Failure {}
