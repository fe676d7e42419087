//! Crashes, delays, cuts, partitions and slow roles.

use chor::prelude::*;
use chor::sim::{Decision, Fate, Halt, Simulation, explore};
use std::time::Duration;

chor! {
    chor ask[Buyer, Seller](title: &str @ Buyer) -> u32 @ Buyer {
        let title: String = Buyer -> Seller: title.to_owned();
        let price: u32 = Seller -> Buyer: u32::try_from(title.len())?;
        let thanks: bool = Buyer -> Seller: true;
        Seller: assert!(thanks);
        price
    }

    chor two[A, B, C]() -> (bool @ C, bool @ C) {
        let a: bool = A -> C: true;
        let b: bool = B -> C: true;
        (C: a, C: b)
    }
}

fn crash(decision: &str) -> chor::sim::Run<ask::Outcome<Result<u32, Error>, Result<(), Error>>> {
    let decision = decision.parse().expect("a decision");
    Simulation::new().fault(decision).run(|| ask::Choreography::new("TAPL"))
}

#[test]
fn a_role_crashes_where_it_is_told_to() {
    let run = crash("Seller crashes after sending ask.price to Buyer, round 1");
    assert_eq!(
        run.trace.to_string(),
        "Buyer -> Seller: title = \"TAPL\"\n\
         Seller -> Buyer: price = 4\n\
         Seller crashed after sending ask.price to Buyer, round 1\n\
         Buyer failed because Seller did",
    );
    let error = run.results.seller.expect_err("it crashed");
    assert!(matches!(error.downcast_ref(), Some(Halt::Crashed(_))));
    assert_eq!(run.results.buyer.expect_err("it needs the seller").cause().role(), "Seller");
    assert_eq!(run.schedule.decisions.len(), 1);
}

#[test]
fn what_was_sent_before_a_crash_arrives() {
    let run = crash("Buyer crashes after sending ask.thanks to Seller, round 1");
    assert!(run.results.seller.is_ok() && run.results.buyer.is_err());
}

#[test]
fn a_crash_before_sending_sends_nothing() {
    let run = crash("Seller crashes before sending ask.price to Buyer, round 1");
    assert_eq!(
        run.trace.to_string(),
        "Buyer -> Seller: title = \"TAPL\"\n\
         Seller crashed before sending ask.price to Buyer, round 1\n\
         Buyer failed because Seller did",
    );
}

#[test]
fn a_crash_at_the_start_does_nothing() {
    let run = crash("Buyer crashes at the start");
    assert_eq!(
        run.trace.to_string(),
        "Buyer crashed at the start\nSeller failed because Buyer did"
    );
}

#[test]
fn a_crash_that_is_not_reached_is_none() {
    let run = crash("Seller crashes after sending ask.price to Buyer, round 2");
    assert!(run.results.seller.is_ok() && run.schedule.decisions.is_empty());
}

#[test]
fn all_points_are_named_and_can_be_reached() {
    let run = Simulation::new().points().run(|| ask::Choreography::new("TAPL"));
    assert_eq!(run.points.len(), 2 + 2 * 6);
    for point in run.points {
        let decision = Decision::Crash(point);
        let again: Decision = decision.to_string().parse().expect("a decision");
        assert_eq!(again, decision);
        assert_eq!(crash(&decision.to_string()).schedule.decisions, [decision]);
    }
}

#[test]
fn delays_reorder_between_ways_and_not_within_one() {
    chor! {
        chor three[A, B]() -> Vec<u8> @ B {
            let mut all: Vec<u8> @ B = Vec::new();
            for number in 0u8..3 {
                let there: u8 = A -> B: number;
                all.push(there);
            }
            all
        }
    }
    let delay = |round| Duration::from_millis(100 / round);
    let run = Simulation::new()
        .rule(move |message| Fate::Delay(delay(u64::from(message.round()))))
        .run(three::Choreography::new);
    assert_eq!(run.results.b.expect("B ends"), [0, 1, 2]);
    assert_eq!(run.time, Duration::from_millis(100));

    let run = Simulation::new()
        .rule(|message| match message.from() {
            "A" => Fate::Delay(Duration::from_secs(1)),
            _ => Fate::Deliver,
        })
        .run(two::Choreography::new);
    assert!(run.results.c.is_ok());
    assert_eq!(run.time, Duration::from_secs(1));
}

