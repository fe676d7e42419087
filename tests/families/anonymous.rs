//! Election on a ring whose nodes have no identities: Itai and Rodeh (Fokkink, *Distributed Algorithms*).

use crate::crashes;
use chor::prelude::*;
use chor::sim::Simulation;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Mutex;
use tokio::sync::Notify;

/// What goes around. The greater of two tokens has the later round, or the greater number in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Token {
    Candidate { round: u32, number: usize, hops: usize, alone: bool },
    Elected,
}

#[derive(Debug)]
struct State {
    /// The round and the number in it, while it is no other's.
    active: Option<(u32, usize)>,
    leads: bool,
    draws: u64,
    waiting: VecDeque<Token>,
}

/// One node: what it knows, and what it has to pass on.
#[derive(Debug)]
struct Node {
    size: usize,
    state: Mutex<State>,
    more: Notify,
}

impl Node {
    /// Whose draws follow from this number.
    fn new(size: usize, draws: u64) -> Self {
        let state = State { active: None, leads: false, draws, waiting: VecDeque::new() };
        let node = Self { size, state: Mutex::new(state), more: Notify::new() };
        node.change(|state| state.draw(1, size));
        node
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().expect("no node panics"))
    }

    async fn next(&self) -> Token {
        loop {
            if let Some(token) = self.change(|state| state.waiting.pop_front()) {
                return token;
            }
            self.more.notified().await;
        }
    }

    fn take(&self, token: Token) {
        self.change(|state| match token {
            Token::Elected if state.leads => {}
            Token::Elected => state.waiting.push_back(token),
            Token::Candidate { round, number, hops, alone } => {
                state.meet((round, number), hops + 1, alone, self.size);
            }
        });
        self.more.notify_one();
    }

    fn leads(&self) -> bool {
        self.change(|state| state.leads)
    }
}

impl State {
    /// Stands for election in a round, with a number from 1 to `size`.
    fn draw(&mut self, round: u32, size: usize) {
        self.draws = self.draws.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let number = 1 + usize::try_from(self.draws >> 33).expect("31 bits") % size;
        self.active = Some((round, number));
        self.waiting.push_back(Token::Candidate { round, number, hops: 1, alone: true });
    }

    fn meet(&mut self, other: (u32, usize), hops: usize, alone: bool, size: usize) {
        let (round, number) = other;
        let own = self.active.filter(|own| *own >= other);
        self.active = own;
        match own {
            // It is its own, since all have passed it on.
            Some(own) if own == other && hops > size => {
                if alone {
                    self.leads = true;
                    self.waiting.push_back(Token::Elected);
                } else {
                    self.draw(round + 1, size);
                }
            }
            Some(own) if own == other => {
                self.waiting.push_back(Token::Candidate { round, number, hops, alone: false });
            }
            Some(_) => {}
            None => self.waiting.push_back(Token::Candidate { round, number, hops, alone }),
        }
    }
}

chor! {
    /// Each node sends to its right what it has for it, until the leader is known.
    chor elect[Nodes[..]](node: &Node @ each Nodes) -> bool @ each Nodes {
        each w in Nodes {
            let right = Nodes[(w.index() + 1) % Nodes.len()];
            loop {
                let token: Token = w => right: node.next().await;
                right: node.take(token);
                if token == Token::Elected {
                    break;
                }
            }
        }
        each Nodes: node.leads()
    }
}

fn nodes(size: usize, seed: u64) -> Vec<Node> {
    (0..size).map(|index| Node::new(size, seed * 1_000 + index as u64)).collect()
}

#[test]
fn exactly_one_leads_whatever_they_draw() {
    for size in 2..6 {
        for seed in 0..50 {
            let nodes = nodes(size, seed);
            let run = Simulation::new().run(|| elect::Choreography::new(nodes.iter().collect()));
            let leaders = run.results.nodes.into_iter().map(Result::unwrap);
            assert_eq!(leaders.filter(|leads| *leads).count(), 1, "{size} nodes, seed {seed}");
        }
    }
}

#[test]
fn no_seed_changes_who_leads() {
    crate::change_nothing(|| elect::Choreography::new(leaked(nodes(3, 1))));
}

fn leaked(nodes: Vec<Node>) -> Vec<&'static Node> {
    nodes.leak().iter().collect()
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    crashes::change_nothing_else(|| elect::Choreography::new(leaked(nodes(3, 1))));
}
