//! The contract of transports, for the roles' ends. Nobody drives them here: they wake who waits.

use crate::end::{End, Shared};
use crate::scheduler::{FirstCome, Policy, Random};
use crate::session::Session;
use crate::trace::Recorder;
use chor_runtime::conformance::Suite;
use std::time::Duration;
use tokio::time::timeout;

fn ends(sizes: Vec<usize>, policy: Box<dyn Policy>) -> Vec<End> {
    let participants = sizes.iter().sum();
    let mut session = Session::new(participants, policy);
    session.recorder = Some(Recorder::new());
    End::all(&Shared::new(session, sizes), participants)
}

/// The clock is paused: the timeout is over when everybody waits.
async fn check(policy: impl Fn() -> Box<dyn Policy>) {
    let sessions = async |participants| ends(vec![1; participants], policy());
    let suite = Suite::new(sessions).many(200);
    let kept = timeout(Duration::from_hours(1), suite.run()).await;
    kept.unwrap_or_else(|_| panic!("{}", suite.waiting())).unwrap();
    let families = suite.run_families(async |sizes| ends(sizes, policy()));
    let kept = timeout(Duration::from_hours(1), families).await;
    kept.unwrap_or_else(|_| panic!("{}", suite.waiting())).unwrap();
}

#[tokio::test(start_paused = true)]
async fn ends_keep_the_contract() {
    check(|| Box::new(FirstCome)).await;
}

#[tokio::test(start_paused = true)]
async fn ends_that_make_way_for_others_keep_the_contract() {
    for seed in 0..5 {
        check(|| Box::new(Random::new(seed))).await;
    }
}
