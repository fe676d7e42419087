//! The protocol as a sequence diagram in text, for the generated documentation.

use crate::ir::{Global, RoleId};
use crate::protocol::Node;
use proc_macro2::Ident;
use std::fmt::Write;

/// One line for each message, one column for each role.
pub fn draw(global: &Global, nodes: &[Node]) -> String {
    let labels = global.steps.iter().map(|step| step.label.chars().count() + 6);
    let names = global.roles.iter().map(|role| role.to_string().chars().count() + 2);
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
        let names: Vec<String> = self
            .global
            .roles
            .iter()
            .map(|role| format!("{:<width$}", role.to_string(), width = self.width))
            .collect();
        self.line(names.concat().trim_end());
    }

    fn line(&mut self, line: &str) {
        // Writing to a `String` can't fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn nodes(&mut self, nodes: &[Node], depth: usize) {
        for node in nodes {
            match node {
                Node::Message(step) => self.message(*step),
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
                Node::Call { name, path: _, roles } => {
                    let roles: Vec<&Ident> =
                        roles.iter().map(|role| &self.global.roles[role.index()]).collect();
                    let roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
                    self.frame(depth, &format!("{name}[{}]", roles.join(", ")));
                }
            }
        }
    }

    fn frame(&mut self, depth: usize, title: &str) {
        let line = format!("{}-- {title}", "  ".repeat(depth));
        self.line(&line);
    }

    fn message(&mut self, step: usize) {
        let step = &self.global.steps[step];
        for to in &step.to {
            let line = self.arrow(step.from, *to, &step.label);
            self.line(&line);
        }
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
