//! A log that several nodes keep: what a client was told to be in it stays in it, whichever minority of
//! the nodes crashes or can't be reached. The simulator looks for a run that loses an entry.
//!
//! Each term has a leader. It asks the nodes for their logs, goes on with the newest of a majority,
//! appends the client's next entry, and tells the client when a majority has written that. Without a
//! majority in time it tells nobody, and the next term has another leader. All of it is one
//! choreography; that every node, the leader included, may be lost follows from it: whatever a node
//! sends is received by `try` or by `first`.
//!
//! ```sh
//! cargo run --example replicated_log
//! ```

use std::time::Duration;

use chor::prelude::*;
use chor::sim::{Failure, Report, explore};

pub mod disk;

use disk::{Cluster, Disk, Log};

/// How long one message is waited for.
pub const PATIENCE: Duration = Duration::from_secs(1);

chor! {
    /// In each term, one entry is appended: by a quorum of nodes in time, or by none that anybody is
    /// told of.
    pub chor replicate[Client, Nodes[..]](
        client: &Cluster @ Client,
        terms: usize @ [Client, Nodes],
        disk: &Disk @ each Nodes,
    ) {
        for term in 1..=terms {
            let leader = Nodes[term % Nodes.len()];

            // The leader goes on with the newest log of a quorum.
            let asked: bool @ each Nodes = each node in Nodes {
                let asked: Result<Option<usize>, Lost> @ node =
                    try leader -> node within PATIENCE: term;
                node: matches!(asked, Ok(Some(_)))
            };
            let votes: Result<Vec<(Member, Option<Log>)>, Lost> @ leader =
                try each node in Nodes until |votes| disk.newest(votes).is_some() within PATIENCE {
                    node -> leader: asked.then(|| disk.promise(term)).flatten()
                };

            // It appends what the client gives it, if that isn't there from an earlier term.
            let entry: Result<Option<Option<(usize, String)>>, Lost> @ leader =
                try Client -> leader within PATIENCE: client.next();
            let log: Option<Log> @ leader = leader: {
                let log = votes.ok().and_then(|votes| disk.newest(&votes));
                let entry = entry.ok().flatten().flatten();
                log.zip(entry).map(|(mut log, (number, entry))| {
                    if log.entries.len() == number {
                        log.entries.push(entry);
                    }
                    Log { term, ..log }
                })
            };

            // The client hears of it when a quorum has it.
            let wrote: bool @ each Nodes = each node in Nodes {
                let log: Result<Option<Option<Log>>, Lost> @ node =
                    try leader -> node within 4 * PATIENCE: log.clone();
                node: log.ok().flatten().flatten().is_some_and(|log| disk.write(log))
            };
            let votes: Result<Vec<(Member, bool)>, Lost> @ leader =
                try each node in Nodes until |votes| disk.written(votes) within PATIENCE {
                    node -> leader: wrote
                };
            let done: Result<Option<bool>, Lost> @ Client = try leader -> Client within 8 * PATIENCE:
                votes.is_ok_and(|votes| disk.written(&votes));
            Client: if matches!(done, Ok(Some(true))) { client.tell(); }
        }
    }
}

/// Looks for an entry that gets lost in so many terms: first without faults, then with one crash or
/// one broken way at every point, and then with two.
///
/// # Errors
/// An entry got lost: the shortest run in which one does.
pub fn look_for_losses(cluster: &Cluster, terms: usize) -> Result<Report, Box<Failure>> {
    let start = || {
        cluster.erase();
        replicate::Choreography::new(cluster, terms, cluster.disks.iter().collect())
    };
    // In which order answers come always makes a difference, so the orders are not all tried.
    explore(start).orders(false).crashes(1).cuts(1).runs(20_000).find(|_| cluster.check())
}

fn main() {
    for (name, quorum) in [("half of the nodes", 1), ("a majority", 2)] {
        let cluster = Cluster::new(3, quorum, &["one", "two"]);
        match look_for_losses(&cluster, 3) {
            Ok(report) => println!("{name}: {report}: no entry was lost"),
            Err(failure) => println!("{name}: {failure}\n"),
        }
    }
}
