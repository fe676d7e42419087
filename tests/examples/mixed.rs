//! Simulated buyers with the real sellers and friends of the examples, which are other processes.

#[allow(dead_code, reason = "only its choreography is used here")]
#[allow(clippy::duplicate_mod, reason = "two examples share the bookseller's shop")]
#[path = "../../examples/two_buyers_tcp.rs"]
pub mod two_buyers;

use std::sync::Mutex;

use chor::Reason;
use chor::sim::{Fate, Halt, Simulation};
use chor::tcp::{Node, Security, Tcp};

use crate::bookseller::example::{Order, buy_book};
use crate::process::Process;
use two_buyers::buy_together;

fn order() -> Order {
    Order { title: "Emma".to_owned(), budget: 50, address: "1 Main Street".to_owned() }
}

/// The buyer's end of a session with a seller.
fn buyer(node: &Node, seller: &str) -> Tcp {
    node.session([(buy_book::Role::Seller as usize, seller)])
        .transport(buy_book::Role::Buyer as usize, 2)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_simulated_buyer_buys_of_a_real_seller() {
    let (mut seller, address) = Process::listen("bookseller_tcp", "seller");
    let node = Node::new(Security::Plaintext);
    let mixed = Simulation::new().real(&["Seller"], [buyer(&node, &address)]);
    let run = mixed.run(|| (buy_book::Buyer::new(order()),)).await;
    let date = run.results.0.expect("it buys").expect("it gets it");
    assert_eq!(date.to_string(), "2026-01-11");
    let text = run.trace.to_string();
    assert!(text.starts_with("Buyer -> Seller: title = \"Emma\"\nSeller -> Buyer: price = Some("));
    assert_eq!(run.trace.messages_by("Seller"), 2, "{text}");
    seller.line("ships \"Emma\" to 1 Main Street");
    seller.line("a session has ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_seller_that_is_killed_is_lost_to_the_simulated_buyer() {
    let (seller, address) = Process::listen("bookseller_tcp", "seller");
    let seller = Mutex::new(Some(seller));
    let node = Node::new(Security::Plaintext);
    // When the price has come, the seller is killed; then the buyer gets it.
    let kills = Simulation::new().rule(move |message| {
        if message.label() == "price"
            && let Some(seller) = seller.lock().expect("no panic").take()
        {
            seller.kill();
        }
        Fate::Deliver
    });
    let mixed = kills.real(&["Seller"], [buyer(&node, &address)]);
    let run = mixed.run(|| (buy_book::Buyer::new(order()),)).await;
    let cause = run.results.0.expect_err("nobody ships").cause();
    let Reason::Lost(text) = cause.reason() else { panic!("{cause}") };
    assert_eq!(cause.role(), "Seller");
    assert!(text.starts_with("is out of reach: ") && text.contains(&address), "{text}");
    let trace = run.trace.to_string();
    assert!(trace.contains(&format!("Seller {text}\n")), "{trace}");
    assert!(trace.ends_with("Buyer failed because Seller did"), "{trace}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_that_crashes_in_the_simulation_fails_the_real_sellers_session_alone() {
    let (mut seller, address) = Process::listen("bookseller_tcp", "seller");
    let node = Node::new(Security::Plaintext);
    let crash = "Buyer crashes after receiving buy_book.price from Seller, round 1";
    let crashes = Simulation::new().fault(crash.parse().expect("a decision"));
    let mixed = crashes.real(&["Seller"], [buyer(&node, &address)]);
    let run = mixed.run(|| (buy_book::Buyer::new(order()),)).await;
    let error = run.results.0.expect_err("it crashes");
    assert!(matches!(error.downcast_ref(), Some(Halt::Crashed(_))), "{error}");
    let line = seller.line("a session has failed: ");
    assert!(line.contains("role `Buyer` was lost at `price`"), "{line}");
    assert!(
        line.ends_with("crashed after receiving buy_book.price from Seller, round 1"),
        "{line}"
    );

    let mixed = Simulation::new().real(&["Seller"], [buyer(&node, &address)]);
    let run = mixed.run(|| (buy_book::Buyer::new(order()),)).await;
    run.results.0.expect("it buys").expect("it gets it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runs_at_once_with_one_real_seller() {
    let (_seller, address) = Process::listen("bookseller_tcp", "seller");
    let node = Node::new(Security::Plaintext);
    let buys = |seed| {
        let mixed = Simulation::new().seed(seed).real(&["Seller"], [buyer(&node, &address)]);
        mixed.run(|| (buy_book::Buyer::new(order()),))
    };
    let (one, other) = tokio::join!(buys(1), buys(2));
    assert_eq!(one.trace.to_string(), other.trace.to_string());
    for run in [one, other] {
        run.results.0.expect("it buys").expect("it gets it");
    }
}

/// The friend is killed while it is asked. The seller is another process, and both know each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_real_roles_is_killed() {
    let (mut seller, to_seller) = Process::listen("two_buyers_tcp", "seller");
    let (mut friend, to_friend) = Process::listen("two_buyers_tcp", "friend");
    let node = Node::new(Security::Plaintext);
    let others = [
        (buy_together::Role::Seller as usize, to_seller),
        (buy_together::Role::Friend as usize, to_friend),
    ];
    let end = node.session(others).transport(buy_together::Role::Buyer as usize, 3);
    let mixed = Simulation::new().real(&["Seller", "Friend"], [end]);
    let run = mixed.run(|| (buy_together::Buyer::new("Emma".to_owned(), 5),));
    let kill = tokio::task::spawn_blocking(move || {
        friend.line("do you pay 16? [y/n]");
        friend.kill();
    });
    let (run, killed) = tokio::join!(run, kill);
    killed.expect("it was asked");
    let cause = run.results.0.expect_err("nobody pays").cause();
    assert_eq!(cause.role(), "Friend", "{cause}");
    let line = seller.line("the session has failed: ");
    assert!(line.contains("role `Seller`") && line.contains("`Friend`"), "{line}");
}
