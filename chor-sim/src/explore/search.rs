//! Goes through the runs: first whether they can be told apart at all, then faults, orders and seeds.

mod faults;
mod orders;

use super::failure::{Failure, Problem};
use super::report::Report;
use super::{Explore, Verdict};
use crate::clock::Reused;
use crate::halt::Halt;
use crate::run::Run;
use crate::schedule::{Order, Schedule};
use crate::trace::{Trace, What};
use chor_runtime::{Choreography, End, Reason};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

pub(super) fn search<F, C, V, const N: usize>(
    explore: &Explore<F>,
    check: impl FnMut(&Run<C::Results>) -> V,
) -> Result<Report, Box<Failure>>
where
    F: Fn() -> C,
    C: Choreography<N>,
    V: Verdict,
{
    let mut search = Search {
        explore,
        check,
        runtime: Reused::default(),
        report: Report::default(),
        failures: Vec::new(),
        failed: 0,
    };
    let found = catch_unwind(AssertUnwindSafe(|| match given() {
        Some(schedule) => search.replay(&schedule),
        None => search.explore(),
    }));
    match found {
        Ok(found) => found,
        // Mostly a consequence: what makes the choreography finds a lock that the failing check held.
        Err(_) if !search.failures.is_empty() => search.conclude(),
        Err(panic) => resume_unwind(panic),
    }
}

/// What the environment wants to be run alone.
pub(crate) fn given() -> Option<Schedule> {
    let text = std::env::var("CHOR_SIM").ok()?;
    Some(text.parse().unwrap_or_else(|error| panic!("CHOR_SIM: {error}")))
}

struct Search<'e, F, K> {
    explore: &'e Explore<F>,
    check: K,
    runtime: Reused,
    report: Report,
    failures: Vec<(Schedule, Problem, Trace)>,
    failed: usize,
}

