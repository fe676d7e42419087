//! The diagram of a protocol, without a run.

use super::{Arrow, Diagram, Frame, Item};
use chor_runtime::{Node, Protocol, Step};

pub(super) fn diagram(protocol: &Protocol) -> Diagram {
    let roles: Vec<String> = protocol.roles.iter().map(|role| (*role).to_owned()).collect();
    let mut diagram = Diagram { title: protocol.name.to_owned(), roles, items: Vec::new() };
    diagram.add_nodes(protocol.tree);
    diagram
}

impl Diagram {
    fn add_nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            self.add_node(node);
        }
    }

    fn add_node(&mut self, node: &Node) {
        match node {
            Node::Message { step } => self.add_step(step),
            Node::Branch { on, arms, .. } => self.add_branch(on, arms),
            Node::Loop { head, body, .. } => {
                self.items.push(Item::Open { kind: Frame::Loop, title: (*head).to_owned() });
                self.add_nodes(body);
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

    fn add_branch(&mut self, on: &str, arms: &[(&str, &[Node])]) {
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
            self.add_nodes(body);
        }
        self.items.push(Item::Close);
    }

    fn add_step(&mut self, step: &Step) {
        let place = |name: &str| self.roles.iter().position(|role| role == name).unwrap_or(0);
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
