//! Election on graphs: echo with extinction (Fokkink, *Distributed Algorithms*).

use crate::crashes;
use crate::graphs::{Graph, graph, is_tree};
use chor::play_together;
use chor::prelude::*;
use chor::sim::Simulation;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard};
use tokio::sync::Notify;

/// What goes from neighbour to neighbour. After the news there is nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Message {
    Wave(u64),
    Leader(u64),
}

/// A node's part in a wave.
#[derive(Debug)]
struct Wave {
    id: u64,
    /// From whom the wave came; `None` at its initiator.
    parent: Option<usize>,
    heard: BTreeSet<usize>,
}

#[derive(Debug, Default)]
struct State {
    wave: Option<Wave>,
    leader: Option<u64>,
    outbox: BTreeMap<usize, VecDeque<Message>>,
}

/// One node: which wave it takes part in, and what it has for its neighbours.
#[derive(Debug)]
struct Node {
    state: Mutex<State>,
    more: BTreeMap<usize, Notify>,
}

impl Node {
    /// With an identity, it starts a wave.
    fn new(graph: &Graph, index: usize, id: Option<u64>) -> Self {
        let neighbours = graph.iter().filter(|(from, _)| *from == index).map(|(_, to)| *to);
        let more: BTreeMap<_, _> = neighbours.map(|to| (to, Notify::new())).collect();
        let outbox = more.keys().map(|to| (*to, VecDeque::new())).collect();
        let state = Mutex::new(State { outbox, ..State::default() });
        let node = Self { state, more };
        if let Some(id) = id {
            node.state().join(id, None);
        }
        node
    }

    /// What it sends next to a neighbour.
    async fn next(&self, to: usize) -> Message {
        loop {
            let next = self.state().outbox.get_mut(&to).and_then(VecDeque::pop_front);
            if let Some(message) = next {
                return message;
            }
            self.more[&to].notified().await;
        }
    }

    fn take(&self, from: usize, message: Message) {
        match message {
            Message::Wave(id) => self.state().meet(id, from),
            Message::Leader(id) => self.state().learn(id),
        }
        for more in self.more.values() {
            more.notify_one();
        }
    }

    /// The leader, and from whom its wave came.
    fn elected(&self) -> (u64, Option<usize>) {
        let state = self.state();
        let parent = state.wave.as_ref().and_then(|wave| wave.parent);
        (state.leader.expect("the news has come"), parent)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no node panics")
    }
}

impl State {
    /// A smaller wave ends here; a greater one takes the node over.
    fn meet(&mut self, id: u64, from: usize) {
        match &mut self.wave {
            Some(wave) if id < wave.id => {}
            Some(wave) if id == wave.id => {
                wave.heard.insert(from);
                self.echo();
            }
            _ => self.join(id, Some(from)),
        }
    }

    fn join(&mut self, id: u64, parent: Option<usize>) {
        self.wave = Some(Wave { id, parent, heard: parent.into_iter().collect() });
        for (_, outbox) in self.outbox.iter_mut().filter(|(to, _)| Some(**to) != parent) {
            outbox.push_back(Message::Wave(id));
        }
        self.echo();
    }

    /// Once all neighbours have passed the wave on, it goes back, and at its initiator it is over.
    fn echo(&mut self) {
        let Some(wave) = self.wave.as_ref().filter(|it| it.heard.len() == self.outbox.len()) else {
            return;
        };
        let id = wave.id;
        match wave.parent {
            Some(parent) => {
                let outbox = self.outbox.get_mut(&parent).expect("it is a neighbour");
                outbox.push_back(Message::Wave(id));
            }
            None => self.learn(id),
        }
    }

    fn learn(&mut self, leader: u64) {
        if self.leader.replace(leader).is_none() {
            for outbox in self.outbox.values_mut() {
                outbox.push_back(Message::Leader(leader));
            }
        }
    }
}

chor! {
    /// Each node sends to each neighbour what it has for it, until the leader is known.
    chor elect[Nodes[..]](graph: &Graph @ Nodes, node: &Node @ each Nodes)
        -> (u64, Option<usize>) @ each Nodes
    {
        each u in Nodes {
            each v in Nodes {
                if graph.contains(&(u.index(), v.index())) {
                    loop {
                        let message: Message = u => v: node.next(v.index()).await;
                        v: node.take(u.index(), message);
                        if matches!(message, Message::Leader(_)) {
                            break;
                        }
                    }
                }
            }
        }
        each Nodes: node.elected()
    }
}

