//! A log that several nodes keep: what a client was told to be in it stays in it, whichever minority of
//! the nodes crashes or can't be reached.
//!
//! One node leads, for as long as it is alive and a majority follows it: in each round it appends the
//! client's next entry, sends its log to all, and tells the client when a majority has written it. Who
//! has missed a leader for a round stands for election when it is its turn, and leads if a majority
//! votes for it; it goes on with the newest log among theirs. A leader that no majority follows any more
//! tells nobody anything, and leads no longer.
//!
//! Who leads is nothing that all nodes can know: a node that is apart from the others may believe for a
//! while that it does. So the choreography has a part for each node as leader, in all rounds. Those who
//! don't lead say `None` there. That every node may be lost, and the client as well, follows from how
//! messages are received: all by `try`. A node that has lost the client ends, and so does a client that
//! is left with too few nodes.
//!
//! ```sh
//! cargo run --example replicated_log                  # the simulator looks for a run that loses an entry
//! cargo run --example replicated_log -- node          # one node, three times in terminals of their own
//! cargo run --example replicated_log -- client --nodes ADDRESS,ADDRESS,ADDRESS
//! ```
//!
//! Each line that the client is given is appended, also when one of the three nodes is killed, and each
//! line that it has said to be appended stays. A session also begins without one that
//! is down, but each client has to name all three, or what is a majority to one is none to another. What
//! the nodes keep is in memory here, so one that was killed has lost it, and with it its promise: it may
//! not come back.

use std::process::ExitCode;
use std::time::Duration;

use chor::prelude::*;

pub mod client;
pub mod node;
pub mod processes;
pub mod search;

use client::{Client, Entry};
use node::{Answer, Bid, Seat};

/// How long the slowest step of a round may take.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// How long a whole round may take: the leader waits for the client, and then for the votes.
pub const ROUND: Duration = Duration::from_secs(3);

/// How many of so many nodes are needed: any two such groups have a node in common.
pub fn majority(nodes: usize) -> usize {
    nodes / 2 + 1
}

chor! {
    /// In each round, who leads appends one entry: by a quorum of nodes in time, or so that nobody is
    /// told of it.
    pub chor replicate[Client, Nodes[..]](
        rounds: usize @ [Client, Nodes],
        quorum: fn(usize) -> usize @ [Client, Nodes],
        client: &Client @ Client,
        seat: Seat @ each Nodes,
    ) {
        for round in 0..rounds {
            let next: Option<Entry> @ Client = Client: client.next().await;
            let lives: Vec<bool> @ Client = each leader in Nodes {
                // Who leads bids with its log; who misses a leader, when it is its turn, for votes.
                let entry: Result<Option<Option<Entry>>, Lost> @ leader =
                    try Client -> leader within PATIENCE: next.clone();
                let entry = leader: entry?.flatten();
                let bid: Option<Bid> @ leader = leader:
                    seat.bid(round, round % Nodes.len() == leader.index(), Nodes.len(), entry.as_ref());

                // Who gets a bid follows it, unless it has promised not to.
                let answer: Option<Answer> @ each Nodes = each node in Nodes {
                    let bid: Result<Option<Option<Bid>>, Lost> @ node =
                        try leader -> node within ROUND: bid.clone();
                    node: bid.ok().flatten().flatten().map(|bid| seat.answer(round, bid))
                };

                // What a quorum has done is done.
                let answers: Result<Vec<(Member, Option<Answer>)>, Lost> @ leader =
                    try each node in Nodes until |answers| {
                        bid.is_none() || node::is_decided(answers, quorum(Nodes.len()))
                    } within PATIENCE {
                        node -> leader: answer.clone()
                    };
                let written: Option<u64> @ leader = leader:
                    seat.settle(bid, answers.unwrap_or_default(), quorum(Nodes.len()), entry);
                let told: Result<Option<Option<u64>>, Lost> @ Client =
                    try leader -> Client within ROUND: written;
                Client: {
                    if let Ok(Some(Some(id))) = told {
                        client.tell(leader.index(), id);
                    }
                    told.is_ok()
                }
            };
            Client: Client::check(&lives, quorum(Nodes.len()))?;
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    processes::main().await
}
