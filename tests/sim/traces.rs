//! What is told of a run.

use chor::prelude::*;
use chor::sim::{Simulation, What};

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Order {
    title: String,
    budget: Option<u32>,
}

chor! {
    chor buy[Buyer, Seller, Bank]() -> bool @ Bank {
        let order: Order = Buyer -> Seller: Order { title: "TAPL".to_owned(), budget: Some(50) };
        let price: u32 = Seller => [Buyer, Bank]: order.budget?;
        let paid: bool = Buyer -> Bank: price < 100;
        paid
    }
}

const TEXT: &str = "\
Buyer -> Seller: order = Order { title: \"TAPL\", budget: Some(50) }
Seller -> Buyer: price = 50
Seller -> Bank: price = 50
Buyer -> Bank: paid = true";

#[test]
fn the_stable_form_is_the_same_for_all_orders() {
    for seed in 0..100 {
        let run = Simulation::new().seed(seed).run(buy::Choreography::new);
        assert_eq!(run.trace.to_string(), TEXT);
    }
}

#[test]
fn the_details_are_all_there() {
    let trace = Simulation::new().run(buy::Choreography::new).trace;
    let text = trace.detailed();
    assert_eq!(text.lines().count(), 4 + 4 + 3, "{text}");
    assert!(text.starts_with("      0ns  Buyer sends order = Order { title"), "{text}");
    assert!(text.contains("tests/sim/traces.rs:"), "{text}");
    let bytes = trace.events().map(|event| match event.what() {
        What::Sent { bytes, .. } => bytes,
        _ => 0,
    });
    assert_eq!(bytes.sum::<u32>(), 7 + 1 + 1 + 1);
}

#[test]
fn without_a_trace_there_is_none() {
    let run = Simulation::new().untraced().run(buy::Choreography::new);
    assert!(run.results.bank.expect("it ends"));
    assert!(run.trace.is_empty());
}
