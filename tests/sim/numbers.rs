//! Numbers about runs, and how much of a protocol was run.

use chor::prelude::*;
use chor::sim::{Coverage, Simulation, explore};

chor! {
    chor checked[A, B](x: u32 @ A) -> bool @ B {
        let x: u32 = A -> B: x;
        x > 3
    }

    chor buy[Buyer, Seller, Bank](pin: &str @ Buyer, limit: u32 @ Bank) -> Option<u32> @ Buyer {
        let pin: String = Buyer -> Bank: pin.to_owned();
        let hash: u32 = Bank -> Seller: u32::try_from(pin.len())?;
        let fine = checked[Seller, Bank](hash);
        if Bank => [Buyer, Seller]: fine && limit > 10 {
            let receipt: u32 = Seller -> Buyer: 300;
            Buyer: Some(receipt)
        } else {
            Buyer: None
        }
    }
}

#[test]
fn messages_bytes_and_depth_are_counted() {
    let trace = Simulation::new().run(|| buy::Choreography::new("1234", 20)).trace;
    assert_eq!(trace.messages(), 6);
    assert_eq!((trace.messages_by("Bank"), trace.messages_by("Buyer")), (3, 1));
    assert_eq!((trace.bytes(), trace.bytes_by("Buyer"), trace.bytes_by("Seller")), (12, 5, 4));
    // pin, hash, x, the decision, the receipt.
    assert_eq!(trace.depth(), 5);
}

#[test]
fn who_knows_a_value_is_told() {
    let trace = Simulation::new().run(|| buy::Choreography::new("1234", 20)).trace;
    assert_eq!(trace.roles_with("hash"), ["Seller", "Bank"]);
    assert_eq!(trace.roles_that_saw("1234"), ["Buyer", "Bank"]);
    assert_eq!(trace.roles_that_saw("4321"), [""; 0]);
    let crash = "Buyer crashes after sending buy.pin to Bank, round 1; \
                 Bank crashes before receiving buy.pin from Buyer, round 1";
    let simulation = Simulation::new().replay(&crash.parse().expect("a schedule"));
    let trace = simulation.run(|| buy::Choreography::new("1234", 20)).trace;
    assert_eq!(trace.roles_that_saw("1234"), ["Buyer"]);
}

#[test]
fn what_was_never_run_is_told() {
    let mut coverage = Coverage::new();
    let run = Simulation::new().run(|| buy::Choreography::new("1234", 5));
    coverage.add(&run.trace, &run.schedule);
    let missed = coverage.missed_steps();
    assert_eq!(missed.iter().map(|step| step.label).collect::<Vec<_>>(), ["receipt"]);
    assert_eq!(coverage.missed_branches().len(), 1);
    let text = coverage.to_string();
    assert!(
        text.starts_with("4 of 5 messages, 0 of 1 branches, 0 faults\nnever sent: `receipt`"),
        "{text}"
    );

    let report = explore(|| buy::Choreography::new("1234", 20)).crashes(1).check(|_| ());
    assert!(
        report.coverage.missed_steps().is_empty() && report.coverage.missed_branches().is_empty()
    );
    assert_eq!(report.coverage.faults().count(), report.faults);
}
