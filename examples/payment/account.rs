//! What a role has on its disk, and still has after a crash.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// An amount on its way, by number: one that comes twice is the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Which one of its sender's.
    pub number: u32,
    /// How much.
    pub amount: u32,
}

/// An account. What a function changes is written at once, or not at all.
#[derive(Debug, Default)]
pub struct Account(Mutex<Page>);

#[derive(Debug, Default)]
struct Page {
    balance: u32,
    /// What was written off, and isn't known to have arrived.
    open: Option<Transfer>,
    sent: u32,
    arrived: BTreeSet<u32>,
}

impl Account {
    /// An empty account with this balance, whatever was in it.
    pub fn open_with(&self, balance: u32) {
        *self.page() = Page { balance, ..Page::default() };
    }

    /// How much is in it.
    pub fn balance(&self) -> u32 {
        self.page().balance
    }

    /// Adds an amount.
    pub fn add(&self, amount: u32) {
        self.page().balance += amount;
    }

    /// Takes an amount out, and forgets it.
    pub fn take(&self, amount: u32) {
        self.page().balance -= amount;
    }

    /// Takes an amount out, and remembers it as a transfer.
    pub fn send(&self, amount: u32) {
        let mut page = self.page();
        page.balance -= amount;
        page.sent += 1;
        page.open = Some(Transfer { number: page.sent, amount });
    }

    /// The transfer that isn't known to have arrived.
    pub fn unsettled(&self) -> Option<Transfer> {
        self.page().open.clone()
    }

    /// Adds what is transferred, unless it has been added already.
    pub fn accept(&self, transfer: &Transfer) {
        let mut page = self.page();
        if page.arrived.insert(transfer.number) {
            page.balance += transfer.amount;
        }
    }

    /// Forgets the transfer of this number: it has arrived.
    pub fn settle(&self, number: u32) {
        self.page().open.take_if(|transfer| transfer.number == number);
    }

    /// A disk knows no panics.
    fn page(&self) -> MutexGuard<'_, Page> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
