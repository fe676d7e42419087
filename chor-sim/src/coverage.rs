//! How much of a protocol was run: which messages, branches and faults.

use crate::schedule::Schedule;
use crate::trace::{Trace, What};
use chor_runtime::{Node, Protocol, Site, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How much of a protocol was run, with the choreographies that it calls.
///
/// A branch that several roles know counts as taken if one of them took it, which the simulator sees as
/// long as it [compares](crate::Simulation::uncompared) agreements, or if one of its messages was sent.
/// One that a single role knows has messages only of what is short-circuited or called, and counts by
/// those; without messages it is that role's own code, and isn't counted.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    protocol: Option<&'static Protocol>,
    sent: BTreeMap<u64, u64>,
    taken: Vec<(&'static Site, usize)>,
    faults: BTreeSet<String>,
}

impl Coverage {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a run, by its trace and by what was decided about it.
    pub fn add(&mut self, trace: &Trace, schedule: &Schedule) {
        self.protocol = self.protocol.or(trace.protocol());
        for event in trace.events() {
            if let What::Sent { step, .. } = event.what() {
                *self.sent.entry(step.id).or_default() += 1;
            }
        }
        let new = trace.taken().iter().filter(|taken| !self.taken.contains(taken));
        let new: Vec<_> = new.copied().collect();
        self.taken.extend(new);
        self.faults.extend(schedule.decisions.iter().map(ToString::to_string));
    }

    /// How often a message was sent, in all runs.
    pub fn times(&self, step: &Step) -> u64 {
        self.sent.get(&step.id).copied().unwrap_or(0)
    }

    /// The messages that were never sent.
    pub fn missed_steps(&self) -> Vec<&'static Step> {
        let steps = self.protocols().into_iter().flat_map(|protocol| protocol.steps);
        steps.filter(|step| self.times(step) == 0).collect()
    }

    /// The branches that were never taken: ``if price.is_some(): true, in buy_book``.
    pub fn missed_branches(&self) -> Vec<String> {
        self.branches().into_iter().filter(|(_, taken)| !taken).map(|(name, _)| name).collect()
    }

    /// The faults that happened, by name.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        self.faults.iter().map(String::as_str)
    }

    /// The protocol and all that it calls, each once.
    fn protocols(&self) -> Vec<&'static Protocol> {
        let mut all: Vec<&'static Protocol> = Vec::new();
        let mut open: Vec<&'static Protocol> = self.protocol.into_iter().collect();
        while let Some(protocol) = open.pop() {
            if !all.iter().any(|known| std::ptr::eq(*known, protocol)) {
                all.push(protocol);
                open.extend(protocol.callees.iter().rev().map(|callee| callee()));
            }
        }
        all
    }

    fn branches(&self) -> Vec<(String, bool)> {
        let mut branches = Vec::new();
        for protocol in self.protocols() {
            let mut tree = Vec::new();
            self.add_branches(protocol.tree, &mut tree);
            let named = |on: &str, arm: &str| format!("{on}: {arm}, in {}", protocol.name);
            // In the order of the source; a branch in another comes before that.
            let acted = protocol.sites.iter().filter(|site| !site.at.is_empty());
            let mut sites: Vec<&'static Site> = acted.collect();
            sites.sort_by_key(|site| (site.line, site.column));
            let arms = sites.into_iter().flat_map(|site| self.arms(site, &tree));
            branches.extend(arms.map(|(site, arm, taken)| (named(site.text, arm), taken)));
            // Those that one role knows.
            tree.retain(|branch| !protocol.sites.iter().any(|site| site.text == branch.on));
            branches.extend(tree.iter().map(|branch| (named(branch.on, branch.arm), branch.taken)));
        }
        branches
    }

    /// The arms of a branch that several roles know, and which were taken.
    fn arms<'a>(
        &'a self,
        site: &'static Site,
        tree: &'a [Branch],
    ) -> impl Iterator<Item = (&'static Site, &'static str, bool)> + 'a {
        site.arms.iter().enumerate().map(move |(index, arm)| {
            // Only if no branch was seen: two may read alike.
            let sent = |branch: &Branch| branch.is(site.text, arm) && branch.taken;
            let sent = self.taken.is_empty() && tree.iter().any(sent);
            let taken = sent || self.taken.contains(&(site, index));
            (site, *arm, taken)
        })
    }

    /// The branches with messages.
    fn add_branches(&self, nodes: &'static [Node], branches: &mut Vec<Branch>) {
        for node in nodes {
            match node {
                Node::Branch { on, arms, .. } => {
                    for (arm, body) in *arms {
                        let taken = self.taken(body);
                        branches.extend(taken.map(|taken| Branch { on, arm, taken }));
                        self.add_branches(body, branches);
                    }
                }
                Node::Loop { body, .. } | Node::Each { body, .. } | Node::For { body, .. } => {
                    self.add_branches(body, branches);
                }
                Node::Par { branches: all } => {
                    for branch in *all {
                        self.add_branches(branch, branches);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether a message of these was sent, if there are any.
    fn taken(&self, nodes: &[Node]) -> Option<bool> {
        let taken = nodes.iter().filter_map(|node| match node {
            Node::Message { step } => Some(self.times(step) > 0),
            Node::Branch { arms, .. } => arms
                .iter()
                .filter_map(|(_, body)| self.taken(body))
                .reduce(|one, other| one || other),
            Node::Loop { body, .. } | Node::Each { body, .. } | Node::For { body, .. } => {
                self.taken(body)
            }
            Node::Par { branches } => branches
                .iter()
                .filter_map(|branch| self.taken(branch))
                .reduce(|one, other| one || other),
            _ => None,
        });
        taken.reduce(|one, other| one || other)
    }
}

/// An arm of a branch in the tree of messages.
struct Branch {
    on: &'static str,
    arm: &'static str,
    /// One of its messages was sent.
    taken: bool,
}

impl Branch {
    fn is(&self, on: &str, arm: &str) -> bool {
        self.on == on && self.arm == arm
    }
}

/// ``5 of 6 messages, 1 of 2 branches, 24 faults; never sent: `receipt` (..)``.
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps: usize = self.protocols().iter().map(|protocol| protocol.steps.len()).sum();
        let (missed, branches) = (self.missed_steps(), self.branches());
        let taken = branches.iter().filter(|(_, taken)| *taken).count();
        let (sent, all, faults) = (steps - missed.len(), branches.len(), self.faults.len());
        write!(f, "{sent} of {steps} messages, {taken} of {all} branches, {faults} faults")?;
        for step in missed {
            write!(f, "\nnever sent: {step}")?;
        }
        for branch in self.missed_branches() {
            write!(f, "\nnever taken: {branch}")?;
        }
        Ok(())
    }
}
