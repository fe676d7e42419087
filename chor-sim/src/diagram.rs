//! Sequence diagrams: of a run, or of a protocol alone with its branches and loops.
//!
//! Knows lifelines, arrows and frames; deliberately not how they are drawn, which one file for each
//! format does.

mod html;
mod mermaid;
mod of_protocol;
mod of_trace;
mod svg;

use chor_runtime::Protocol;

/// A sequence diagram: a line for each role, and arrows between them.
///
/// Comes from a [`Trace`](crate::Trace), or [from a protocol](Self::of).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagram {
    title: String,
    roles: Vec<String>,
    items: Vec<Item>,
}

/// What stands in a diagram, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    Message(Arrow),
    /// Something that happened to one role.
    Note {
        role: usize,
        text: String,
        bad: bool,
        at: String,
    },
    /// A branch, a loop or a call begins.
    Open {
        kind: Frame,
        title: String,
    },
    /// Another arm of the branch.
    Else {
        title: String,
    },
    Close,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Arrow {
    from: usize,
    to: usize,
    label: String,
    /// Its value, or its type.
    value: String,
    /// It was never received.
    lost: bool,
    /// The virtual time, and the place in the source.
    at: String,
    source: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    Branch,
    Par,
    Loop,
    Call,
}

impl Arrow {
    /// What stands at the arrow.
    fn text(&self, separator: &str) -> String {
        let lost = if self.lost { " (not received)" } else { "" };
        format!("{}{separator}{}{lost}", self.label, self.value)
    }
}

impl Diagram {
    /// The messages of a protocol with the branches, loops and calls around them.
    pub fn of(protocol: &Protocol) -> Self {
        of_protocol::diagram(protocol)
    }

    /// In the language of [Mermaid](https://mermaid.js.org), which many sites that show Markdown draw.
    pub fn to_mermaid(&self) -> String {
        mermaid::draw(self)
    }

    /// As a picture, self-contained.
    pub fn to_svg(&self) -> String {
        svg::draw(self)
    }

    /// As a page in which one steps through what happened, forwards and backwards, and sees who knows
    /// which value by then. Self-contained: it loads nothing.
    pub fn to_html(&self) -> String {
        html::draw(self)
    }

    /// Between label and value.
    fn separator(&self) -> &'static str {
        if self.is_run() { " = " } else { ": " }
    }

    /// Of a run, not of a protocol.
    fn is_run(&self) -> bool {
        self.items.iter().any(|item| match item {
            Item::Message(arrow) => !arrow.at.is_empty(),
            Item::Note { .. } => true,
            Item::Open { .. } | Item::Else { .. } | Item::Close => false,
        })
    }
}

/// A text for XML and HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML has no other control characters.
            char if char.is_control() && char != '\n' => escaped.push('\u{fffd}'),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped() {
        assert_eq!(
            escape("<a href=\"x\">'&'\0"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;\u{fffd}"
        );
    }
}
