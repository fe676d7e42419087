//! `examples/tic_tac_toe.rs`.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/tic_tac_toe.rs"]
pub mod example;

use chor::sim::simulate;

use crate::messages::recorded;
use crate::program::{prints, run};
use crate::seeds;
use std::io;

use example::{Board, Ending, IllegalMove, Mark, Minimax, Player, tic_tac_toe};

/// Plays what is written down, wherever it is.
struct Script(Vec<usize>);

impl Player for Script {
    fn choose(&mut self, _: &Board) -> io::Result<usize> {
        Ok(self.0.remove(0))
    }
}

#[tokio::test]
async fn perfect_players_tie_and_both_know() {
    let run =
        tic_tac_toe::Choreography::new(Box::new(Minimax(Mark::X)), Box::new(Minimax(Mark::O)));
    let (outcome, messages) = recorded(simulate(run)).await;
    let outcome = outcome.unwrap();
    for board in [&outcome.x, &outcome.o] {
        let moves = |mark| board.moves().iter().copied().skip(mark).step_by(2);
        assert!(moves(0).eq([0, 1, 6, 5, 8]));
        assert!(moves(1).eq([4, 2, 3, 7]));
        assert_eq!(board.ending(), Some(Ending::Tie));
    }
    assert_eq!(messages.len(), 9);
}

#[tokio::test]
async fn three_in_a_row_win() {
    let x = Box::new(Script(vec![0, 1, 2]));
    let o = Box::new(Script(vec![3, 4]));
    let outcome = simulate(tic_tac_toe::Choreography::new(x, o)).await.unwrap();
    assert_eq!(outcome.o.ending(), Some(Ending::Won(Mark::X)));
    assert_eq!(outcome.x, outcome.o);
}

#[tokio::test]
async fn a_perfect_player_takes_its_chance() {
    let x = Box::new(Script(vec![8, 7, 5]));
    let o = Box::new(Minimax(Mark::O));
    let outcome = simulate(tic_tac_toe::Choreography::new(x, o)).await.unwrap();
    assert_eq!(outcome.x.ending(), Some(Ending::Won(Mark::O)));
}

#[tokio::test]
async fn an_illegal_move_fails_the_game() {
    let x = Box::new(Script(vec![4]));
    let o = Box::new(Script(vec![4]));
    let error = simulate(tic_tac_toe::Choreography::new(x, o)).await.unwrap_err();
    let illegal = error.downcast_ref::<IllegalMove>().expect("the error of the board");
    assert_eq!(illegal.to_string(), "O can't be put into cell 4");
}

#[test]
fn the_program_plays_a_tie() {
    prints(
        "tic_tac_toe",
        &["X X O", "O O X", "X O X", "moves: [0, 4, 1, 2, 6, 3, 5, 7, 8]", "a tie"],
    );
}

#[test]
fn the_program_ends_when_the_person_leaves() {
    let ran = run("tic_tac_toe", &["--o", "human"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("the player left"), "{ran:?}");
}

#[test]
fn the_program_refuses_unknown_players() {
    let ran = run("tic_tac_toe", &["--x", "oracle"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("invalid value 'oracle'"), "{ran:?}");
}

#[test]
fn seeds_change_nothing() {
    // The moves of perfect players, who would take too long to think of them again and again.
    seeds::change_nothing(|| {
        let x = Box::new(Script(vec![0, 1, 6, 5, 8]));
        let o = Box::new(Script(vec![4, 2, 3, 7]));
        tic_tac_toe::Choreography::new(x, o)
    });
}
