//! The protocol as a sequence diagram in text, for the generated documentation.

use crate::ir::{Global, RoleId};
use crate::protocol::{Node, Race};
use std::fmt::Write;

/// `each w in Workers first 2 at Leader`
fn each_text(member: &str, of: &[String], race: Option<&Race>) -> String {
    let each = if member.starts_with("each ") {
        member.to_owned()
    } else {
        format!("each {member} in {}", list(of))
    };
    match race {
        Some(Race { at, text }) => format!("{each} {text} at {at}"),
        None => each,
    }
}

/// One line for each message, one column for each role.
pub fn draw(global: &Global, nodes: &[Node]) -> String {
    let labels = global.steps.iter().map(|step| step.label.chars().count() + 6);
    let names = global.names().map(|role| role.chars().count() + 2);
    let width = labels.chain(names).max().unwrap_or(0).max(10);
    let mut diagram = Diagram { global, width, text: String::new() };
    diagram.header();
    diagram.nodes(nodes, 0);
    diagram.text
}

struct Diagram<'a> {
    global: &'a Global,
    width: usize,
    text: String,
}

impl Diagram<'_> {
    fn header(&mut self) {
        let names: Vec<String> =
            self.global.names().map(|role| format!("{role:<width$}", width = self.width)).collect();
        self.line(names.concat().trim_end());
    }

    fn line(&mut self, line: &str) {
        // Writing to a `String` can't fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn nodes(&mut self, nodes: &[Node], depth: usize) {
        for node in nodes {
            match node {
                Node::Message { step, from, to, .. } => self.message(*step, *from, to),
                Node::Agreement(index) => {
                    let label = self.global.agreements[*index].label.clone();
                    self.frame(depth, &label);
                }
                Node::Branch { on, at: _, arms } => {
                    for (index, (arm, body)) in arms.iter().enumerate() {
                        let title = match (index, arm.as_str()) {
                            (0, "true") => on.clone(),
                            (_, "false" | "else") => "else".to_owned(),
                            (0, arm) => format!("{on}: {arm}"),
                            (_, arm) => arm.to_owned(),
                        };
                        self.frame(depth, &title);
                        self.nodes(body, depth + 1);
                    }
                    self.frame(depth, "end");
                }
                Node::Loop { head, at: _, body } => {
                    self.frame(depth, head);
                    self.nodes(body, depth + 1);
                    self.frame(depth, "end");
                }
                Node::Each { member, of, at: _, race, body } => {
                    self.frame(depth, &each_text(member, of, race.as_ref()));
                    self.nodes(body, depth + 1);
                    self.frame(depth, "end");
                }
                Node::For { member, of, at: _, body } => {
                    self.frame(depth, &format!("for {member} in {}", list(of)));
                    self.nodes(body, depth + 1);
                    self.frame(depth, "end");
                }
                Node::Member { member, of, index } => {
                    let text = format!("{}[{index}]", list(of));
                    if text != *member {
                        self.frame(depth, &format!("{member} = {text}"));
                    }
                }
                Node::Par { branches } => {
                    for (index, branch) in branches.iter().enumerate() {
                        self.frame(depth, if index == 0 { "at once" } else { "and" });
                        self.nodes(branch, depth + 1);
                    }
                    self.frame(depth, "end");
                }
                Node::Call { name, path: _, roles } => {
                    self.frame(depth, &format!("{name}[{}]", roles.join(", ")));
                }
            }
        }
    }

    fn frame(&mut self, depth: usize, title: &str) {
        let line = format!("{}-- {title}", "  ".repeat(depth));
        self.line(&line);
    }

    fn message(&mut self, step: usize, from: RoleId, to: &[RoleId]) {
        let label = &self.global.steps[step].label;
        for to in to {
            let line = if from == *to {
                self.arrow_within(from, label)
            } else {
                self.arrow(from, *to, label)
            };
            self.line(&line);
        }
    }

    /// From one member of a family to others.
    fn arrow_within(&self, family: RoleId, label: &str) -> String {
        let mut line = String::new();
        for column in 0..self.global.roles.len() {
            let label =
                if column == family.index() { format!("-> {label}") } else { String::new() };
            let _ = write!(line, "|{label:<width$}", width = self.width - 1);
        }
        line.trim_end().to_owned()
    }

    fn arrow(&self, from: RoleId, to: RoleId, label: &str) -> String {
        let (low, high) = (from.index().min(to.index()), from.index().max(to.index()));
        let mut line = String::new();
        for column in 0..self.global.roles.len() {
            if column == low {
                let space = (high - low) * self.width - 1;
                let filled =
                    format!("{label:-^space$}", label = format!(" {label} "), space = space - 1);
                let arrow = if from.index() < to.index() {
                    format!("|{filled}>")
                } else {
                    format!("|<{filled}")
                };
                line.push_str(&arrow);
            } else if column < low || column >= high {
                let _ = write!(line, "{:<width$}", "|", width = self.width);
            }
        }
        line.trim_end().to_owned()
    }
}

/// `Workers`, `[Server, Backups]`
fn list(roles: &[String]) -> String {
    match roles {
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    }
}
