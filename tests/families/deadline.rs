//! An answer that comes later than its deadline.

use chor::prelude::*;
use chor::sim::{Simulation, explore};
use std::time::Duration;
use tokio::time::sleep;

async fn after(millis: u64, value: u32) -> u32 {
    sleep(Duration::from_millis(millis)).await;
    value
}

chor! {
    /// Three answers, of which each has a second; the last is awaited.
    chor ask[A, B](delays: Vec<u64> @ A) -> (Vec<Option<u32>>, u32) @ B {
        let mut heard: Vec<Option<u32>> @ B = Vec::new();
        for value in 0..3u32 {
            let reply: Option<u32> @ B = A -> B within Duration::from_secs(1): after(delays[value as usize], value).await;
            heard.push(reply);
        }
        let last: u32 = A -> B: 99;
        B: (heard, last)
    }
}

fn heard(delays: [u64; 3]) -> (Vec<Option<u32>>, u32) {
    let run = Simulation::new().run(|| ask::Choreography::new(delays.to_vec()));
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

#[test]
fn no_seed_changes_what_is_in_time() {
    crate::change_nothing_in_memory(|| ask::Choreography::new(vec![0, 0, 0]));
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    let make = || ask::Choreography::new(vec![0, 1_500, 0]);
    explore(make).orders(false).crashes(1).check(|_| ());
}
