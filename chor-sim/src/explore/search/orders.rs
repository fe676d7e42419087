//! Runs that differ in the order of their roles: whether it matters, and all that there are.

use super::super::Verdict;
use super::Search;
use crate::run::Run;
use crate::schedule::{Order, Schedule};
use crate::scheduler::Pick;
use crate::trace::Trace;
use chor_runtime::Choreography;
use std::collections::VecDeque;
use std::rc::Rc;

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
        let usual = trace.by_ways();
        let base = self.explore.simulation.schedule.clone();
        if base.order != Order::FirstCome {
            return;
        }
        for order in samples(trace.names()) {
            let schedule = Schedule { order, ..base.clone() };
            let run = self.run(&schedule);
            self.judge(&schedule, &run);
            self.report.races |= run.trace.by_ways() != usual;
        }
    }

    /// All orders: each choice that was made is made differently, after the same choices before it.
    /// Those come first that differ from the usual one in the fewest choices, so that a bound leaves
    /// out what takes the most.
    pub(super) fn try_orders<C, V, const N: usize>(&mut self)
    where
        F: Fn() -> C,
        C: Choreography<N>,
        K: FnMut(&Run<C::Results>) -> V,
        V: Verdict,
    {
        let decisions = self.explore.simulation.schedule.decisions.clone();
        let mut open = VecDeque::from([Choices { before: Rc::default(), other: None }]);
        while let Some(choices) = open.pop_front() {
            if !self.goes_on() {
                return;
            }
            let roles = choices.roles();
            let chosen = roles.len();
            let order = Order::Given(roles);
            let schedule = Schedule { order, decisions: decisions.clone() };
            let run = self.run(&schedule);
            self.report.orders += 1;
            open.extend(different(&run.picks, chosen));
            // What there can't be runs for needn't be kept.
            let runs = self.explore.runs.saturating_sub(self.report.runs);
            self.report.bounded |= open.len() > runs;
            open.truncate(runs);
            self.judge(&schedule, &run);
        }
    }
}

/// The roles to choose: as in a run before, up to a choice that is made differently.
struct Choices {
    before: Rc<[&'static str]>,
    other: Option<(usize, &'static str)>,
}

impl Choices {
    fn roles(&self) -> Vec<String> {
        let same = self.other.map_or(self.before.len(), |(index, _)| index);
        let other = self.other.map(|(_, role)| role);
        self.before[..same].iter().copied().chain(other).map(str::to_owned).collect()
    }
}

/// Each choice made differently, from the first on that wasn't given.
fn different(picks: &[Pick], chosen: usize) -> impl Iterator<Item = Choices> {
    let before: Rc<[&'static str]> = picks.iter().map(|pick| pick.role).collect();
    let open = picks.iter().enumerate().skip(chosen);
    open.flat_map(move |(index, pick)| {
        let before = Rc::clone(&before);
        let others = pick.others.iter();
        others.map(move |other| Choices { before: Rc::clone(&before), other: Some((index, other)) })
    })
}

/// Each role last, so that of any two parts of different roles' code that could run at the same time each
/// comes first once; and random ones, for what takes more than two.
fn samples(roles: &[&str]) -> impl Iterator<Item = Order> {
    let random = SAMPLES.saturating_sub(roles.len()).max(RANDOM);
    let last = roles.iter().map(|role| Order::Last((*role).to_owned()));
    last.chain((0..random as u64).map(Order::Seed))
}
