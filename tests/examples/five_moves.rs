//! `examples/five_moves.rs`.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/five_moves.rs"]
pub mod example;

use chor::sim::simulate;

use crate::messages::recorded;
use crate::program::prints;
use crate::seeds;
use example::{Die, MOVES, Player, game};

#[tokio::test]
async fn both_see_the_same_winner() {
    let mut winners = Vec::new();
    for seed in 0..100 {
        let run = game::Choreography::new(Die::new(seed), Die::new(seed + 1_000));
        let (outcome, messages) = recorded(simulate(run)).await;
        let outcome = outcome.unwrap();
        assert_eq!(outcome.a, outcome.b);
        assert_eq!(messages.len(), MOVES as usize);
        winners.push(outcome.a.winner().unwrap());
    }
    assert!(winners.contains(&Player::First) && winners.contains(&Player::Second));
}

#[test]
fn the_program_plays_each_role_on_its_own() {
    prints(
        "five_moves",
        &["A saw [3, 5, 4, 1, 1]: Second won", "B saw [3, 5, 4, 1, 1]: Second won"],
    );
}

#[test]
fn seeds_change_nothing() {
    seeds::change_nothing(|| game::Choreography::new(Die::new(1), Die::new(2)));
}
