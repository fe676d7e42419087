//! The diagram of a protocol, without a run.

use super::{Arrow, Diagram, Frame, Item};
use chor_runtime::{Node, Protocol, Step};

pub(super) fn diagram(protocol: &Protocol) -> Diagram {
    let roles: Vec<String> = protocol.roles.iter().map(|role| (*role).to_owned()).collect();
    let mut diagram = Diagram { title: protocol.name.to_owned(), roles, items: Vec::new() };
    diagram.add_nodes(protocol.tree, &[]);
    diagram
}

/// A bound member, and the column of its family.
type Member = (&'static str, usize);

impl Diagram {
    fn add_nodes(&mut self, nodes: &[Node], members: &[Member]) {
        let mut members = members.to_vec();
        for node in nodes {
            if let Node::Member { member, of, .. } = node {
                members.push((member, self.column(of.first(), &members)));
            }
            self.add_node(node, &members);
        }
    }

    /// The column of a role, or of the family of a member.
    fn column(&self, name: Option<&&str>, members: &[Member]) -> usize {
        let Some(name) = name else { return 0 };
        let bound = members.iter().rev().find(|(member, _)| member == name);
        let role = || self.roles.iter().position(|role| role == name);
        bound.map(|(_, column)| *column).or_else(role).unwrap_or(0)
    }

    fn add_members(&mut self, title: String, bound: Member, body: &[Node], members: &[Member]) {
        self.items.push(Item::Open { kind: Frame::Loop, title });
        let mut members = members.to_vec();
        members.push(bound);
        self.add_nodes(body, &members);
        self.items.push(Item::Close);
    }

    fn add_node(&mut self, node: &Node, members: &[Member]) {
        match node {
            Node::Message { step } => self.add_step(step, members),
            Node::Branch { on, arms, .. } => self.add_branch(on, arms, members),
            Node::Each { member, of, first, body, .. } => {
                let first = first.map(|(_, text)| format!(" {text}")).unwrap_or_default();
                let title = if member.starts_with("each ") {
                    format!("{member}{first}")
                } else {
                    format!("each {member} in {}{first}", of.join(", "))
                };
                let bound = (*member, self.column(of.first(), members));
                self.add_members(title, bound, body, members);
            }
            Node::For { member, of, body, .. } => {
                let bound = (*member, self.column(of.first(), members));
                self.add_members(
                    format!("for {member} in {}", of.join(", ")),
                    bound,
                    body,
                    members,
                );
            }
            Node::Par { branches } => {
                for (index, branch) in branches.iter().enumerate() {
                    self.items.push(match index {
                        0 => Item::Open { kind: Frame::Par, title: "at once".to_owned() },
                        _ => Item::Else { title: "and".to_owned() },
                    });
                    self.add_nodes(branch, members);
                }
                self.items.push(Item::Close);
            }
            Node::Loop { head, body, .. } => {
                self.items.push(Item::Open { kind: Frame::Loop, title: (*head).to_owned() });
                self.add_nodes(body, members);
                self.items.push(Item::Close);
            }
            Node::Call { name, roles, .. } => {
                let title = format!("{name}[{}]", roles.join(", "));
                self.items.push(Item::Open { kind: Frame::Call, title });
                self.items.push(Item::Close);
            }
            // What has no arrows between roles.
            _ => {}
        }
    }

    fn add_branch(&mut self, on: &str, arms: &[(&str, &[Node])], members: &[Member]) {
        for (index, (arm, body)) in arms.iter().enumerate() {
            let title = match *arm {
                "true" => on.to_owned(),
                "false" => "else".to_owned(),
                arm if index == 0 => format!("{on}: {arm}"),
                arm => arm.to_owned(),
            };
            self.items.push(match index {
                0 => Item::Open { kind: Frame::Branch, title },
                _ => Item::Else { title },
            });
            self.add_nodes(body, members);
        }
        self.items.push(Item::Close);
    }

    fn add_step(&mut self, step: &Step, members: &[Member]) {
        let place = |name: &str| self.column(Some(&name), members);
        let from = place(step.from);
        let arrow = |to: &&str| {
            Item::Message(Arrow {
                from,
                to: place(to),
                label: step.label.to_owned(),
                value: step.ty.to_owned(),
                lost: false,
                at: String::new(),
                source: format!("{}:{}:{}", step.file, step.line, step.column),
            })
        };
        let arrows: Vec<Item> = step.to.iter().map(arrow).collect();
        self.items.extend(arrows);
    }
}
