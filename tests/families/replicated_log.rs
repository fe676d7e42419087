//! `examples/replicated_log/main.rs`: what a client was told of stays, whatever happens to the nodes.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/replicated_log/main.rs"]
pub mod example;

use chor::sim::{Decision, Problem, Simulation, explore};
use example::disk::Cluster;
use example::{PATIENCE, look_for_losses, replicate};
use std::time::Duration;

const ENTRIES: [&str; 2] = ["one", "two"];

fn cluster(quorum: usize) -> Cluster {
    Cluster::new(3, quorum, &ENTRIES)
}

fn crash(role: &str) -> Decision {
    format!("{role} crashes at the start").parse().expect("a schedule")
}

fn run(cluster: &Cluster, terms: usize, simulation: &Simulation) -> bool {
    cluster.erase();
    let disks = cluster.disks.iter().collect();
    let run = simulation.run(|| replicate::Choreography::new(cluster, terms, disks));
    assert_eq!(cluster.check(), Ok(()));
    run.results.client.is_ok()
}

#[test]
fn without_faults_a_term_appends_an_entry() {
    let cluster = cluster(2);
    assert!(run(&cluster, 2, &Simulation::new()));
    assert_eq!(cluster.told(), ENTRIES);
}

#[test]
fn it_goes_on_without_a_minority_and_another_leads() {
    for lost in ["Nodes[0]", "Nodes[1]", "Nodes[2]"] {
        let cluster = cluster(2);
        assert!(run(&cluster, 4, &Simulation::new().fault(crash(lost))), "{lost}");
        assert_eq!(cluster.told(), ENTRIES, "{lost}");
    }
}

#[test]
fn without_a_majority_nobody_is_told_anything() {
    let two = Simulation::new().fault(crash("Nodes[0]")).fault(crash("Nodes[2]"));
    let cluster = cluster(2);
    assert!(run(&cluster, 4, &two), "the client ends all the same");
    assert_eq!(cluster.told(), [""; 0]);
}

#[test]
fn who_is_apart_from_the_others_tells_nobody_anything() {
    for apart in ["Nodes[0]", "Nodes[1]", "Nodes[2]"] {
        for until in [PATIENCE / 2, 3 * PATIENCE, 10 * PATIENCE, Duration::from_mins(5)] {
            let cluster = cluster(2);
            let parted = Simulation::new().partition(&[apart], Duration::ZERO..until);
            assert!(run(&cluster, 6, &parted), "{apart} until {until:?}");
        }
    }
}

#[test]
fn a_crash_and_a_broken_way_at_all_points_lose_nothing() {
    let report = look_for_losses(&cluster(2), 3).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(report.faults > 2_500 && !report.bounded, "{report}");
}

#[test]
fn two_crashes_lose_nothing() {
    let cluster = cluster(2);
    let make = || {
        cluster.erase();
        replicate::Choreography::new(&cluster, 3, cluster.disks.iter().collect())
    };
    // All single ones, and as many pairs as there is time for.
    explore(make).orders(false).crashes(2).runs(2_500).check(|_| cluster.check());
}

#[test]
fn no_order_and_no_faults_by_chance_lose_anything() {
    let cluster = cluster(2);
    let make = || {
        cluster.erase();
        replicate::Choreography::new(&cluster, 3, cluster.disks.iter().collect())
    };
    let orders = explore(make).orders(false).seeds(10_000).check(|_| cluster.check());
    assert_eq!(orders.seeds, 10_000);
    let chance = explore(make).orders(false).seeds(500).crashes(2).cuts(2);
    assert_eq!(chance.check(|_| cluster.check()).seeds, 500);
}

#[test]
fn half_of_the_nodes_are_not_enough() {
    let failure = look_for_losses(&cluster(1), 3).expect_err("an entry is lost");
    assert!(matches!(&failure.problem, Problem::Check(lost) if lost.starts_with("told of")));
    assert_eq!(failure.schedule.decisions.len(), 1, "{failure}");
}
