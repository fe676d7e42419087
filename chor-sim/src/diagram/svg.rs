//! Diagrams as pictures.

use super::{Arrow, Diagram, Frame, Item, escape};
use std::fmt::Write;

/// In pixels; a character of the font is about 7 wide.
const CHARACTER: usize = 7;
const MARGIN: usize = 20;
const HEAD: usize = 60;
const ROW: usize = 38;
/// How much of a value stands at an arrow, in characters.
const VALUE: usize = 34;

const STYLE: &str = "\
text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1c2430}\
.role rect{fill:#eef2f8;stroke:#5b6b86}.role text{font-weight:bold;text-anchor:middle}\
.life{stroke:#b8c2d2;stroke-dasharray:4 4}\
.message line{stroke:#2a5bd7;stroke-width:1.5}.message text{text-anchor:middle}\
.message path{fill:#2a5bd7}\
.lost line{stroke:#c0392b;stroke-dasharray:5 3}.lost path{fill:#c0392b}\
.note rect{fill:#e9f6ec;stroke:#5f9e6e}.note.bad rect{fill:#fdecea;stroke:#c0392b}\
.note text{text-anchor:middle}.frame text{fill:#5b6b86;font-style:italic}.frame line{stroke:#5b6b86}";

pub(super) fn draw(diagram: &Diagram) -> String {
    let canvas = Canvas::new(diagram);
    let (width, height) = (canvas.width(), canvas.height());
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\"><title>{}</title><style>{STYLE}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n",
        escape(&diagram.title),
    );
    canvas.roles(&mut text);
    for (row, item) in diagram.items.iter().enumerate() {
        canvas.item(&mut text, row, item);
    }
    text.push_str("</svg>\n");
    text
}

struct Canvas<'d> {
    diagram: &'d Diagram,
    /// Between two lifelines.
    column: usize,
}

impl<'d> Canvas<'d> {
    fn new(diagram: &'d Diagram) -> Self {
        let names = diagram.roles.iter().map(|role| role.chars().count() + 4);
        let labels = diagram.items.iter().map(|item| match item {
            // It may span several columns, but may as well not.
            Item::Message(arrow) => short(&arrow.text(diagram.separator())).chars().count() + 4,
            Item::Note { text, .. } => short(text).chars().count() + 4,
            Item::Open { .. } | Item::Else { .. } | Item::Close => 0,
        });
        let widest = names.chain(labels).max().unwrap_or(0);
        Self { diagram, column: widest.max(14) * CHARACTER }
    }

    fn width(&self) -> usize {
        2 * MARGIN + self.column * self.diagram.roles.len().max(1)
    }

    fn height(&self) -> usize {
        HEAD + ROW * self.diagram.items.len() + MARGIN
    }

    fn x(&self, role: usize) -> usize {
        MARGIN + self.column / 2 + role * self.column
    }

    fn roles(&self, text: &mut String) {
        let bottom = self.height() - MARGIN / 2;
        for (index, role) in self.diagram.roles.iter().enumerate() {
            let x = self.x(index);
            let width = (role.chars().count() + 2) * CHARACTER + 4;
            let _ = writeln!(
                text,
                "<line class=\"life\" x1=\"{x}\" y1=\"44\" x2=\"{x}\" y2=\"{bottom}\"/>\
                 <g class=\"role\"><rect x=\"{}\" y=\"14\" width=\"{width}\" height=\"30\" rx=\"5\"/>\
                 <text x=\"{x}\" y=\"33\">{}</text></g>",
                x - width / 2,
                escape(role),
            );
        }
    }

    fn item(&self, text: &mut String, row: usize, item: &Item) {
        let y = HEAD + ROW * row + ROW / 2;
        match item {
            Item::Message(arrow) => self.message(text, row, y, arrow),
            Item::Note { role, text: note, bad, .. } => {
                self.note(text, row, y, (*role, note, *bad));
            }
            Item::Open { kind, title } => {
                let word = if *kind == Frame::Call { "call " } else { "" };
                self.frame(text, row, y, &format!("{word}{title}"));
            }
            Item::Else { title } => self.frame(text, row, y, title),
            Item::Close => self.frame(text, row, y, ""),
        }
    }

    fn message(&self, text: &mut String, row: usize, y: usize, arrow: &Arrow) {
        let (from, to) = (self.x(arrow.from), self.x(arrow.to));
        let class = if arrow.lost { "item message lost" } else { "item message" };
        let whole = arrow.text(self.diagram.separator());
        let back = if to >= from { to.saturating_sub(9) } else { to + 9 };
        let _ = writeln!(
            text,
            "<g class=\"{class}\" data-item=\"{row}\"><title>{}</title>\
             <line x1=\"{from}\" y1=\"{y}\" x2=\"{to}\" y2=\"{y}\"/>\
             <path d=\"M{to} {y}L{back} {}L{back} {}Z\"/>\
             <text x=\"{}\" y=\"{}\">{}</text></g>",
            escape(&whole),
            y - 5,
            y + 5,
            from.midpoint(to),
            y - 7,
            escape(&short(&whole)),
        );
    }

    fn note(
        &self,
        text: &mut String,
        row: usize,
        y: usize,
        (role, note, bad): (usize, &str, bool),
    ) {
        let x = self.x(role);
        let shown = short(note);
        let width = (shown.chars().count() + 2) * CHARACTER;
        let class = if bad { "item note bad" } else { "item note" };
        let _ = writeln!(
            text,
            "<g class=\"{class}\" data-item=\"{row}\"><title>{}</title>\
             <rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"24\" rx=\"4\"/>\
             <text x=\"{x}\" y=\"{}\">{}</text></g>",
            escape(note),
            x.saturating_sub(width / 2),
            y - 15,
            y + 1,
            escape(&shown),
        );
    }

    fn frame(&self, text: &mut String, row: usize, y: usize, title: &str) {
        let right = self.width() - MARGIN / 2;
        let _ = writeln!(
            text,
            "<g class=\"item frame\" data-item=\"{row}\">\
             <line x1=\"{}\" y1=\"{y}\" x2=\"{right}\" y2=\"{y}\"/>\
             <text x=\"{MARGIN}\" y=\"{}\">{}</text></g>",
            MARGIN / 2,
            y - 6,
            escape(title),
        );
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
