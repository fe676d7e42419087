//! A key-value store with any number of backups: writes may be corrupted, and the majority is
//! right.

use crate::{crashes, leak, seeds};
use chor::play_together;
use chor::prelude::*;
use chor::sim::{Decision, Simulation};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use tokio::sync::Notify;

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Request {
    Get(String),
    Put(String, u32),
}

/// What one process keeps, and which of its writes are corrupted, by their number.
#[derive(Debug, Default)]
pub(crate) struct Store {
    values: Mutex<BTreeMap<String, u32>>,
    corrupted: Vec<u32>,
    writes: Mutex<u32>,
    pub(crate) stall: Option<Stall>,
}

/// Where a write waits until it is let go on.
#[derive(Debug)]
pub(crate) struct Stall {
    write: u32,
    pub(crate) reached: Notify,
    pub(crate) go: Notify,
}

impl Store {
    fn corrupting(corrupted: &[u32]) -> Self {
        Self { corrupted: corrupted.to_vec(), ..Self::default() }
    }

    pub(crate) fn stalling(write: u32) -> Self {
        let stall = Stall { write, reached: Notify::new(), go: Notify::new() };
        Self { stall: Some(stall), ..Self::default() }
    }

    fn values(&self) -> MutexGuard<'_, BTreeMap<String, u32>> {
        self.values.lock().expect("no role panics")
    }

    pub(crate) fn get(&self, key: &str) -> Option<u32> {
        self.values().get(key).copied()
    }

    fn put(&self, key: &str, value: u32) -> Option<u32> {
        let mut writes = self.writes.lock().expect("no role panics");
        let wrong = self.corrupted.contains(&*writes);
        *writes += 1;
        self.values().insert(key.to_owned(), if wrong { value ^ 1 } else { value })
    }

    async fn copy(&self, key: &str, value: u32) {
        let write = *self.writes.lock().expect("no role panics");
        if let Some(stall) = self.stall.as_ref().filter(|stall| stall.write == write) {
            stall.reached.notify_one();
            stall.go.notified().await;
        }
        self.put(key, value);
    }

    /// Stands for all that is kept.
    fn hash(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.values().hash(&mut hasher);
        hasher.finish()
    }
}

/// The hash that most have, if more than half of all have it.
fn most(own: u64, others: &[(Member, u64)], all: usize) -> Option<u64> {
    let hashes = || others.iter().map(|(_, hash)| *hash).chain([own]);
    hashes().find(|hash| 2 * hashes().filter(|other| other == hash).count() > all)
}

/// Who has what the majority has: `None` is the server itself.
fn right(own: u64, others: &[(Member, u64)], all: usize) -> anyhow::Result<Option<usize>> {
    let most = most(own, others, all).ok_or_else(|| anyhow::anyhow!("there is no majority"))?;
    if own == most {
        return Ok(None);
    }
    Ok(others.iter().find(|(_, hash)| *hash == most).map(|(member, _)| member.index()))
}

fn written(request: &Request) -> (String, u32) {
    match request {
        Request::Put(key, value) => (key.clone(), *value),
        Request::Get(key) => unreachable!("{key} is only read"),
    }
}

fn read(request: &Request) -> String {
    match request {
        Request::Get(key) | Request::Put(key, _) => key.clone(),
    }
}

chor! {
    /// Each write goes to all backups; a majority decides what all have afterwards.
    pub(crate) chor serve[Client, Server, Backups[..]](
        requests: Vec<Request> @ Client,
        store: &Store @ Server,
        copy: &Store @ each Backups,
    ) -> Vec<Option<u32>> @ Client {
        let mut replies: Vec<Option<u32>> @ Client = Vec::new();
        let count: usize = Client => [Server, Backups]: requests.len();
        for index in 0..count {
            let request: Request = Client -> Server: requests[index].clone();
            if Client => [Server, Backups]: matches!(requests[index], Request::Put(..)) {
                let entry: (String, u32) = Server => Backups: written(&request);
                let reply: Option<u32> = Server -> Client: store.put(&entry.0, entry.1);
                replicate[Server, Backups](entry, store, copy);
                Client: replies.push(reply);
            } else {
                let reply: Option<u32> = Server -> Client: store.get(&read(&request));
                Client: replies.push(reply);
            }
        }
        Client: replies
    }

    chor replicate[Server, Backups[..]](
        entry: (String, u32) @ [Server, Backups],
        store: &Store @ Server,
        copy: &Store @ each Backups,
    ) {
        let hashes: Vec<(Member, u64)> @ Server =
            each b in Backups until |hashes| most(store.hash(), hashes, Backups.len() + 1).is_some() {
                b: copy.copy(&entry.0, entry.1).await;
                b -> Server: copy.hash()
            };
        let holder = Server: right(store.hash(), &hashes, Backups.len() + 1)?;
        match Server => Backups: holder as Option<usize> {
            Some(number) => {
                let holder = Backups[number];
                let state: Result<BTreeMap<String, u32>, Lost> @ Server = try holder -> Server: copy.values().clone();
                let state = Server: state?;
                Server: *store.values() = state.clone();
                let state: BTreeMap<String, u32> = Server -> Backups: state;
                each Backups: *copy.values() = state.clone();
            }
            None => {
                let state: BTreeMap<String, u32> = Server -> Backups: store.values().clone();
                each Backups: *copy.values() = state.clone();
            }
        }
    }
}

