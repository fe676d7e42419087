//! Mixed runs that don't fit their choreography.

use super::{ask, open};
use chor::memory::{self, Memory};
use chor::sim::{Simulation, SomeRoles};

async fn refused<P: SomeRoles<2>>(
    simulation: Simulation,
    real: &[&str],
    ends: Vec<Memory>,
    roles: P,
) {
    simulation.real(real, ends).run(|| roles).await;
}

fn buyer() -> Vec<Memory> {
    memory::session_of(&[1, 1]).into_iter().take(1).collect()
}

#[tokio::test]
#[should_panic(expected = "`ask` has no role `Vendor`, but Buyer, Seller")]
async fn an_unknown_real_role_is_refused() {
    refused(Simulation::new(), &["Vendor"], buyer(), (ask::Buyer::new("TAPL"),)).await;
}

#[tokio::test]
#[should_panic(expected = "`Seller` is neither simulated nor real")]
async fn a_role_that_nobody_plays_is_refused() {
    refused(Simulation::new(), &[], memory::session_of(&[1, 1]), (ask::Buyer::new("TAPL"),)).await;
}

#[tokio::test]
#[should_panic(expected = "`Seller` is both simulated and real")]
async fn a_role_that_is_played_twice_is_refused() {
    let both = (ask::Buyer::new("TAPL"), ask::Seller::new(open()));
    refused(Simulation::new(), &["Seller"], buyer(), both).await;
}

#[tokio::test]
#[should_panic(expected = "the session of Seller needs an end for each other role of `ask`")]
async fn a_missing_end_is_refused() {
    refused(Simulation::new(), &["Seller"], Vec::new(), (ask::Buyer::new("TAPL"),)).await;
}

#[tokio::test]
#[should_panic(expected = "`Seller` is real: the simulator can neither crash it nor slow it down")]
async fn a_crash_of_a_real_role_is_refused() {
    let crash = "Seller crashes at the start".parse().expect("a decision");
    let simulation = Simulation::new().fault(crash);
    refused(simulation, &["Seller"], buyer(), (ask::Buyer::new("TAPL"),)).await;
}
