//! `examples/share.rs`.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/share.rs"]
pub mod example;

use chor::sim::simulate;

use crate::messages::recorded;
use crate::program::prints;
use crate::seeds;
use example::share;

#[tokio::test]
async fn b_learns_which_branch_a_takes() {
    for (number, answer) in [(2, "even"), (3, "odd")] {
        let (outcome, messages) = recorded(simulate(share::Choreography::new(number))).await;
        assert_eq!(outcome.unwrap().b, answer);
        assert_eq!(messages.len(), 1);
    }
}

#[test]
fn the_program_takes_both_branches() {
    prints(
        "share",
        &[
            "A: my number is 2",
            "B: the number of A is even",
            "A: my number is 3",
            "B: the number of A is odd",
        ],
    );
}

#[test]
fn seeds_change_nothing() {
    seeds::change_nothing(|| share::Choreography::new(2));
    seeds::change_nothing(|| share::Choreography::new(3));
}
