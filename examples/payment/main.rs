//! A payment that a crash loses, and one that survives every crash. The simulator finds the first.
//!
//! ```sh
//! cargo run --example payment -- --page payment.html
//! ```

use std::path::{Path, PathBuf};
use std::{fs, process};

use chor::prelude::*;
use chor::sim::{Failure, Report, Simulation, explore};
use clap::Parser;

pub mod account;

use account::{Account, Transfer};

/// What the payer has before it pays.
pub const MONEY: u32 = 100;
const PRICE: u32 = 18;

chor! {
    /// Loses money: a payer that crashes after it has written it off doesn't know of it any more.
    pub chor careless[Payer, Shop](purse: &Account @ Payer, till: &Account @ Shop) {
        let price: u32 = Shop -> Payer: PRICE;
        Payer: purse.take(price);
        let money: u32 = Payer -> Shop: price;
        Shop: till.add(money);
    }

    /// Loses none: what is written off is noted in the same moment, and sent until it has arrived.
    pub chor careful[Payer, Shop](purse: &Account @ Payer, till: &Account @ Shop) {
        let price: u32 = Shop -> Payer: PRICE;
        Payer: purse.send(price);
        settle[Payer, Shop](purse, till);
    }

    /// Ends a transfer that is open. Both run it when they start again after a crash.
    pub chor settle[Payer, Shop](purse: &Account @ Payer, till: &Account @ Shop) {
        let open: Option<Transfer> = Payer => Shop: purse.unsettled();
        if let Some(transfer) = open {
            Shop: till.accept(&transfer);
            let arrived: u32 = Shop -> Payer: transfer.number;
            Payer: purse.settle(arrived);
        }
    }
}

/// Has either role of [`careless`] crash at each point.
///
/// # Errors
/// Money gets lost: the shortest run in which it does.
pub fn explore_careless() -> Result<Report, Box<Failure>> {
    let (purse, till) = (Account::default(), Account::default());
    let pay = || {
        start(&purse, &till);
        careless::Choreography::new(&purse, &till)
    };
    explore(pay).crashes(1).find(|_| all_there(&purse, &till))
}

/// The same of [`careful`].
///
/// # Errors
/// Money gets lost. It doesn't.
pub fn explore_careful() -> Result<Report, Box<Failure>> {
    let (purse, till) = (Account::default(), Account::default());
    let pay = || {
        start(&purse, &till);
        careful::Choreography::new(&purse, &till)
    };
    explore(pay).crashes(1).find(|_| all_there(&purse, &till))
}

/// Each run has accounts as if there had been none before it.
fn start(purse: &Account, till: &Account) {
    purse.open_with(MONEY);
    till.open_with(0);
}

/// Starts both roles again, after whatever happened to them, and counts the money.
fn all_there(purse: &Account, till: &Account) -> Result<(), String> {
    Simulation::new().run(|| settle::Choreography::new(purse, till));
    let (here, there) = (purse.balance(), till.balance());
    if here + there == MONEY {
        Ok(())
    } else {
        Err(format!("the purse has {here} and the till {there}, of {MONEY}"))
    }
}

/// Looks for crashes that lose money.
#[derive(Parser)]
struct Options {
    /// Where to write a page that steps through the run that loses money
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

fn main() -> Result<(), Box<Failure>> {
    let options = Options::parse();
    match explore_careless() {
        Ok(report) => println!("careless: {report}: no money was lost"),
        Err(failure) => {
            println!("careless: {failure}");
            if let Some(page) = options.page {
                write_page(&page, &failure);
            }
        }
    }
    println!();
    println!("careful: {}: no money was lost", explore_careful()?);
    Ok(())
}

fn write_page(page: &Path, failure: &Failure) {
    if let Err(error) = fs::write(page, failure.trace.diagram().to_html()) {
        eprintln!("error: can't write {}: {error}", page.display());
        process::exit(2);
    }
    println!("to step through it:\n  {}", page.display());
}