impl<F, K> Search<'_, F, K> {
    fn replay<C, V, const N: usize>(&mut self, schedule: &Schedule) -> Result<Report, Box<Failure>>
    where
        F: Fn() -> C,
        C: Choreography<N>,
        K: FnMut(&Run<C::Results>) -> V,
        V: Verdict,
    {
        let run = self.run(schedule);
        println!("`{schedule}`:\n{}", run.trace.detailed());
        self.judge(schedule, &run);
        self.conclude()
    }

    fn explore<C, V, const N: usize>(&mut self) -> Result<Report, Box<Failure>>
    where
        F: Fn() -> C,
        C: Choreography<N>,
        K: FnMut(&Run<C::Results>) -> V,
        V: Verdict,
    {
        let base = self.explore.simulation.schedule.clone();
        let first = self.run(&base);
        self.judge(&base, &first);
        if let Some(failure) = self.compare(&base, &first.trace) {
            return Err(failure);
        }
        self.conclude()?;
        self.look_for_races(&first.trace);
        self.conclude()?;
        if self.explore.seeds == 0 {
            self.try_faults(&base, &first)?;
        }
        if self.explore.orders.unwrap_or(self.report.races) {
            self.try_orders();
            self.conclude()?;
        }
        self.try_seeds();
        self.shrink();
        self.conclude()
    }

    fn run<C, const N: usize>(&mut self, schedule: &Schedule) -> Run<C::Results>
    where
        F: Fn() -> C,
        C: Choreography<N>,
    {
        self.report.runs += 1;
        let simulation = self.explore.simulation.clone().points().replay(schedule);
        simulation.run_on(&self.runtime, &self.explore.make)
    }

    /// Whether there may be another run.
    fn goes_on(&mut self) -> bool {
        let goes_on = self.report.runs < self.explore.runs;
        self.report.bounded |= !goes_on;
        goes_on
    }

    /// Keeps what is wrong with a run.
    fn judge<R, V: Verdict>(&mut self, schedule: &Schedule, run: &Run<R>)
    where
        K: FnMut(&Run<R>) -> V,
    {
        self.report.coverage.add(&run.trace, &run.schedule);
        self.report.faults += usize::from(!run.schedule.decisions.is_empty());
        if let Some(problem) = self.problem(run) {
            self.failed += 1;
            self.failures.push((schedule.clone(), problem, run.trace.clone()));
            self.keep_shortest();
        }
    }

    fn problem<R, V: Verdict>(&mut self, run: &Run<R>) -> Option<Problem>
    where
        K: FnMut(&Run<R>) -> V,
    {
        let halted = halted(&run.trace)
            .filter(|problem| !(self.explore.stuck && matches!(problem, Problem::Stuck(_))));
        halted.or_else(|| {
            let check = AssertUnwindSafe(|| (self.check)(run).problem());
            let problem = catch_unwind(check).unwrap_or_else(|panic| Some(panic_text(&*panic)));
            problem.map(Problem::Check)
        })
    }

    /// The shortest trace says the most; of several, the one with the fewest decisions.
    fn keep_shortest(&mut self) {
        self.failures.sort_by_key(|(schedule, _, trace)| {
            let ordered = schedule.order != Order::FirstCome;
            (schedule.decisions.len(), ordered, trace.len())
        });
        self.failures.truncate(1);
    }

    fn conclude(&mut self) -> Result<Report, Box<Failure>> {
        let report = self.report.clone();
        match self.failures.pop() {
            None => Ok(report),
            Some((schedule, problem, trace)) => {
                Err(Box::new(Failure { problem, schedule, trace, failed: self.failed, report }))
            }
        }
    }

    /// Runs once more under the same conditions.
    fn compare<C, const N: usize>(
        &mut self,
        schedule: &Schedule,
        trace: &Trace,
    ) -> Option<Box<Failure>>
    where
        F: Fn() -> C,
        C: Choreography<N>,
    {
        let again = self.run(schedule);
        let (one, other) = (trace.detailed(), again.trace.detailed());
        if one == other {
            return None;
        }
        let (mut one, mut other) = (one.lines(), other.lines());
        let problem = loop {
            let (one, other) = (one.next(), other.next());
            if one != other {
                let owned = |line: Option<&str>| line.map(str::to_owned);
                break Problem::NotDeterministic { one: owned(one), other: owned(other) };
            }
        };
        let (schedule, trace) = (schedule.clone(), trace.clone());
        let report = self.report.clone();
        Some(Box::new(Failure { problem, schedule, trace, failed: 1, report }))
    }

    /// Looks for a schedule with fewer decisions that fails as well.
    fn shrink<C, V, const N: usize>(&mut self)
    where
        F: Fn() -> C,
        C: Choreography<N>,
        K: FnMut(&Run<C::Results>) -> V,
        V: Verdict,
    {
        let (report, failed) = (self.report.clone(), self.failed);
        while let Some((schedule, ..)) = self.failures.first().cloned() {
            for simpler in simpler(&schedule) {
                let run = self.run(&simpler);
                self.judge(&simpler, &run);
            }
            if self.failures.first().is_some_and(|(best, ..)| *best == schedule) {
                break;
            }
        }
        (self.report, self.failed) = (report, failed);
    }
}

/// The schedules with one decision less.
fn simpler(schedule: &Schedule) -> Vec<Schedule> {
    let usual = Schedule { order: Order::FirstCome, ..schedule.clone() };
    let without = (0..schedule.decisions.len()).map(|index| {
        let mut schedule = schedule.clone();
        schedule.decisions.remove(index);
        schedule
    });
    let ordered = schedule.order != Order::FirstCome;
    ordered.then_some(usual).into_iter().chain(without).collect()
}

/// Why a run is wrong, whatever is to be checked: a role's code panicked, or roles could not go on.
fn halted(trace: &Trace) -> Option<Problem> {
    let panics = trace.events().find_map(|event| match event.what() {
        What::Ended(End::Failed(cause)) if cause.role() == event.role() => match cause.reason() {
            Reason::Panic(text) => Some(format!("{} panicked: {text}", event.role())),
            _ => None,
        },
        _ => None,
    });
    let stuck = trace.events().find_map(|event| match event.what() {
        What::Stuck(Halt::Differs(text)) => Some(Problem::Differs(text.clone())),
        What::Stuck(halt) => Some(Problem::Stuck(format!("{} {halt}", event.role()))),
        _ => None,
    });
    panics.map(Problem::Panic).or(stuck)
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("the check panicked").to_owned()
}
