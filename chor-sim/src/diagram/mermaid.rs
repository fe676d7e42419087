//! Diagrams in the language of Mermaid.
//! <https://mermaid.js.org/syntax/sequenceDiagram.html>

use super::{Arrow, Diagram, Frame, Item};
use std::fmt::Write;

/// How much of a value stands at an arrow, in characters.
const VALUE: usize = 60;

pub(super) fn draw(diagram: &Diagram) -> String {
    let mut text = String::from("sequenceDiagram\n");
    for (index, role) in diagram.roles.iter().enumerate() {
        line(&mut text, 1, &format!("participant r{index} as {}", escape(role)));
    }
    let mut frames = Vec::new();
    let mut items = diagram.items.as_slice();
    while let [item, rest @ ..] = items {
        items = rest;
        let depth = frames.len();
        match item {
            // Mermaid can't place a frame with nothing in it.
            Item::Open { title, .. } if let Some(rest) = after_empty(rest) => {
                let last = diagram.roles.len().saturating_sub(1);
                line(&mut text, depth + 1, &format!("Note over r0,r{last}: {}", escape(title)));
                items = rest;
            }
            Item::Open { kind, title } => {
                line(&mut text, depth + 1, &format!("{} {}", word(*kind), escape(title)));
                frames.push(*kind);
            }
            Item::Else { .. } if frames.last() == Some(&Frame::Par) => {
                line(&mut text, depth, "and");
            }
            Item::Else { title } => line(&mut text, depth, &format!("else {}", escape(title))),
            Item::Close => {
                frames.pop();
                line(&mut text, depth, "end");
            }
            Item::Message(arrow) => line(&mut text, depth + 1, &message(diagram, arrow)),
            Item::Note { role, text: note, .. } => {
                let note = escape(&short(note));
                line(&mut text, depth + 1, &format!("Note over r{role}: {note}"));
            }
        }
    }
    text
}

/// What comes after a frame that has begun, if there is nothing to draw in it.
fn after_empty(items: &[Item]) -> Option<&[Item]> {
    let end = items.iter().position(|item| !matches!(item, Item::Else { .. }))?;
    matches!(items[end], Item::Close).then(|| &items[end + 1..])
}

fn line(text: &mut String, depth: usize, line: &str) {
    // Writing to a `String` can't fail.
    let _ = writeln!(text, "{:1$}{line}", "", 2 * depth);
}

fn word(kind: Frame) -> &'static str {
    match kind {
        Frame::Branch => "alt",
        Frame::Par => "par",
        Frame::Loop => "loop",
        Frame::Call => "opt",
    }
}

fn message(diagram: &Diagram, arrow: &Arrow) -> String {
    let head = if arrow.lost { "-x" } else { "->>" };
    let label = escape(&short(&arrow.text(diagram.separator())));
    format!("r{}{head}r{}: {label}", arrow.from, arrow.to)
}

fn short(text: &str) -> String {
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What has a meaning in a label of Mermaid, by its number; the word `end` too.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for char in text.chars() {
        match char {
            '#' | ';' | '<' | '>' | '&' | '%' => {
                let _ = write!(escaped, "#{};", u32::from(char));
            }
            char if char.is_control() => escaped.push(' '),
            char => escaped.push(char),
        }
    }
    let words = escaped.split(' ').map(|word| if word == "end" { "e#110;d" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_with_a_meaning_are_written_by_number() {
        assert_eq!(escape("a; b#c <d> the end"), "a#59; b#35;c #60;d#62; the e#110;d");
        assert_eq!(short(&"ä".repeat(100)).chars().count(), VALUE + 1);
    }
}
