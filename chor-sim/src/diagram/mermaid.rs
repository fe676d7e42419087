//! Diagrams in the language of Mermaid.
//! <https://mermaid.js.org/syntax/sequenceDiagram.html>

use super::{Diagram, Frame, Item};
use std::fmt::Write;

/// How much of a value stands at an arrow, in characters.
const VALUE: usize = 60;

pub(super) fn draw(diagram: &Diagram) -> String {
    let mut text = String::from("sequenceDiagram\n");
    for (index, role) in diagram.roles.iter().enumerate() {
        line(&mut text, 1, &format!("participant r{index} as {}", escape(role)));
    }
    let mut depth = 1;
    for item in &diagram.items {
        if matches!(item, Item::Close | Item::Else { .. }) {
            depth -= 1;
        }
        line(&mut text, depth, &item_line(diagram, item));
        if matches!(item, Item::Open { .. } | Item::Else { .. }) {
            depth += 1;
        }
    }
    text
}

fn line(text: &mut String, depth: usize, line: &str) {
    // Writing to a `String` can't fail.
    let _ = writeln!(text, "{:1$}{line}", "", 2 * depth);
}

fn item_line(diagram: &Diagram, item: &Item) -> String {
    match item {
        Item::Message(arrow) => {
            let head = if arrow.lost { "-x" } else { "->>" };
            let label = escape(&short(&arrow.text(diagram.separator())));
            format!("r{}{head}r{}: {label}", arrow.from, arrow.to)
        }
        Item::Note { role, text, .. } => format!("Note over r{role}: {}", escape(&short(text))),
        Item::Open { kind: Frame::Branch, title } => format!("alt {}", escape(title)),
        Item::Open { kind: Frame::Loop, title } => format!("loop {}", escape(title)),
        Item::Open { kind: Frame::Call, title } => format!("opt {}", escape(title)),
        Item::Else { title } => format!("else {}", escape(title)),
        Item::Close => "end".to_owned(),
    }
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
