//! The diagram of a run.

use super::{Arrow, Diagram, Item};
use crate::trace::{Event, Failure, Seconds, Trace, What};
use chor_runtime::{End, Step};
use std::collections::BTreeSet;

impl Trace {
    /// What happened as a sequence diagram, in [causal order](Self::in_causal_order).
    pub fn diagram(&self) -> Diagram {
        let received = self.received();
        let roles: Vec<String> = self.names().iter().map(|role| (*role).to_owned()).collect();
        let events = self.in_causal_order();
        let items = events.iter().filter_map(|event| item(event, &roles, &received)).collect();
        let title = self.protocol().map_or_else(String::new, |protocol| protocol.name.to_owned());
        Diagram { title, roles, items }
    }
}

fn item(event: &Event<'_>, roles: &[String], received: &BTreeSet<u32>) -> Option<Item> {
    let place = |name: &str| roles.iter().position(|role| role == name).unwrap_or(0);
    let role = place(event.role());
    let at = Seconds(event.at()).to_string();
    match event.what() {
        What::Sent { to, step, number, value, .. } => Some(Item::Message(Arrow {
            from: role,
            to: place(to),
            label: step.label.to_owned(),
            value: value.to_owned(),
            lost: !received.contains(&number),
            at,
            source: source(step),
        })),
        What::Received { .. } | What::Discarded { .. } => None,
        What::Ended(End::Failed(cause)) => {
            let failure = Failure { role: event.role(), cause }.to_string();
            Some(note(role, &failure, event.role(), true, at))
        }
        What::Ended(_) => Some(note(role, "finished", "", false, at)),
        What::Stuck(halt) => Some(note(role, &halt.short(), "", true, at)),
    }
}

/// The role stands above the note already.
fn note(role: usize, text: &str, name: &str, bad: bool, at: String) -> Item {
    let text = text.strip_prefix(name).unwrap_or(text).trim_start().to_owned();
    Item::Note { role, text, bad, at }
}

fn source(step: &Step) -> String {
    format!("{}:{}:{}", step.file, step.line, step.column)
}
