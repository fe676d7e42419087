//! `examples/mutual_recursion.rs`.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/mutual_recursion.rs"]
pub mod example;

use chor::sim::simulate;

use crate::messages::recorded;
use crate::program::prints;
use crate::seeds;
use example::countdown;

#[tokio::test]
async fn five_ends_at_zero() {
    let (outcome, messages) = recorded(simulate(countdown::Choreography::new(5))).await;
    let outcome = outcome.unwrap();
    assert_eq!((outcome.a, outcome.b), (0, 0));
    // Six choices, five numbers, and the last number shared.
    assert_eq!(messages.len(), 6 + 5 + 1);
}

#[test]
fn the_program_prints_in_turn() {
    prints(
        "mutual_recursion",
        &["A: 5", "B: 4", "A: 3", "B: 2", "A: 1", "B: 0", "both ended at 0 and 0"],
    );
}

#[test]
fn seeds_change_nothing() {
    seeds::change_nothing(|| countdown::Choreography::new(5));
}
