//! Runs that differ in the order of their roles: whether it matters, and all that there are.

use super::super::Verdict;
use super::Search;
use crate::run::Run;
use crate::schedule::{Order, Schedule};
use crate::trace::Trace;
use chor_runtime::Choreography;

/// How many orders at least show whether orders make a difference, and how many of them are random.
const SAMPLES: usize = 8;
const RANDOM: usize = 4;

impl<F, K> Search<'_, F, K> {
    pub(super) fn look_for_races<C, V, const N: usize>(&mut self, trace: &Trace)
    where
        F: Fn() -> C,
        C: Choreography<N>,
        K: FnMut(&Run<C::Results>) -> V,
        V: Verdict,
    {
        let usual = trace.to_string();
        let base = self.explore.simulation.schedule.clone();
        if base.order != Order::FirstCome {
            return;
        }
        for order in samples(trace.protocol().map_or(&[], |protocol| protocol.roles)) {
            let schedule = Schedule { order, ..base.clone() };
            let run = self.run(&schedule);
            self.judge(&schedule, &run);
            self.report.races |= run.trace.to_string() != usual;
        }
    }

    /// All orders, depth first: each choice that was made is made differently, after the same choices
    /// before it.
    pub(super) fn try_orders<C, V, const N: usize>(&mut self)
    where
        F: Fn() -> C,
        C: Choreography<N>,
        K: FnMut(&Run<C::Results>) -> V,
        V: Verdict,
    {
        let decisions = self.explore.simulation.schedule.decisions.clone();
        let mut open = vec![Vec::new()];
        while let Some(roles) = open.pop() {
            if !self.goes_on() {
                return;
            }
            let chosen = roles.len();
            let order = Order::Given(roles);
            let schedule = Schedule { order, decisions: decisions.clone() };
            let run = self.run(&schedule);
            self.report.orders += 1;
            let made: Vec<String> = run.picks.iter().map(|pick| pick.role.to_owned()).collect();
            for (index, pick) in run.picks.iter().enumerate().skip(chosen) {
                for other in &pick.others {
                    let mut roles = made[..index].to_vec();
                    roles.push((*other).to_owned());
                    open.push(roles);
                }
            }
            self.judge(&schedule, &run);
        }
    }
}

/// Each role last, so that of any two parts of different roles' code that could run at the same time each
/// comes first once; and random ones, for what takes more than two.
fn samples(roles: &[&str]) -> impl Iterator<Item = Order> {
    let random = SAMPLES.saturating_sub(roles.len()).max(RANDOM);
    let last = roles.iter().map(|role| Order::Last((*role).to_owned()));
    last.chain((0..random as u64).map(Order::Seed))
}
