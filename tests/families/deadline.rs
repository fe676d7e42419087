//! An answer that comes later than its deadline.

use crate::delay::Delay;
use crate::{crashes, leak, seeds};
use chor::play_together;
use chor::prelude::*;
use chor::sim::Simulation;
use std::time::Duration;
use tokio::sync::Notify;

chor! {
    /// Three answers, of which each has its deadline; the last is awaited.
    chor ask[A, B](
        delays: Vec<Delay> @ A,
        patience: Vec<Duration> @ B,
        over: &[Notify] @ B,
    ) -> (Vec<Option<u32>>, u32) @ B {
        let mut heard: Vec<Option<u32>> @ B = Vec::new();
        for value in 0..3u32 {
            let reply: Option<u32> @ B =
                A -> B within patience[value as usize]: delays[value as usize].before(value).await;
            B: over[value as usize].notify_one();
            heard.push(reply);
        }
        let last: u32 = A -> B: 99;
        B: (heard, last)
    }
}

/// The answers come after so many milliseconds each.
fn millis(delays: [u64; 3]) -> Vec<Delay> {
    delays.map(Delay::Millis).to_vec()
}

const SECONDS: [Duration; 3] = [Duration::from_secs(1); 3];

/// Is told when each of the three has had its answer, or none.
fn overs() -> [Notify; 3] {
    Default::default()
}

fn heard(delays: [u64; 3]) -> (Vec<Option<u32>>, u32) {
    let over = overs();
    let run =
        Simulation::new().run(|| ask::Choreography::new(millis(delays), SECONDS.to_vec(), &over));
    run.results.b.unwrap()
}

#[test]
fn what_is_late_is_none_and_nothing_is_mixed_up() {
    assert_eq!(heard([0, 0, 0]), (vec![Some(0), Some(1), Some(2)], 99));
    assert_eq!(heard([5_000, 0, 0]), (vec![None, None, None], 99));
    assert_eq!(heard([1_500, 0, 0]), (vec![None, Some(1), Some(2)], 99));
    assert_eq!(heard([0, 1_500, 0]), (vec![Some(0), None, Some(2)], 99));
    assert_eq!(heard([0, 0, 10_000]), (vec![Some(0), Some(1), None], 99));
}

type Asked = ask::Choreography<Vec<Delay>, Vec<Duration>, &'static [Notify]>;

/// Each of the three in turn is sent when its deadline has passed; the others have an hour.
fn answer_late(play: impl Fn(Asked) -> (Vec<Option<u32>>, u32)) {
    for late in 0..3 {
        let over = leak(overs());
        let mut delays = vec![Delay::NONE; 3];
        let mut patience = vec![Duration::from_hours(1); 3];
        delays[late] = Delay::Until(&over[late]);
        patience[late] = Duration::from_millis(1);
        let mut expected = vec![Some(0), Some(1), Some(2)];
        expected[late] = None;
        let heard = play(ask::Choreography::new(delays, patience, over));
        assert_eq!(heard, (expected, 99), "{late}");
    }
}

#[test]
fn what_is_late_is_none_and_nothing_is_mixed_up_over_memory() {
    answer_late(|all| seeds::runtime().block_on(play_together(all)).unwrap().b);
}

#[test]
fn what_is_late_is_none_and_nothing_is_mixed_up_over_nodes() {
    answer_late(|all| seeds::between_nodes(all).b);
}

#[test]
fn no_seed_changes_what_is_in_time() {
    let over = leak(overs());
    let patience = || vec![Duration::from_hours(1); 3];
    crate::change_nothing(|| ask::Choreography::new(vec![Delay::NONE; 3], patience(), over));
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    let over = overs();
    let make = || ask::Choreography::new(millis([0, 1_500, 0]), SECONDS.to_vec(), &over);
    crashes::change_nothing_else(make);
}
