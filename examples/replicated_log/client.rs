//! What the client wants to have in the log, and what it was told.

use serde::{Deserialize, Serialize};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Tells it from all others, so that it is in the log once, however often it was sent.
    pub id: u64,
    /// What the client said.
    pub text: String,
}

/// A client's entries, in their order: each is sent until it is known to be in the log.
#[derive(Debug, Default)]
pub struct Client {
    first: u64,
    state: Mutex<State>,
    more: Notify,
    news: Notify,
    pause: Option<Duration>,
}

#[derive(Debug, Default)]
struct State {
    entries: Vec<Entry>,
    told: usize,
}

impl Client {
    /// Which has these entries and no more.
    pub fn new(texts: &[&str]) -> Self {
        let client = Self::default();
        for text in texts {
            client.add((*text).to_owned());
        }
        client
    }

    /// Which gets its entries later, and waits in each round for so long for one. Their numbers begin
    /// with `first`.
    pub fn waiting(first: u64, pause: Duration) -> Self {
        Self { first, pause: Some(pause), ..Self::default() }
    }

    /// Adds an entry.
    pub fn add(&self, text: String) {
        let mut state = self.state();
        let id = self.first.wrapping_add(state.entries.len() as u64);
        state.entries.push(Entry { id, text });
        self.more.notify_one();
    }

    /// The first entry of which it wasn't told.
    pub async fn next(&self) -> Option<Entry> {
        if let (None, Some(pause)) = (self.untold(), self.pause) {
            // Without an entry, the round shows who is alive.
            let _ = timeout(pause, self.more.notified()).await;
        }
        self.untold()
    }

    /// It is told by a node that an entry is in the log.
    pub fn tell(&self, node: usize, id: u64) {
        let mut state = self.state();
        let next = state.entries.get(state.told).filter(|entry| entry.id == id);
        if let Some(entry) = next {
            if self.pause.is_some() {
                println!("appended by node {node}: {}", entry.text);
            }
            state.told += 1;
            self.news.notify_one();
        }
    }

    /// Waits until it was told of all its entries.
    pub async fn all_told(&self) {
        while self.untold().is_some() {
            self.news.notified().await;
        }
    }

    /// Whether it is worth its while to go on.
    ///
    /// # Errors
    /// Too few of its nodes are left.
    pub fn check(lives: &[bool], quorum: usize) -> anyhow::Result<()> {
        let left = lives.iter().filter(|lives| **lives).count();
        anyhow::ensure!(left >= quorum, "{left} of {} nodes are left", lives.len());
        Ok(())
    }

    /// What it was told to be in the log.
    pub fn told(&self) -> Vec<Entry> {
        let state = self.state();
        state.entries[..state.told].to_vec()
    }

    /// It was told nothing.
    pub fn forget(&self) {
        self.state().told = 0;
    }

    fn untold(&self) -> Option<Entry> {
        let state = self.state();
        state.entries.get(state.told).cloned()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
