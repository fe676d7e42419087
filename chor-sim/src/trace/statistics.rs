//! Numbers about a run, to make assertions on.

use super::{Kind, Record, Trace};
use chor_runtime::Step;

impl Trace {
    /// How many messages were sent; one to several roles counts once for each.
    pub fn messages(&self) -> usize {
        self.sends().count()
    }

    /// How many messages a role sent.
    pub fn messages_by(&self, role: &str) -> usize {
        self.sends().filter(|sent| self.role(sent.from) == role).count()
    }

    /// How many bytes the messages have in the default codec, without frames.
    pub fn bytes(&self) -> u64 {
        self.sends().map(|sent| u64::from(sent.bytes)).sum()
    }

    /// How many bytes the messages of a role have in the default codec, without frames.
    pub fn bytes_by(&self, role: &str) -> u64 {
        let own = self.sends().filter(|sent| self.role(sent.from) == role);
        own.map(|sent| u64::from(sent.bytes)).sum()
    }

    /// The length of the longest chain of messages each of which was sent after the one before had
    /// been received: how often a run has to wait for a network, whatever else happens at once.
    pub fn depth(&self) -> usize {
        let mut roles: Vec<usize> = vec![0; self.roles()];
        let mut messages: Vec<usize> = Vec::new();
        for Record { role, kind, .. } in &self.records {
            match kind {
                Kind::Sent { .. } => messages.push(roles[*role] + 1),
                Kind::Received { number, .. } => {
                    let depth = messages.get(*number as usize).copied().unwrap_or(0);
                    roles[*role] = roles[*role].max(depth);
                }
                Kind::Discarded { .. } | Kind::Ended(_) | Kind::Stuck(_) => {}
            }
        }
        messages.into_iter().max().unwrap_or(0)
    }

    /// The roles that sent or received a message of this label, in the order of the choreography.
    pub fn roles_with(&self, label: &str) -> Vec<&'static str> {
        self.roles_of(|sent| sent.step.label == label)
    }

    /// The roles that sent or received a message in whose value, as text, this text occurs: who ever
    /// got to know a secret. Only what crossed is seen, not what roles made of it.
    pub fn roles_that_saw(&self, text: &str) -> Vec<&'static str> {
        self.roles_of(|sent| sent.value.contains(text))
    }

    fn roles_of(&self, wanted: impl Fn(&Sent<'_>) -> bool) -> Vec<&'static str> {
        let received = self.received();
        let mut knows = vec![false; self.roles()];
        for sent in self.sends().filter(wanted) {
            knows[sent.from] = true;
            knows[sent.to] |= received.contains(&sent.number);
        }
        let roles = knows.iter().enumerate().filter(|(_, knows)| **knows);
        roles.map(|(role, _)| self.role(role)).collect()
    }

    fn roles(&self) -> usize {
        self.names().len()
    }

    fn sends(&self) -> impl Iterator<Item = Sent<'_>> {
        self.records.iter().filter_map(|Record { role, kind, .. }| match kind {
            Kind::Sent { to, step, number, value, bytes } => Some(Sent {
                from: *role,
                to: *to,
                step,
                number: *number,
                value: self.value(*value),
                bytes: *bytes,
            }),
            Kind::Received { .. } | Kind::Discarded { .. } | Kind::Ended(_) | Kind::Stuck(_) => {
                None
            }
        })
    }
}

/// A message that was sent.
struct Sent<'t> {
    from: usize,
    to: usize,
    step: &'static Step,
    number: u32,
    value: &'t str,
    bytes: u32,
}
