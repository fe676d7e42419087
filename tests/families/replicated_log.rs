//! `examples/replicated_log/main.rs`: what a client was told of stays, whatever happens to the nodes.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/replicated_log/main.rs"]
pub mod example;

use crate::leak;
use crate::seeds::{nodes::Nodes, runtime};
use chor::sim::{Decision, Problem, Simulation, explore};
use chor::{Choreography, Roles};
use example::client::Client;
use example::node::{Disk, Seat};
use example::processes::half;
use example::search::{Cluster, look_for_losses};
use example::{PATIENCE, majority, replicate};
use std::sync::Arc;
use std::time::Duration;

const ENTRIES: [&str; 2] = ["one", "two"];

fn cluster() -> Cluster {
    Cluster::new(3, majority, &ENTRIES)
}

fn told(cluster: &Cluster) -> Vec<String> {
    cluster.client.told().into_iter().map(|entry| entry.text).collect()
}

/// The terms of all nodes' logs.
fn terms(cluster: &Cluster) -> Vec<usize> {
    cluster.disks.iter().map(|disk| disk.log().term).collect()
}

fn crash(role: &str) -> Decision {
    format!("{role} crashes at the start").parse().expect("a schedule")
}

/// Whether the client has gone on to the end.
fn run(cluster: &Cluster, rounds: usize, simulation: &Simulation) -> bool {
    let run = simulation.run(|| {
        cluster.erase();
        replicate::Choreography::new(rounds, cluster.quorum, &cluster.client, cluster.seats())
    });
    assert_eq!(cluster.check(), Ok(()));
    run.results.client.is_ok()
}

#[test]
fn without_faults_a_round_appends_an_entry_and_one_node_leads() {
    let cluster = cluster();
    assert!(run(&cluster, 3, &Simulation::new()));
    assert_eq!(told(&cluster), ENTRIES);
    let first = terms(&cluster);
    assert!(run(&cluster, 20, &Simulation::new()));
    assert_eq!((terms(&cluster), told(&cluster).len()), (first, 2), "the same leads to the end");
}

#[test]
fn it_goes_on_without_a_minority_and_another_leads() {
    for lost in ["Nodes[0]", "Nodes[1]", "Nodes[2]"] {
        let cluster = cluster();
        assert!(run(&cluster, 5, &Simulation::new().fault(crash(lost))), "{lost}");
        assert_eq!(told(&cluster), ENTRIES, "{lost}");
    }
}

/// The first leader has appended an entry when it crashes, and then another one appends the second.
#[test]
fn when_the_leader_crashes_another_is_elected() {
    let cluster = cluster();
    let start = || {
        cluster.erase();
        replicate::Choreography::new(8, majority, &cluster.client, cluster.seats())
    };
    let points = Simulation::new().points().run(start).points;
    let mut elected = 0;
    for point in points.into_iter().filter(|point| point.role == "Nodes[0]") {
        assert!(run(&cluster, 8, &Simulation::new().fault(Decision::Crash(point.clone()))));
        assert_eq!(told(&cluster), ENTRIES, "{point}");
        elected += usize::from(terms(&cluster)[1..].iter().all(|term| term % 3 != 0));
    }
    assert!(elected > 20, "{elected}");
}

#[test]
fn without_a_majority_nobody_is_told_anything() {
    let two = Simulation::new().fault(crash("Nodes[0]")).fault(crash("Nodes[2]"));
    let cluster = cluster();
    assert!(!run(&cluster, 4, &two), "the client gives up");
    assert_eq!(told(&cluster), [""; 0]);
}

#[test]
fn who_is_apart_from_the_others_tells_nobody_anything() {
    for apart in ["Nodes[0]", "Nodes[1]", "Nodes[2]"] {
        for until in [PATIENCE / 2, 3 * PATIENCE, 10 * PATIENCE, Duration::from_mins(5)] {
            let cluster = cluster();
            let parted = Simulation::new().partition(&[apart], Duration::ZERO..until);
            assert!(run(&cluster, 8, &parted), "{apart} until {until:?}");
            assert_eq!(told(&cluster), ENTRIES, "{apart} until {until:?}");
        }
    }
}

#[test]
fn a_crash_and_a_broken_way_lose_nothing() {
    // Each at all points, and as many pairs as there is time for.
    let report =
        look_for_losses(&cluster(), 4, 3_000).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(report.faults > 2_500, "{report}");
}

#[test]
fn two_crashes_lose_nothing() {
    let cluster = cluster();
    let make = || {
        cluster.erase();
        replicate::Choreography::new(4, majority, &cluster.client, cluster.seats())
    };
    // As above.
    explore(make).orders(false).crashes(2).runs(1_500).check(|_| cluster.check());
}

#[test]
fn no_order_and_no_faults_by_chance_lose_anything() {
    let cluster = cluster();
    let make = || {
        cluster.erase();
        replicate::Choreography::new(3, majority, &cluster.client, cluster.seats())
    };
    let orders = explore(make).orders(false).seeds(10_000).check(|_| cluster.check());
    assert_eq!(orders.seeds, 10_000);
    let chance = explore(make).orders(false).seeds(500).crashes(2).cuts(2);
    assert_eq!(chance.check(|_| cluster.check()).seeds, 500);
}

/// Who leads crashes, and then another one: with one node of three the client gives up.
#[test]
fn over_nodes_another_leads_while_a_majority_is_there() {
    let client: &Client = leak(Client::waiting(0, PATIENCE / 2));
    let disks: Vec<Arc<Disk>> = (0..3).map(|_| Arc::default()).collect();
    let seats = disks.iter().map(|disk| Seat::new(disk, |_| ())).collect();
    let roles = replicate::Choreography::new(usize::MAX, majority, client, seats).roles();
    let leader = || disks.iter().map(|disk| disk.log().term).max().unwrap_or_default() % 3;
    let (ended, killed) = runtime().block_on(async {
        let nodes = Nodes::listen(&roles.sizes()).await;
        let kill = async {
            let mut killed = Vec::new();
            for text in ENTRIES {
                client.add(text.to_owned());
                client.all_told().await;
                killed.push(leader());
                // That a session is cut off is the point.
                let _ = nodes.0[1 + leader()].1.shutdown(Duration::ZERO).await;
            }
            client.add("three".to_owned());
            killed
        };
        tokio::join!(nodes.play(roles), kill)
    });
    let (client_ended, _) = ended;
    assert_ne!(killed[0], killed[1], "the second leader is another one");
    assert!(client_ended.unwrap_err().cause().to_string().contains("failed"));
    let told: Vec<_> = client.told().into_iter().map(|entry| entry.text).collect();
    assert_eq!(told, ENTRIES);
}

#[test]
fn half_of_the_nodes_are_not_enough() {
    let cluster = Cluster::new(3, half, &ENTRIES);
    let failure = look_for_losses(&cluster, 4, 3_000).expect_err("an entry is lost");
    assert!(matches!(&failure.problem, Problem::Check(lost) if lost.starts_with("told of")));
    assert_eq!(failure.schedule.decisions.len(), 1, "{failure}");
}
