//! Traces as text.

use super::{Event, Trace, What};
use chor_runtime::{Cause, End, Reason, Step};
use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::time::Duration;

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (received, discarded) = (self.received(), self.discarded());
        let mut first = true;
        for event in self.in_causal_order() {
            if let Some(line) = Line::of(&event, &received, &discarded) {
                let newline = if std::mem::take(&mut first) { "" } else { "\n" };
                write!(f, "{newline}{line}")?;
            }
        }
        Ok(())
    }
}

impl Trace {
    /// Everything that happened, in the order in which it did, with time and place in the source.
    pub fn detailed(&self) -> String {
        let mut text = String::new();
        for event in self.events() {
            // Writing to a `String` can't fail.
            let _ = writeln!(text, "{:>9}  {}", Seconds(event.at()), Detail(event));
        }
        text
    }

    /// As the stable form, but sorted by sender, receiver and message. What a role does in several
    /// branches at once is in the order of what they wait for: that alone is no difference.
    pub(crate) fn by_ways(&self) -> Vec<String> {
        let (received, discarded) = (self.received(), self.discarded());
        let mut lines: Vec<_> = self
            .events()
            .filter_map(|event| {
                let line = Line::of(&event, &received, &discarded)?.to_string();
                let way = match event.what() {
                    What::Sent { to, step, .. } => Some((to, step.id)),
                    _ => None,
                };
                Some(((event.role(), way), line))
            })
            .collect();
        lines.sort_by_key(|(way, _)| *way);
        lines.into_iter().map(|(_, line)| line).collect()
    }

    /// The numbers of the messages that came too late.
    fn discarded(&self) -> BTreeSet<u32> {
        let number = |event: Event<'_>| match event.what() {
            What::Discarded { number, .. } => Some(number),
            _ => None,
        };
        self.events().filter_map(number).collect()
    }

    /// The numbers of the messages that were received.
    pub(crate) fn received(&self) -> BTreeSet<u32> {
        let number = |event: Event<'_>| match event.what() {
            What::Received { number, .. } => Some(number),
            _ => None,
        };
        self.events().filter_map(number).collect()
    }
}

/// An event in the stable form; there, a message is one line.
struct Line<'t> {
    event: Event<'t>,
    /// What is said of a message that was not received.
    lost: &'static str,
}

impl<'t> Line<'t> {
    fn of(event: &Event<'t>, received: &BTreeSet<u32>, discarded: &BTreeSet<u32>) -> Option<Self> {
        let lost = match event.what() {
            What::Sent { number, .. } if discarded.contains(&number) => " (too late)",
            What::Sent { number, .. } if !received.contains(&number) => " (not received)",
            What::Received { .. } | What::Discarded { .. } | What::Ended(End::Finished) => {
                return None;
            }
            What::Sent { .. } | What::Ended(_) | What::Stuck(_) => "",
        };
        Some(Self { event: *event, lost })
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { event, lost } = self;
        if event.has_virtual_time() {
            write!(f, "{}  ", Seconds(event.at()))?;
        }
        let role = event.role();
        match event.what() {
            What::Sent { to, step, value, .. } => {
                write!(f, "{role} -> {to}: {} = {value}{lost}", step.label)
            }
            What::Ended(End::Failed(cause)) => write!(f, "{}", Failure { role, cause }),
            What::Stuck(halt) => write!(f, "{role} {}", halt.short()),
            What::Received { .. } | What::Discarded { .. } | What::Ended(_) => Ok(()),
        }
    }
}

/// How a role failed, without places.
pub(crate) struct Failure<'t> {
    pub(crate) role: &'t str,
    pub(crate) cause: &'t Cause,
}

impl fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { role, cause } = self;
        if cause.role() != *role {
            return write!(f, "{role} failed because {} did", cause.role());
        }
        match cause.reason() {
            Reason::Error(text) => write!(f, "{role} failed: {text}"),
            Reason::Panic(text) => write!(f, "{role} panicked: {text}"),
            Reason::Lost(text) => write!(f, "{role} {text}"),
            _ => write!(f, "{role} was cancelled"),
        }
    }
}

struct Detail<'t>(Event<'t>);

impl fmt::Display for Detail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = self.0.role();
        match self.0.what() {
            What::Sent { to, step, value, .. } => {
                write!(f, "{role} sends {} = {value} to {to} ({})", step.label, Source(step))
            }
            What::Received { from, step, .. } => {
                write!(f, "{role} receives {} from {from} ({})", step.label, Source(step))
            }
            What::Discarded { from, step, .. } => {
                write!(f, "{role} drops {} from {from}, too late ({})", step.label, Source(step))
            }
            What::Ended(End::Failed(cause)) => {
                write!(f, "{} ({})", Failure { role, cause }, cause.place())
            }
            What::Ended(_) => write!(f, "{role} finishes"),
            What::Stuck(halt) => write!(f, "{role} {halt}"),
        }
    }
}

struct Source(&'static Step);

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.0.file, self.0.line, self.0.column)
    }
}

/// `1.5s`, exactly.
pub(crate) struct Seconds(pub(crate) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:?}", self.0))
    }
}
