//! `examples/ping_pong.rs`.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/ping_pong.rs"]
pub mod example;

use chor::sim::simulate;

use crate::messages::recorded;
use crate::program::prints;
use crate::seeds;
use example::{End, ping_pong};

#[tokio::test]
async fn five_takes_six_turns() {
    let (outcome, messages) = recorded(simulate(ping_pong::Choreography::new(5, 1))).await;
    let outcome = outcome.unwrap();
    assert_eq!((outcome.a, outcome.b), (End::Theirs(6), End::Mine(6)));
    // In each turn the choice, and the number in all but the last.
    assert_eq!(messages.len(), 6 + 5);
    assert_eq!(
        messages[..4],
        ["A -> B: (bool)", "A -> B: number", "B -> A: (bool)", "B -> A: number"]
    );
}

#[tokio::test]
async fn zero_is_done_at_once() {
    let outcome = simulate(ping_pong::Choreography::new(0, 1)).await.unwrap();
    assert_eq!((outcome.a, outcome.b), (End::Mine(1), End::Theirs(1)));
}

#[test]
fn the_program_prints_each_turn() {
    prints(
        "ping_pong",
        &[
            "turn 1: 5",
            "turn 2: 4",
            "turn 3: 3",
            "turn 4: 2",
            "turn 5: 1",
            "turn 6: 0",
            "done",
            "A: Theirs(6), B: Mine(6)",
        ],
    );
}

#[test]
fn seeds_change_nothing() {
    seeds::change_nothing(|| ping_pong::Choreography::new(5, 1));
}
