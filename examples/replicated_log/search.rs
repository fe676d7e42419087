//! The simulator looks for a run in which an entry gets lost.

use super::client::Client;
use super::node::{Disk, Log, Seat};
use super::replicate;
use chor::sim::{Failure, Report, explore};
use std::sync::Arc;

/// What outlives all that can happen to nodes and client in a run.
#[derive(Debug)]
pub struct Cluster {
    /// One for each node.
    pub disks: Vec<Arc<Disk>>,
    /// With its entries, and what it was told.
    pub client: Client,
    /// How many of so many nodes a leader needs.
    pub quorum: fn(usize) -> usize,
}

impl Cluster {
    /// So many nodes with empty disks, of which leaders need a quorum, and a client with these entries.
    pub fn new(nodes: usize, quorum: fn(usize) -> usize, entries: &[&str]) -> Self {
        let disks = (0..nodes).map(|_| Arc::default()).collect();
        Self { disks, client: Client::new(entries), quorum }
    }

    /// Everything as at the beginning.
    pub fn erase(&self) {
        for disk in &self.disks {
            disk.erase();
        }
        self.client.forget();
    }

    /// The nodes' parts in a session.
    pub fn seats(&self) -> Vec<Seat> {
        self.disks.iter().map(|disk| Seat::new(disk, |_| ())).collect()
    }

    /// Checks that each entry that the client was told of is on the disks of a majority, and in the
    /// newest log.
    ///
    /// # Errors
    /// An entry got lost.
    pub fn check(&self) -> Result<(), String> {
        let logs: Vec<Log> = self.disks.iter().map(|disk| disk.log()).collect();
        let newest = logs.iter().max_by_key(|log| log.age()).cloned().unwrap_or_default();
        let told = self.client.told();
        let has = |log: &&Log| log.entries.starts_with(&told);
        if !has(&&newest) {
            return Err(format!("told of {told:?}, but the newest is {newest:?}"));
        }
        match logs.iter().filter(has).count() {
            many if 2 * many > logs.len() => Ok(()),
            few => Err(format!("told of {told:?}, which {few} of {} have", logs.len())),
        }
    }
}

/// Looks for an entry that gets lost in so many rounds: first without faults, then with one crash or
/// one broken way at every point, and then with two, in at most so many runs.
///
/// # Errors
/// An entry got lost: the shortest run in which one does.
pub fn look_for_losses(
    cluster: &Cluster,
    rounds: usize,
    runs: usize,
) -> Result<Report, Box<Failure>> {
    let start = || {
        cluster.erase();
        replicate::Choreography::new(rounds, cluster.quorum, &cluster.client, cluster.seats())
    };
    // In which order answers come always makes a difference, so the orders are not all tried.
    explore(start).orders(false).crashes(1).cuts(1).runs(runs).find(|_| cluster.check())
}
