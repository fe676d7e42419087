//! Leader election on rings: Chang and Roberts, Itai and Rodeh (Fokkink, *Distributed Algorithms*).

use crate::crashes;
use chor::prelude::*;
use chor::sim::Simulation;

chor! {
    /// Each passes on identities greater than its own; the greatest comes back to its node.
    chor chang_roberts[Nodes[..]](id: u64 @ each Nodes) -> Option<u64> @ each Nodes {
        let mut token: Option<u64> @ each Nodes = each Nodes: Some(id);
        let mut leader: Option<u64> @ each Nodes = each Nodes: None;
        for _ in 0..Nodes.len() {
            let heard: Option<u64> @ each Nodes = each w in Nodes {
                let left = Nodes[(w.index() + Nodes.len() - 1) % Nodes.len()];
                left -> w: token
            };
            each w in Nodes {
                w: token = heard.filter(|other| *other > id);
                w: if heard == Some(id) { leader = heard; }
            }
        }
        // Whoever got its own identity back says so, once around.
        for _ in 0..Nodes.len() {
            let heard: Option<u64> @ each Nodes = each w in Nodes {
                let left = Nodes[(w.index() + Nodes.len() - 1) % Nodes.len()];
                left -> w: leader
            };
            each Nodes: leader = leader.or(heard);
        }
        each Nodes: leader
    }
}

#[test]
fn the_greatest_identity_leads_everywhere() {
    for ids in [vec![7, 3, 0], vec![0, 3, 7], vec![5], vec![2, 9, 4, 1, 8], vec![]] {
        let leader = ids.iter().max().copied();
        let run = Simulation::new().run(|| chang_roberts::Choreography::new(ids.clone()));
        for found in run.results.nodes {
            assert_eq!(found.unwrap(), leader, "{ids:?}");
        }
    }
}

#[test]
fn no_seed_changes_the_leader() {
    crate::change_nothing(|| chang_roberts::Choreography::new(vec![7, 3, 0]));
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    let make = || chang_roberts::Choreography::new(vec![7, 3, 0]);
    crashes::change_nothing_else(make);
}
