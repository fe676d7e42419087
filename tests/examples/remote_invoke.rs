//! `examples/remote_invoke.rs`.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/remote_invoke.rs"]
pub mod example;

use std::sync::atomic::{AtomicU32, Ordering};

use chor::sim::simulate;

use crate::messages::recorded;
use crate::program::prints;
use crate::seeds;
use example::{remote_apply, remote_invoke, remote_map};

#[tokio::test]
async fn invoke_takes_a_value_there_and_the_result_back() {
    let run = simulate(remote_invoke::Choreography::new(|x: u32| x + 1, 1));
    let (outcome, messages) = recorded(run).await;
    assert_eq!(outcome.unwrap().a, 2);
    assert_eq!(messages, ["A -> B: argument", "B -> A: result"]);
}

#[tokio::test]
async fn apply_takes_all_values_at_once() {
    let sum = |xs: &[u32]| xs.iter().sum::<u32>();
    let run = simulate(remote_apply::Choreography::new(sum, vec![1, 2, 3]));
    let (outcome, messages) = recorded(run).await;
    assert_eq!(outcome.unwrap().a, 6);
    assert_eq!(messages, ["A -> B: arguments", "B -> A: result"]);
}

#[tokio::test]
async fn map_calls_the_function_for_each_value() {
    let calls = AtomicU32::new(0);
    let increment = |x: u32| {
        calls.fetch_add(1, Ordering::Relaxed);
        x + 1
    };
    let run = simulate(remote_map::Choreography::new(increment, vec![1, 2, 3]));
    let (outcome, messages) = recorded(run).await;
    assert_eq!(outcome.unwrap().a, [2, 3, 4]);
    assert_eq!(calls.load(Ordering::Relaxed), 3);
    assert_eq!(messages.len(), 10);
}

#[tokio::test]
async fn map_of_nothing_calls_nothing() {
    let run = simulate(remote_map::Choreography::new(|x: u32| x + 1, vec![]));
    let (outcome, messages) = recorded(run).await;
    assert!(outcome.unwrap().a.is_empty());
    assert_eq!(messages, ["A -> B: (bool)"]);
}

#[test]
fn the_program_shows_all_three() {
    prints("remote_invoke", &["invoke: 2", "apply: 6", "map: [2, 3, 4]"]);
}

#[test]
fn seeds_change_nothing() {
    let increment = |x: u32| x + 1;
    seeds::change_nothing(|| remote_invoke::Choreography::new(increment, 1));
    let sum = |xs: &[u32]| xs.iter().sum::<u32>();
    seeds::change_nothing(|| remote_apply::Choreography::new(sum, vec![1, 2, 3]));
    seeds::change_nothing(|| remote_map::Choreography::new(increment, vec![1, 2, 3]));
}