/// A connected graph, and the identities of those who want to lead, of whom there is one at least.
#[derive(Debug)]
struct Network {
    graph: Graph,
    ids: Vec<Option<u64>>,
}

impl Network {
    fn ring(ids: &[u64]) -> Self {
        let size = ids.len();
        let edges: Vec<_> =
            (0..size).map(|index| (index, (index + 1) % size)).filter(|(u, v)| u != v).collect();
        Self { graph: graph(&edges), ids: ids.iter().copied().map(Some).collect() }
    }

    /// Follows from a number.
    fn random(number: u64) -> Self {
        let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut below = |limit: usize| {
            state =
                state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            usize::try_from(state >> 33).expect("31 bits") % limit
        };
        let size = 1 + below(6);
        // Each is connected with one before it, and any two may be.
        let mut edges: Vec<_> = (1..size).map(|node| (below(node), node)).collect();
        let others = (0..size).map(|_| (below(size), below(size))).filter(|(u, v)| u != v);
        edges.extend(others.collect::<Vec<_>>());
        let first = below(size);
        let ids = (0..size).map(|node| {
            let id = (below(1_000) * size + node) as u64;
            (node == first || below(2) == 0).then_some(id)
        });
        Self { ids: ids.collect(), graph: graph(&edges) }
    }

    fn nodes(&self) -> Vec<Node> {
        let ids = self.ids.iter().enumerate();
        ids.map(|(index, id)| Node::new(&self.graph, index, *id)).collect()
    }

    /// The greatest identity leads everywhere, and the ways of its wave lead to it.
    fn check(&self, elected: &[(u64, Option<usize>)]) {
        let leader = self.ids.iter().max().copied().flatten().expect("one wants to lead");
        let root = self.ids.iter().position(|id| *id == Some(leader)).expect("it is there");
        let parents: Vec<Option<usize>> = elected.iter().map(|(_, parent)| *parent).collect();
        assert!(elected.iter().all(|(id, _)| *id == leader), "{self:?}: {elected:?}");
        assert!(is_tree(&parents, root), "{self:?}: {parents:?}");
        let ways = parents.iter().enumerate();
        let ways = ways.filter_map(|(node, parent)| parent.map(|parent| (node, parent)));
        assert!(ways.into_iter().all(|way| self.graph.contains(&way)), "{self:?}: {parents:?}");
    }

    /// No wave uses an edge more than once in each direction, and neither do the news.
    fn most_messages(&self) -> usize {
        let waves = self.ids.iter().flatten().count();
        (waves + 1) * self.graph.len()
    }
}

fn elect_and_check(network: &Network, seed: u64) {
    let nodes = network.nodes();
    let run = Simulation::new()
        .seed(seed)
        .run(|| elect::Choreography::new(&network.graph, nodes.iter().collect()));
    let elected: Vec<_> = run.results.nodes.into_iter().map(Result::unwrap).collect();
    network.check(&elected);
    let messages = run.trace.to_string().lines().count();
    assert!(messages <= network.most_messages(), "{messages} messages, {network:?}");
}

#[test]
fn the_greatest_identity_leads_on_rings() {
    for ids in [&[5][..], &[1, 2], &[7, 3, 0], &[0, 3, 7], &[2, 9, 4, 1, 8]] {
        for seed in 0..100 {
            elect_and_check(&Network::ring(ids), seed);
        }
    }
}

#[test]
fn the_greatest_of_those_who_want_to_lead_does_on_connected_graphs() {
    for seed in 0..1_000 {
        elect_and_check(&Network::random(seed), seed);
    }
}

#[tokio::test]
async fn it_leads_over_memory() {
    for number in 0..100 {
        let network = Network::random(number);
        let nodes = network.nodes();
        let all = elect::Choreography::new(&network.graph, nodes.iter().collect());
        network.check(&play_together(all).await.unwrap().nodes);
    }
}

#[test]
fn it_leads_over_nodes() {
    for number in 0..10 {
        let network = crate::leak(Network::random(number));
        let nodes = network.nodes().leak();
        let all = elect::Choreography::new(&network.graph, nodes.iter().collect());
        network.check(&crate::seeds::between_nodes(all).nodes);
    }
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    let network = Network::ring(&[7, 3, 0]);
    let make = || {
        let nodes = network.nodes();
        elect::Choreography::new(&network.graph, nodes.leak().iter().collect())
    };
    crashes::crash_everywhere(make, |(nodes, ())| {
        nodes.iter().flatten().all(|(leader, _)| *leader == 7)
    });
}
