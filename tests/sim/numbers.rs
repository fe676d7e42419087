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

chor! {
    /// Few of its branches have messages.
    chor branching[A, B](x: u32 @ A) -> u32 @ [A, B] {
        let x: u32 = A => B: x;
        let mut sum: u32 @ [A, B] = 0;
        if x > 10 {
            if x > 20 {
                sum += 1;
            }
        } else {
            sum += 2;
        }
        match x {
            0 => sum += 1,
            1..=9 => {
                A -> B: true;
            }
            _ => {}
        }
        sum
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
        text.starts_with("4 of 5 messages, 1 of 2 branches, 0 faults\nnever sent: `receipt`"),
        "{text}"
    );

    let report = explore(|| buy::Choreography::new("1234", 20)).crashes(1).check(|_| ());
    assert!(report.coverage.missed_steps().is_empty());
    assert_eq!(
        report.coverage.missed_branches(),
        ["if Bank => [Buyer, Seller]: fine && limit > 10: false, in buy"]
    );
    assert_eq!(report.coverage.faults().count(), report.faults);
}

#[test]
fn branches_without_messages_are_covered_too() {
    let mut coverage = Coverage::new();
    let mut add = |simulation: Simulation, x| {
        let run = simulation.run(|| branching::Choreography::new(x));
        coverage.add(&run.trace, &run.schedule);
        coverage.missed_branches()
    };
    let all = |missed: &[&str]| missed.iter().map(|it| format!("{it}, in branching")).collect();
    let missed: Vec<String> = all(&[
        "if x > 10: true",
        "if x > 20: true",
        "if x > 20: false",
        "match x: 0",
        "match x: _",
    ]);
    assert_eq!(add(Simulation::new(), 5), missed);
    let missed: Vec<String> = all(&["if x > 20: true", "match x: 0"]);
    assert_eq!(add(Simulation::new(), 15), missed);
    add(Simulation::new(), 25);
    assert!(add(Simulation::new(), 0).is_empty());
    assert_eq!(coverage.to_string(), "2 of 2 messages, 7 of 7 branches, 0 faults");
}

/// Without comparing, what was sent tells.
#[test]
fn branches_that_are_not_seen_count_by_their_messages() {
    let mut coverage = Coverage::new();
    let run = Simulation::new().uncompared().run(|| branching::Choreography::new(5));
    coverage.add(&run.trace, &run.schedule);
    let missed = coverage.missed_branches();
    assert!(!missed.contains(&"match x: 1..=9, in branching".to_owned()), "{missed:?}");
    assert_eq!(missed.len(), 6, "{missed:?}");
}

chor! {
    chor acts_alone[A, B](x: bool @ A, n: u32 @ [A, B]) {
        if A => B: x {
            A: println!("only A has something to do");
        }
        match n {
            0 => {}
            _ => { B: println!("only B has something to do"); }
        }
    }
}

/// Several roles know it, so its arms count.
#[test]
fn a_branch_in_which_one_role_acts_is_covered() {
    let missed = |x, n| {
        let mut coverage = Coverage::new();
        let run = Simulation::new().run(|| acts_alone::Choreography::new(x, n));
        coverage.add(&run.trace, &run.schedule);
        coverage.missed_branches()
    };
    let not = |branch: &str, arm: &str| format!("{branch}: {arm}, in acts_alone");
    assert_eq!(missed(true, 0), [not("if A => B: x", "false"), not("match n", "_")]);
    assert_eq!(missed(false, 3), [not("if A => B: x", "true"), not("match n", "0")]);
}
