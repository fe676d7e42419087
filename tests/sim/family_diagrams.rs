//! Diagrams of protocols with families.

use chor::prelude::*;
use chor::sim::Diagram;

chor! {
    chor ring[Leader, Nodes[..]](x: u32 @ each Nodes) -> Vec<u32> @ Leader {
        each w in Nodes {
            let right = Nodes[(w.index() + 1) % Nodes.len()];
            let passed: u32 = w -> right: x;
            let told: u32 = right -> Leader: passed;
            told
        }
    }
}

#[test]
fn members_are_drawn_under_their_family() {
    let diagram = Diagram::of(&ring::PROTOCOL);
    let text = diagram.to_mermaid();
    for line in ["each w in Nodes", "r1->>r1: passed: u32", "r1->>r0: told: u32"] {
        assert!(text.contains(line), "no {line} in {text}");
    }
    assert!(diagram.to_svg().contains("passed"));
}
