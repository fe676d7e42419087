//! `examples/replicated_log/main.rs`: what a client was told of stays, whatever happens to the nodes.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/replicated_log/main.rs"]
pub mod example;

use crate::leak;
use crate::seeds::{nodes::Nodes, runtime};
use chor::sim::{Decision, Fate, InFlight, Problem, Simulation, explore};
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
    // Without faults, and then with up to two crashes and two broken ways where chance wants them.
    for (crashes, seeds) in [(0, 500), (2, 3_000)] {
        let chance = explore(make).under(Simulation::new().untraced()).orders(false);
        let chance = chance.seeds(seeds).crashes(crashes).cuts(crashes);
        assert_eq!(chance.check(|_| cluster.check()).seeds, seeds);
    }
}

/// Messages take their time, so that these are apart in the midst of a round, and then heard again.
fn apart_in_between(roles: &[&str], from: Duration, until: Duration) -> Simulation {
    let slow = |_: &InFlight<'_>| Fate::Delay(PATIENCE / 20);
    Simulation::new().rule(slow).partition(roles, from..until)
}

#[test]
fn no_partition_loses_anything_whoever_crashes_meanwhile() {
    let cluster = cluster();
    let make = || {
        cluster.erase();
        replicate::Choreography::new(8, majority, &cluster.client, cluster.seats())
    };
    let mut told_all = 0;
    for apart in [&["Nodes[0]"][..], &["Nodes[1]"], &["Client"], &["Client", "Nodes[0]"]] {
        for from in [PATIENCE / 20, PATIENCE / 8, PATIENCE / 3] {
            let parted = apart_in_between(apart, from, from + 4 * PATIENCE);
            let all = explore(make).under(parted).orders(false).crashes(1).runs(150);
            let report = all.check(|_| {
                told_all += usize::from(told(&cluster) == ENTRIES);
                cluster.check()
            });
            assert!(report.faults > 100, "{apart:?} from {from:?}: {report}");
        }
    }
    assert!(told_all > 500, "it goes on in {told_all} runs");
}

/// How an entry gets lost where parts of the cluster are apart, and messages late, as so many seeds want it.
fn lost_by_chance(cluster: &Cluster, seeds: u32) -> Option<String> {
    let names = ["Client", "Nodes[0]", "Nodes[1]", "Nodes[2]"];
    let late = |message: &InFlight<'_>| {
        let most = if message.one_in(8) { 2 * PATIENCE } else { PATIENCE / 10 };
        Fate::Delay(most * u32::try_from(message.random() % 101).expect("it is small") / 100)
    };
    (0..seeds).find_map(|seed| {
        let roles = (0..4).filter(|role| seed >> role & 1 == 1);
        let apart: Vec<&str> = roles.map(|role| names[role]).collect();
        let from = PATIENCE * (seed / 16 % 23) / 4;
        let run = Simulation::new().seed(seed.into()).untraced().rule(late);
        let run = run.partition(&apart, from..from + PATIENCE * (1 + seed % 5));
        run.run(|| {
            cluster.erase();
            replicate::Choreography::new(5, cluster.quorum, &cluster.client, cluster.seats())
        });
        cluster.check().err().map(|lost| format!("seed {seed}, {apart:?}: {lost}"))
    })
}

#[test]
fn no_partition_by_chance_loses_anything() {
    assert_eq!(lost_by_chance(&cluster(), 10_000), None);
    assert!(lost_by_chance(&Cluster::new(3, half, &ENTRIES), 10_000).is_some());
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
