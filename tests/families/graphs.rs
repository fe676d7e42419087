//! Traversals of graphs (Fokkink, *Distributed Algorithms*): Tarry's, depth-first search, echo.

use crate::{crashes, leak, seeds};
use chor::play_together;
use chor::prelude::*;
use chor::sim::Simulation;
use std::collections::BTreeSet;
use std::sync::Mutex;
use tokio::sync::watch;

/// Both directions of each edge between nodes, by number.
pub(crate) type Graph = BTreeSet<(usize, usize)>;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    Tarry,
    DepthFirst,
    Echo,
}

/// One node: from whom it had the first message, from whom it had one, and to whom it may send.
#[derive(Debug)]
struct Node {
    rule: Rule,
    index: usize,
    neighbours: BTreeSet<usize>,
    parent: Mutex<Option<usize>>,
    heard: Mutex<BTreeSet<usize>>,
    sends: watch::Sender<BTreeSet<usize>>,
}

impl Node {
    fn new(rule: Rule, graph: &Graph, index: usize) -> Self {
        let neighbours = graph.iter().filter(|(from, _)| *from == index).map(|(_, to)| *to);
        let node = Self {
            rule,
            index,
            neighbours: neighbours.collect(),
            parent: Mutex::default(),
            heard: Mutex::default(),
            sends: watch::Sender::default(),
        };
        if index == 0 {
            node.go_on(None);
        }
        node
    }

    /// Waits until it is this neighbour's turn.
    async fn turn(&self, to: usize) {
        let mut sends = self.sends.subscribe();
        let turn = sends.wait_for(|sends| sends.contains(&to)).await;
        assert!(turn.is_ok(), "the node is there");
    }

    fn arrived(&self, from: usize) {
        if self.index != 0 {
            self.parent.lock().expect("no node panics").get_or_insert(from);
        }
        self.heard.lock().expect("no node panics").insert(from);
        self.go_on(Some(from));
    }

    fn go_on(&self, from: Option<usize>) {
        let parent = self.parent();
        self.sends.send_modify(|sent| match self.rule {
            Rule::Echo => {
                sent.extend(self.neighbours.iter().filter(|to| Some(**to) != parent));
                let heard = self.heard.lock().expect("no node panics");
                sent.extend(parent.filter(|_| heard.len() == self.neighbours.len()));
            }
            Rule::Tarry | Rule::DepthFirst => sent.extend(self.token_goes(sent, from, parent)),
        });
    }

    /// Never twice through a channel, and to the parent only if there is no other way; in depth-first
    /// search back at once, if that is allowed.
    fn token_goes(
        &self,
        sent: &BTreeSet<usize>,
        from: Option<usize>,
        parent: Option<usize>,
    ) -> Option<usize> {
        let free: BTreeSet<usize> = self.neighbours.difference(sent).copied().collect();
        let others = || free.iter().copied().filter(|to| Some(*to) != parent);
        let back = others().find(|to| self.rule == Rule::DepthFirst && Some(*to) == from);
        back.or_else(|| others().next()).or(parent.filter(|parent| free.contains(parent)))
    }

    fn parent(&self) -> Option<usize> {
        *self.parent.lock().expect("no node panics")
    }
}

chor! {
    /// One message in each direction of each edge, in the order that the nodes' rule allows.
    chor traverse[Nodes[..]](graph: &Graph @ Nodes, node: &Node @ each Nodes) -> Option<usize> @ each Nodes {
        each u in Nodes {
            each v in Nodes {
                if graph.contains(&(u.index(), v.index())) {
                    let from: usize = u -> v: { node.turn(v.index()).await; u.index() };
                    v: node.arrived(from);
                }
            }
        }
        each Nodes: node.parent()
    }
}

pub(crate) fn graph(edges: &[(usize, usize)]) -> Graph {
    edges.iter().flat_map(|&(u, v)| [(u, v), (v, u)]).collect()
}

const EDGES: [(usize, usize); 7] = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 4), (3, 4), (4, 5)];

/// The parents of all nodes, and how many messages there were.
fn traversed(rule: Rule, seed: u64) -> (Vec<Option<usize>>, usize) {
    let graph = graph(&EDGES);
    let nodes: Vec<Node> = (0..6).map(|index| Node::new(rule, &graph, index)).collect();
    let run = Simulation::new()
        .seed(seed)
        .run(|| traverse::Choreography::new(&graph, nodes.iter().collect()));
    let parents = run.results.nodes.into_iter().map(Result::unwrap).collect();
    for (from, node) in nodes.iter().enumerate() {
        assert_eq!(
            *node.heard.lock().unwrap(),
            node.neighbours,
            "each edge is used towards {from}"
        );
    }
    (parents, run.trace.to_string().lines().count())
}

/// Whether all ways by parents lead to `root`.
pub(crate) fn is_tree(parents: &[Option<usize>], root: usize) -> bool {
    let up = |mut node: usize| {
        for _ in 0..parents.len() {
            node = parents[node].unwrap_or(node);
        }
        node == root
    };
    parents[root].is_none() && (0..parents.len()).all(up)
}

#[test]
fn each_edge_is_used_once_in_each_direction_and_parents_are_a_tree() {
    for rule in [Rule::Tarry, Rule::DepthFirst, Rule::Echo] {
        for seed in 0..1_000 {
            let (parents, messages) = traversed(rule, seed);
            assert_eq!(messages, 2 * EDGES.len(), "{rule:?}, seed {seed}");
            assert!(is_tree(&parents, 0), "{rule:?}, seed {seed}: {parents:?}");
        }
    }
}

type Traversal = traverse::Choreography<&'static Graph, Vec<&'static Node>>;

fn traverse_and_check(play: impl Fn(Traversal) -> Vec<Option<usize>>) {
    for rule in [Rule::Tarry, Rule::DepthFirst, Rule::Echo] {
        let graph = leak(graph(&EDGES));
        let nodes: &'static [Node] =
            leak((0..6).map(|index| Node::new(rule, graph, index)).collect::<Vec<_>>());
        let parents = play(traverse::Choreography::new(graph, nodes.iter().collect()));
        assert!(is_tree(&parents, 0), "{rule:?}: {parents:?}");
        for node in nodes {
            assert_eq!(*node.heard.lock().unwrap(), node.neighbours, "{rule:?}");
        }
    }
}

#[test]
fn each_edge_is_used_and_parents_are_a_tree_over_memory() {
    traverse_and_check(|all| seeds::runtime().block_on(play_together(all)).unwrap().nodes);
}

#[test]
fn each_edge_is_used_and_parents_are_a_tree_over_nodes() {
    traverse_and_check(|all| seeds::between_nodes(all).nodes);
}

#[test]
fn depth_first_search_makes_a_depth_first_tree() {
    let parents = [None, Some(0), Some(1), Some(4), Some(2), Some(4)];
    assert_eq!(traversed(Rule::DepthFirst, 0).0, parents);
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    for rule in [Rule::Tarry, Rule::DepthFirst, Rule::Echo] {
        let graph = graph(&[(0, 1), (0, 2), (1, 2)]);
        let make = || {
            let nodes: Vec<Node> = (0..3).map(|index| Node::new(rule, &graph, index)).collect();
            traverse::Choreography::new(&graph, nodes.leak().iter().collect())
        };
        // A crash of who has nothing more to send leaves the tree whole.
        crashes::crash_everywhere(make, |(nodes, ())| {
            let parents = nodes.iter().map(|node| node.as_ref().ok().copied().flatten());
            is_tree(&parents.collect::<Vec<_>>(), 0) || nodes.iter().any(Result::is_err)
        });
    }
}
