//! Diagrams as pages to step through.

use super::{Diagram, Item, escape, svg};
use serde_json::{Value, json};

const PAGE: &str = include_str!("page.html");

pub(super) fn draw(diagram: &Diagram) -> String {
    let items: Vec<Value> = diagram.items.iter().map(|item| describe(diagram, item)).collect();
    let data = json!({ "title": diagram.title, "roles": diagram.roles, "items": items });
    // So that no value ends the script.
    let data = data.to_string().replace('<', "\\u003c");
    let parts =
        [("TITLE", escape(&diagram.title)), ("DIAGRAM", svg::draw(diagram)), ("DATA", data)];
    fill(PAGE, &parts)
}

/// Puts each part in the place of its mark, in one pass: a part may contain what looks like a mark.
fn fill(page: &str, parts: &[(&str, String)]) -> String {
    let mut filled = String::new();
    let mut pieces = page.split("@@");
    filled.push_str(pieces.next().unwrap_or_default());
    while let (Some(mark), Some(rest)) = (pieces.next(), pieces.next()) {
        let part = parts.iter().find(|(name, _)| *name == mark);
        filled.push_str(part.map_or("", |(_, text)| text));
        filled.push_str(rest);
    }
    filled
}

fn describe(diagram: &Diagram, item: &Item) -> Value {
    match item {
        Item::Message(arrow) => json!({
            "kind": "message",
            "from": diagram.roles[arrow.from],
            "to": diagram.roles[arrow.to],
            "label": arrow.label,
            "value": arrow.value,
            "lost": arrow.lost,
            "at": arrow.at,
            "source": arrow.source,
        }),
        Item::Note { role, text, bad, at } => json!({
            "kind": "note", "role": diagram.roles[*role], "text": text, "bad": bad, "at": at,
        }),
        Item::Open { title, .. } | Item::Else { title } => {
            json!({ "kind": "frame", "text": title })
        }
        Item::Close => json!({ "kind": "frame", "text": "" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_in_parts_stay() {
        let parts = [("A", "x@@B@@".to_owned()), ("B", "y".to_owned())];
        assert_eq!(fill("1@@A@@2@@B@@3", &parts), "1x@@B@@2y3");
    }

    #[test]
    fn the_page_has_all_marks() {
        for mark in ["@@TITLE@@", "@@DIAGRAM@@", "@@DATA@@"] {
            assert!(PAGE.contains(mark), "{mark}");
        }
    }
}