#[test]
fn a_held_message_makes_its_receiver_stuck() {
    let run = Simulation::new()
        .rule(|message| if message.label() == "price" { Fate::Hold } else { Fate::Deliver })
        .run(|| ask::Choreography::new("TAPL"));
    assert_eq!(
        run.trace.to_string(),
        "Buyer -> Seller: title = \"TAPL\"\n\
         Seller -> Buyer: price = 4 (not received)\n\
         Buyer is stuck: it waits for `price` from Seller\n\
         Seller is stuck: it waits for `thanks` from Buyer",
    );
}

#[test]
fn both_ends_learn_of_a_cut() {
    let run = Simulation::new()
        .rule(|message| if message.label() == "title" { Fate::Cut } else { Fate::Deliver })
        .run(|| ask::Choreography::new("TAPL"));
    assert!(matches!(run.results.seller, Err(Error::Link { .. })), "{:?}", run.results.seller);
    assert!(run.results.buyer.is_err());
}

#[test]
fn a_partition_heals() {
    let time = Duration::ZERO..Duration::from_secs(7);
    let run = Simulation::new().partition(&["Seller"], time).run(|| ask::Choreography::new("TAPL"));
    assert_eq!(run.results.buyer.expect("it heals"), 4);
    assert_eq!(run.time, Duration::from_secs(7));
}

#[test]
fn a_slow_role_makes_time_pass() {
    let run = Simulation::new()
        .slow("Seller", Duration::from_secs(2))
        .run(|| ask::Choreography::new("TAPL"));
    assert!(run.results.seller.is_ok());
    assert_eq!(run.time, Duration::from_secs(4));
}

#[test]
fn chances_follow_from_the_seed_and_the_name_alone() {
    let delayed = |seed| {
        let run = Simulation::new()
            .seed(seed)
            .rule(|message| {
                let delay = u64::from(message.one_in(3));
                Fate::Delay(Duration::from_secs(delay))
            })
            .run(|| ask::Choreography::new("TAPL"));
        run.time
    };
    let times: Vec<Duration> = (0..100).map(delayed).collect();
    assert_eq!(times, (0..100).map(delayed).collect::<Vec<_>>());
    assert!(times.contains(&Duration::ZERO) && times.iter().any(|time| !time.is_zero()));
}

#[test]
#[should_panic(expected = "`ask` has no role `Byuer`, but Buyer, Seller")]
fn a_fault_of_a_misspelt_role_is_refused() {
    crash("Byuer crashes at the start");
}

#[test]
#[should_panic(expected = "`ask` has no role `Sellers`, but Buyer, Seller")]
fn a_partition_of_a_misspelt_role_is_refused() {
    let simulation = Simulation::new().partition(&["Sellers"], Duration::ZERO..Duration::MAX);
    explore(|| ask::Choreography::new("TAPL")).under(simulation).check(|_| ());
}

#[test]
#[should_panic(expected = "`two` has no role `D`, but A, B, C")]
fn a_slow_role_that_is_misspelt_is_refused() {
    Simulation::new().slow("D", Duration::from_secs(1)).run(two::Choreography::new);
}

/// `CHOR_SIM` may be meant for another exploration of the same test.
#[test]
fn a_schedule_of_another_choreography_does_nothing() {
    let schedule = "Client crashes at the start".parse().expect("a schedule");
    let run = Simulation::new().replay(&schedule).run(two::Choreography::new);
    assert!(run.results.c.is_ok() && run.schedule.decisions.is_empty());
}