fn get(key: &str) -> Request {
    Request::Get(key.to_owned())
}

fn put(key: &str, value: u32) -> Request {
    Request::Put(key.to_owned(), value)
}

pub(crate) fn requests() -> Vec<Request> {
    vec![get("foo"), put("foo", 42), get("foo"), put("foo", 43), get("foo")]
}

pub(crate) const REPLIES: [Option<u32>; 5] = [None, None, Some(42), Some(42), Some(43)];

#[test]
fn any_number_of_backups_equals_the_server_after_each_write() {
    for backups in [0, 1, 2, 4] {
        let (store, copies) = (Store::default(), (0..backups).map(|_| Store::default()));
        let copies: Vec<Store> = copies.collect();
        let run = Simulation::new()
            .run(|| serve::Choreography::new(requests(), &store, copies.iter().collect()));
        assert_eq!(run.results.client.unwrap(), REPLIES, "{backups} backups");
        for copy in &copies {
            assert_eq!(*copy.values(), *store.values(), "{backups} backups");
        }
    }
}

#[test]
fn what_was_corrupted_is_replaced_by_what_the_majority_has() {
    for corrupted in 0..3 {
        let stores: Vec<Store> = (0..3)
            .map(|which| Store::corrupting(if which == corrupted { &[0, 1] } else { &[] }))
            .collect();
        let run = Simulation::new()
            .run(|| serve::Choreography::new(requests(), &stores[0], stores[1..].iter().collect()));
        assert!(run.results.client.is_ok(), "{corrupted}: {:?}", run.results.client);
        for store in &stores {
            assert_eq!(store.get("foo"), Some(43), "{corrupted}");
        }
    }
}

/// A server and two backups, of which these are corrupted, if any, at the first and at the second write.
fn corrupted(by_write: [usize; 2]) -> Vec<Store> {
    let writes = |which| (0..2).filter(move |write| by_write[*write as usize] == which);
    (0..3).map(|which| Store::corrupting(&writes(which).collect::<Vec<_>>())).collect()
}

/// Each of the three at each write, or none, in many orders; over memory, and between nodes.
#[test]
fn whatever_is_corrupted_all_have_what_the_majority_has() {
    for by_write in (0..16).map(|number| [number % 4, number / 4]) {
        let all = |stores: &'static [Store]| {
            serve::Choreography::new(requests(), &stores[0], stores[1..].iter().collect())
        };
        let check = |stores: &[Store], replies: Vec<Option<u32>>, where_: &str| {
            assert_eq!(replies, REPLIES, "{by_write:?} {where_}");
            assert!(stores.iter().all(|it| it.get("foo") == Some(43)), "{by_write:?} {where_}");
        };
        for seed in 0..64 {
            let stores = corrupted(by_write);
            let make =
                || serve::Choreography::new(requests(), &stores[0], stores[1..].iter().collect());
            let run = Simulation::new().seed(seed).untraced().run(make);
            check(&stores, run.results.client.unwrap(), &format!("under seed {seed}"));
        }
        let stores: &[Store] = leak(corrupted(by_write));
        let played = seeds::runtime().block_on(play_together(all(stores)));
        check(stores, played.unwrap().client, "over memory");
        let stores: &[Store] = leak(corrupted(by_write));
        check(stores, seeds::between_nodes(all(stores)).client, "between nodes");
    }
}

#[test]
fn no_seed_changes_what_the_client_hears() {
    let stores: &[Store] = leak((0..3).map(|_| Store::default()).collect::<Vec<_>>());
    crate::change_nothing(|| {
        for store in stores {
            store.values().clear();
        }
        serve::Choreography::new(requests(), &stores[0], stores[1..].iter().collect())
    });
}

/// A server that has two backups goes on with one of them: the majority is it and the other.
#[test]
fn a_majority_goes_on_wherever_a_backup_crashes() {
    let stores: Vec<Store> = (0..3).map(|_| Store::default()).collect();
    let make = || {
        for store in &stores {
            store.values().clear();
        }
        serve::Choreography::new(requests(), &stores[0], stores[1..].iter().collect())
    };
    let points = Simulation::new().points().run(make).points;
    let crashes = points.into_iter().filter(|point| point.role == "Backups[1]");
    let mut tried = 0;
    for point in crashes {
        let run = Simulation::new().fault(Decision::Crash(point.clone())).run(make);
        assert_eq!(run.results.client.ok().as_deref(), Some(&REPLIES[..]), "{point}");
        assert_eq!(*stores[0].values(), *stores[1].values(), "{point}");
        tried += 1;
    }
    assert!(tried > 20, "{tried} points");
}

/// Whoever crashes where: all end, and who fails says why.
#[test]
fn no_crash_leaves_anybody_waiting() {
    let stores: Vec<Store> = (0..3).map(|_| Store::default()).collect();
    let make = || {
        for store in &stores {
            store.values().clear();
        }
        serve::Choreography::new(requests(), &stores[0], stores[1..].iter().collect())
    };
    crashes::change_nothing_else(make);
}
