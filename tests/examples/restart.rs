//! `examples/two_buyers_tcp.rs` served by processes that are killed in the middle of a session and started
//! anew at the same address, for a node that goes on.

#[allow(
    dead_code,
    clippy::duplicate_mod,
    reason = "`main` is for the program, which has the bookseller as a module, as other programs have"
)]
#[path = "../../examples/two_buyers_tcp.rs"]
pub mod example;

use crate::process::Process;
use chor::prelude::*;
use chor::tcp::{Node, Security};
use example::bookseller::date::Date;
use example::buy_together::{Buyer, Role};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

const EXAMPLE: &str = "two_buyers_tcp";

/// A process that plays a role at an address.
struct Served {
    role: &'static str,
    process: Process,
    address: String,
}

impl Served {
    fn start(role: &'static str) -> Self {
        let (process, address) = Process::listen(EXAMPLE, role);
        Self { role, process, address }
    }

    /// Another process at the same address.
    fn kill_and_start(self) -> Self {
        let Self { role, process, address } = self;
        process.kill();
        let mut process = Process::start(EXAMPLE, &[role, "--listen", &address]);
        process.line(&format!("listening on {address}"));
        Self { role, process, address }
    }
}

/// The one buyer, whose node goes on.
struct Shopper {
    runtime: Runtime,
    node: Node,
}

type Bought = Result<Option<Date>, Error>;

impl Shopper {
    fn new() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let node = runtime.block_on(async { Node::new(Security::Plaintext) });
        Self { runtime, node }
    }

    /// Begins to buy a book that the friend has to help with.
    fn buy(&self, seller: &Served, friend: &Served) -> JoinHandle<Bought> {
        let others =
            [(Role::Seller as usize, &seller.address), (Role::Friend as usize, &friend.address)];
        self.runtime.spawn(self.node.session(others).play(Buyer::new("Emma".to_owned(), 5)))
    }

    fn end(&self, buying: JoinHandle<Bought>) -> Bought {
        self.runtime.block_on(buying).expect("no panic")
    }

    /// A session works.
    fn buys(&self, seller: &Served, friend: &mut Served) {
        let buying = self.buy(seller, friend);
        friend.process.line("do you pay 16? [y/n]");
        friend.process.answer("y");
        let date = self.end(buying).expect("all three are there");
        assert_eq!(date.map(|date| date.to_string()).as_deref(), Some("2026-01-11"));
    }

    /// What the buyer says of a failure.
    fn fails(&self, buying: JoinHandle<Bought>) -> String {
        let error = self.end(buying).expect_err("somebody was killed");
        format!("{:#}", anyhow::Error::new(error))
    }
}

#[test]
fn a_friend_that_is_started_anew_at_its_address_is_found_by_the_node_that_knew_the_last_one() {
    let shopper = Shopper::new();
    let (seller, mut friend) = (Served::start("seller"), Served::start("friend"));
    shopper.buys(&seller, &mut friend);
    for _ in 0..2 {
        let buying = shopper.buy(&seller, &friend);
        friend.process.line("do you pay 16? [y/n]");
        friend = friend.kill_and_start();
        let error = shopper.fails(buying);
        let expected = "role `Buyer` has no way to `Friend` at `4` (message 4 of `buy_together`";
        assert!(error.starts_with(expected), "{error}");
        assert!(error.contains(&friend.address), "{error}");
        shopper.buys(&seller, &mut friend);
    }
}

#[test]
fn a_seller_that_is_started_anew_at_its_address_is_found_by_both_others() {
    let shopper = Shopper::new();
    let (mut seller, mut friend) = (Served::start("seller"), Served::start("friend"));
    for _ in 0..2 {
        let buying = shopper.buy(&seller, &friend);
        friend.process.line("do you pay 16? [y/n]");
        seller = seller.kill_and_start();
        friend.process.answer("y");
        let error = shopper.fails(buying);
        assert!(error.contains("`Seller`") && error.contains(&seller.address), "{error}");
        friend.process.line("the session has failed: ");
        shopper.buys(&seller, &mut friend);
    }
}
