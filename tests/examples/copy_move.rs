//! `examples/copy_move.rs`.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/copy_move.rs"]
pub mod example;

use chor::sim::simulate;

use crate::messages::recorded;
use crate::program::prints;
use crate::seeds;
use example::{copied, moved};

#[tokio::test]
async fn a_moved_value_is_at_the_receiver_alone() {
    let (outcome, messages) = recorded(simulate(moved::Choreography::new(123))).await;
    let outcome = outcome.unwrap();
    assert_eq!(outcome.b, 123);
    let () = outcome.a;
    assert_eq!(messages, ["A -> B: (u32)"]);
}

#[tokio::test]
async fn a_copied_value_is_at_both() {
    let (outcome, messages) = recorded(simulate(copied::Choreography::new(123))).await;
    let outcome = outcome.unwrap();
    assert_eq!((outcome.a, outcome.b), (123, 123));
    assert_eq!(messages, ["A -> B: (u32)"]);
}

#[test]
fn the_program_says_so() {
    prints("copy_move", &["moved: B has 123", "copied: A has 123, B has 123"]);
}

#[test]
fn seeds_change_nothing() {
    seeds::change_nothing(|| moved::Choreography::new(123));
    seeds::change_nothing(|| copied::Choreography::new(123));
}
