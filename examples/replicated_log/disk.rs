//! What a cluster keeps over everything that can happen to its nodes and its client.

use chor::Member;
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A log, and the term in which it was written last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// Each term has one leader, which writes one log.
    pub term: usize,
    /// What the client wanted to have appended, in its order.
    pub entries: Vec<String>,
}

/// The disk of one node: the promise not to follow leaders of earlier terms, and the log.
#[derive(Debug)]
pub struct Disk {
    /// How many nodes a leader needs: more than half of them, or entries get lost.
    quorum: usize,
    state: Mutex<(usize, Log)>,
}

impl Disk {
    /// The newest log of those who promised to follow, if these are a quorum.
    pub fn newest(&self, votes: &[(Member, Option<Log>)]) -> Option<Log> {
        let logs: Vec<&Log> = votes.iter().filter_map(|(_, log)| log.as_ref()).collect();
        let newest = logs.iter().max_by_key(|log| log.term).copied();
        newest.filter(|_| logs.len() >= self.quorum).cloned()
    }

    /// Whether a quorum wrote the log.
    pub fn written(&self, votes: &[(Member, bool)]) -> bool {
        votes.iter().filter(|(_, wrote)| *wrote).count() >= self.quorum
    }

    /// Promises to follow no leader of an earlier term; the log, if there is no later promise.
    pub fn promise(&self, term: usize) -> Option<Log> {
        let mut state = self.state();
        if term < state.0 {
            return None;
        }
        state.0 = term;
        Some(state.1.clone())
    }

    /// Writes the log of the leader of its term, unless there is a later promise; whether it did.
    pub fn write(&self, log: Log) -> bool {
        let mut state = self.state();
        let follows = log.term >= state.0;
        if follows {
            *state = (log.term, log);
        }
        follows
    }

    /// The log as it was written last.
    pub fn log(&self) -> Log {
        self.state().1.clone()
    }

    /// All of it is one write: it happens, or it doesn't.
    fn state(&self) -> MutexGuard<'_, (usize, Log)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The disks of all nodes, and how many entries the client was told of.
#[derive(Debug, Default)]
pub struct Cluster {
    /// One for each node.
    pub disks: Vec<Disk>,
    /// What the client wants to have appended.
    pub entries: Vec<String>,
    told: Mutex<usize>,
}

impl Cluster {
    /// So many nodes with empty disks, of which leaders need a quorum; a client with these entries.
    pub fn new(nodes: usize, quorum: usize, entries: &[&str]) -> Self {
        let disks = (0..nodes).map(|_| Disk { quorum, state: Mutex::default() }).collect();
        let entries = entries.iter().map(|entry| (*entry).to_owned()).collect();
        Self { disks, entries, told: Mutex::default() }
    }

    /// Empties the disks.
    pub fn erase(&self) {
        for disk in &self.disks {
            *disk.state() = Default::default();
        }
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = 0;
    }

    /// The entries that the client was told of.
    pub fn told(&self) -> &[String] {
        &self.entries[..*self.told.lock().unwrap_or_else(PoisonError::into_inner)]
    }

    /// The first entry that the client wasn't told of, and its number.
    pub fn next(&self) -> Option<(usize, String)> {
        let number = self.told().len();
        Some((number, self.entries.get(number)?.clone()))
    }

    /// The client is told that the log has its next entry.
    pub fn tell(&self) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        *told = self.entries.len().min(*told + 1);
    }

    /// Checks that each entry that the client was told of is on the disks of a majority, and in the
    /// newest log.
    ///
    /// # Errors
    /// An entry got lost.
    pub fn check(&self) -> Result<(), String> {
        let logs: Vec<Log> = self.disks.iter().map(Disk::log).collect();
        let newest = logs.iter().max_by_key(|log| log.term).cloned().unwrap_or_default();
        let has = |log: &&Log| log.entries.starts_with(self.told());
        if !has(&&newest) {
            return Err(format!("told of {:?}, but the newest is {newest:?}", self.told()));
        }
        match logs.iter().filter(has).count() {
            many if 2 * many > logs.len() => Ok(()),
            few => Err(format!("told of {:?}, which {few} of {} have", self.told(), logs.len())),
        }
    }
}
