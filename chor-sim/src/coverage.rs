//! How much of a protocol was run: which messages, branches and faults.

use crate::schedule::Schedule;
use crate::trace::{Trace, What};
use chor_runtime::{Node, Protocol, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How much of a protocol was run, with the choreographies that it calls.
///
/// A branch counts as taken if one of its own messages was sent; a branch without messages of its own
/// leaves no trace and isn't counted.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    protocol: Option<&'static Protocol>,
    sent: BTreeMap<u64, u64>,
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
            self.add_branches(protocol, protocol.tree, &mut branches);
        }
        branches
    }

    fn add_branches(
        &self,
        protocol: &Protocol,
        nodes: &[Node],
        branches: &mut Vec<(String, bool)>,
    ) {
        for node in nodes {
            match node {
                Node::Branch { on, arms, .. } => {
                    for (arm, body) in *arms {
                        if let Some(taken) = self.taken(body) {
                            branches.push((format!("{on}: {arm}, in {}", protocol.name), taken));
                        }
                        self.add_branches(protocol, body, branches);
                    }
                }
                Node::Loop { body, .. } | Node::Each { body, .. } | Node::For { body, .. } => {
                    self.add_branches(protocol, body, branches);
                }
                Node::Par { branches: all } => {
                    for branch in *all {
                        self.add_branches(protocol, branch, branches);
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
