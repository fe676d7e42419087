//! The bank that commits in two phases, with what each role has on its disk: whoever crashes where,
//! after a restart a transaction has happened at both accounts or at neither.

use chor::prelude::*;
use chor::sim::{Report, Simulation, explore};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A transaction: its number, and what is to be added to each account.
type Transaction = Option<(u32, i64, i64)>;

/// What is on a disk. Each lock is one write: all of it happens, or nothing.
#[derive(Debug, Default)]
struct Disk<T>(Mutex<T>);

impl<T> Disk<T> {
    fn write(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct Account {
    balance: i64,
    /// What it has promised to add if the coordinator says so.
    promised: Option<(u32, i64)>,
    /// The transactions that happened here.
    done: Vec<u32>,
}

impl Account {
    fn vote(&mut self, number: u32, amount: i64) -> bool {
        let fine = self.balance + amount >= 0;
        self.promised = fine.then_some((number, amount));
        fine
    }

    fn end(&mut self, committed: bool) {
        if let Some((number, amount)) = self.promised.take().filter(|_| committed) {
            self.balance += amount;
            self.done.push(number);
        }
    }
}

/// All disks, and what the client was told.
#[derive(Debug, Default)]
struct Bank {
    /// What the coordinator decided, by transaction.
    decided: Disk<BTreeMap<u32, bool>>,
    alice: Disk<Account>,
    bob: Disk<Account>,
    told: Disk<Vec<(u32, bool)>>,
}

chor! {
    chor day[Client, Coordinator, Alice, Bob](
        mut transactions: impl Iterator<Item = (u32, i64, i64)> @ Client,
        bank: &Bank @ [Client, Coordinator, Alice, Bob],
    ) {
        loop {
            let next: Transaction = Client => [Coordinator, Alice, Bob]: transactions.next();
            let Some((number, alice, bob)) = next else { break };
            let vote_a: bool = Alice -> Coordinator: bank.alice.write().vote(number, alice);
            let vote_b: bool = Bob -> Coordinator: bank.bob.write().vote(number, bob);
            Coordinator: bank.decided.write().insert(number, vote_a && vote_b);
            let committed: bool = Coordinator => [Client, Alice, Bob]: vote_a && vote_b;
            Alice: bank.alice.write().end(committed);
            Bob: bank.bob.write().end(committed);
            Client: bank.told.write().push((number, committed));
        }
    }

    /// The same, but the coordinator writes down what it decided after it has told everybody.
    chor careless[Client, Coordinator, Alice, Bob](
        mut transactions: impl Iterator<Item = (u32, i64, i64)> @ Client,
        bank: &Bank @ [Client, Coordinator, Alice, Bob],
    ) {
        loop {
            let next: Transaction = Client => [Coordinator, Alice, Bob]: transactions.next();
            let Some((number, alice, bob)) = next else { break };
            let vote_a: bool = Alice -> Coordinator: bank.alice.write().vote(number, alice);
            let vote_b: bool = Bob -> Coordinator: bank.bob.write().vote(number, bob);
            let committed: bool = Coordinator => [Client, Alice, Bob]: vote_a && vote_b;
            Coordinator: bank.decided.write().insert(number, committed);
            Alice: bank.alice.write().end(committed);
            Bob: bank.bob.write().end(committed);
            Client: bank.told.write().push((number, committed));
        }
    }

    /// After a restart: who has promised something asks what became of it. What was never decided is
    /// not going to happen.
    chor restart[Coordinator, Alice, Bob](bank: &Bank @ [Coordinator, Alice, Bob]) {
        let a: Option<u32> = Alice -> Coordinator: bank.alice.write().promised.map(|(number, _)| number);
        let b: Option<u32> = Bob -> Coordinator: bank.bob.write().promised.map(|(number, _)| number);
        let of_a: bool = Coordinator -> Alice: decision(bank, a);
        let of_b: bool = Coordinator -> Bob: decision(bank, b);
        Alice: bank.alice.write().end(of_a);
        Bob: bank.bob.write().end(of_b);
    }
}

fn decision(bank: &Bank, number: Option<u32>) -> bool {
    number.and_then(|number| bank.decided.write().get(&number).copied()).unwrap_or(false)
}

const ROUNDS: [(u32, i64, i64); 3] = [(1, 10, 10), (2, 20, -5), (3, 10, -10)];

/// What has to hold when everybody is back.
fn atomic(bank: &Bank) -> Result<(), String> {
    Simulation::new().untraced().run(|| restart::Choreography::new(bank));
    let (alice, bob, told) = (bank.alice.write(), bank.bob.write(), bank.told.write());
    let sum = |account: &Account, amount: fn(&(u32, i64, i64)) -> i64| {
        let done = ROUNDS.iter().filter(|(number, ..)| account.done.contains(number));
        done.map(amount).sum::<i64>() == account.balance
    };
    if alice.done != bob.done || alice.promised.is_some() || bob.promised.is_some() {
        return Err(format!("alice: {alice:?}, bob: {bob:?}"));
    }
    if !sum(&alice, |(_, alice, _)| *alice) || !sum(&bob, |(_, _, bob)| *bob) {
        return Err(format!("the balances are not those of {:?}: {alice:?}, {bob:?}", alice.done));
    }
    match told.iter().find(|(number, committed)| alice.done.contains(number) != *committed) {
        Some(wrong) => {
            Err(format!("the client was told {wrong:?}, but {:?} were done", alice.done))
        }
        None => Ok(()),
    }
}

/// A bank as on the first day.
fn open(bank: &Bank) {
    *bank.decided.write() = BTreeMap::default();
    *bank.alice.write() = Account::default();
    *bank.bob.write() = Account::default();
    *bank.told.write() = Vec::new();
}

/// All runs in which so many crash.
pub(crate) fn crash_everywhere(crashes: usize) -> Report {
    let bank = Bank::default();
    let make = || {
        open(&bank);
        day::Choreography::new(ROUNDS.into_iter(), &bank)
    };
    explore(make).crashes(crashes).check(|run| {
        atomic(&bank)?;
        let fine = run.schedule.decisions.is_empty().then(|| bank.told.write().clone());
        match fine {
            Some(told) if told != [(1, true), (2, true), (3, false)] => Err(format!("{told:?}")),
            _ => Ok(()),
        }
    })
}

#[test]
fn every_transaction_happens_at_both_or_at_neither_whoever_crashes_where() {
    let report = crash_everywhere(1);
    // Each role at its start, and before and after each end of the messages: eight in a round, and
    // three that end the day.
    assert_eq!((report.faults, report.bounded), (4 + 2 * 2 * (3 * 8 + 3), false));
}

#[test]
fn and_if_another_one_crashes_too() {
    let report = crash_everywhere(2);
    assert!(report.faults > 800 && !report.bounded, "{report}");
}

#[test]
fn a_decision_that_is_told_before_it_is_written_down_is_found() {
    let bank = Bank::default();
    let make = || {
        open(&bank);
        careless::Choreography::new(ROUNDS.into_iter(), &bank)
    };
    let failure = explore(make).crashes(1).find(|_| atomic(&bank)).expect_err("it is careless");
    assert_eq!(failure.problem.to_string(), "the client was told (1, true), but [] were done");
    // Then the coordinator fails too, when it tells Alice, and has nothing on its disk.
    assert_eq!(
        failure.schedule.to_string(),
        "Alice crashes after sending careless.vote_a to Coordinator, round 1"
    );
}
