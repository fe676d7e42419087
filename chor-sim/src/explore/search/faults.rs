//! Runs in which something goes wrong: one after the other, or at random by a seed.

use super::super::{Failure, Problem, Verdict};
use super::Search;
use crate::point::{Action, Moment, Point};
use crate::run::Run;
use crate::schedule::{Decision, Order, Schedule};
use crate::scheduler::Random;
use chor_runtime::Choreography;

impl<F, K> Search<'_, F, K> {
    /// All runs with one fault, then with two, and so on. What comes before a fault is as without it,
    /// so only what comes after it is tried in addition.
    pub(super) fn try_faults<C, V, const N: usize>(
        &mut self,
        base: &Schedule,
        first: &Run<C::Results>,
    ) -> Result<(), Box<Failure>>
    where
        F: Fn() -> C,
        C: Choreography<N>,
        K: FnMut(&Run<C::Results>) -> V,
        V: Verdict,
    {
        let mut level = self.with_faults(base, &first.points);
        for _ in 0..self.explore.crashes + self.explore.cuts {
            let mut next = Vec::new();
            for schedule in std::mem::take(&mut level) {
                if !self.goes_on() {
                    break;
                }
                let run = self.run(&schedule);
                self.find_out_of_reach(&schedule, &run);
                self.judge(&schedule, &run);
                next.extend(self.with_faults(&schedule, &run.points));
            }
            self.conclude()?;
            level = next;
        }
        Ok(())
    }

    /// A run that doesn't come to a point of another run that was the same until there.
    fn find_out_of_reach<R>(&mut self, schedule: &Schedule, run: &Run<R>) {
        let missed = schedule.decisions.iter().find(|it| !run.schedule.decisions.contains(it));
        if let Some(missed) = missed {
            let problem = Problem::NotDeterministic { one: Some(missed.to_string()), other: None };
            self.failed += 1;
            self.failures.push((schedule.clone(), problem, run.trace.clone()));
        }
    }

    /// The schedules that have one fault more than this, after its last.
    fn with_faults(&self, schedule: &Schedule, points: &[Point]) -> Vec<Schedule> {
        let last = schedule.decisions.last().map(Decision::point);
        let after = last.and_then(|last| points.iter().position(|point| point == last));
        let points = &points[after.map_or(0, |index| index + 1)..];
        let decisions = points.iter().flat_map(|point| self.decisions(schedule, point));
        decisions
            .map(|decision| {
                let mut schedule = schedule.clone();
                schedule.decisions.push(decision);
                schedule
            })
            .collect()
    }

    /// What can go wrong at a point, in addition to what does already.
    fn decisions(&self, schedule: &Schedule, point: &Point) -> Vec<Decision> {
        let crashes = schedule.decisions.iter().filter(|it| matches!(it, Decision::Crash(_)));
        let crashes = crashes.count();
        let cuts = schedule.decisions.len() - crashes;
        let sends = matches!(point.moment, Moment::Before(Action { sends: true, .. }));
        let crash = (crashes < self.explore.crashes).then(|| Decision::Crash(point.clone()));
        let cut = (sends && cuts < self.explore.cuts).then(|| Decision::Cut(point.clone()));
        crash.into_iter().chain(cut).collect()
    }

    pub(super) fn try_seeds<C, V, const N: usize>(&mut self)
    where
        F: Fn() -> C,
        C: Choreography<N>,
        K: FnMut(&Run<C::Results>) -> V,
        V: Verdict,
    {
        for seed in 0..self.explore.seeds {
            if !self.goes_on() {
                return;
            }
            let order = Order::Seed(seed);
            let mut schedule = Schedule { order, ..self.explore.simulation.schedule.clone() };
            let mut run = self.run(&schedule);
            self.judge(&schedule, &run);
            let mut random = Random::new(!seed);
            while let Some(decided) = random.pick(self.with_faults(&schedule, &run.points)) {
                schedule = decided;
                run = self.run(&schedule);
                self.judge(&schedule, &run);
            }
            self.report.seeds += 1;
        }
    }
}

impl Random {
    /// Takes one of several.
    fn pick<T>(&mut self, mut among: Vec<T>) -> Option<T> {
        let index = (!among.is_empty()).then(|| self.below(among.len()))?;
        Some(among.swap_remove(index))
    }
}
