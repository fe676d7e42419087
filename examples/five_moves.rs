//! A game of five moves, whose winner both players know.
//!
//! The players take turns at a die; the highest throw wins, the earlier one among equals. A throw
//! is private until it is told (`=>`), and the score is an agreement: each player keeps its own,
//! both are equal, and so neither has to ask the other whether the game is over or who won. Five
//! moves, five messages.
//!
//! The choreography swaps its roles at each move: `play[Waiter, Mover]`.
//!
//! Run it with `cargo run --example five_moves`.

use chor::memory;
use chor::prelude::*;

/// How many moves a game has.
pub const MOVES: u32 = 5;

/// Who made a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Player {
    /// The one who made the first move.
    First,
    /// The other one.
    Second,
}

/// What both players know of the game.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    throws: Vec<u64>,
}

impl Score {
    /// The score after one more throw.
    #[must_use]
    pub fn after(mut self, throw: u64) -> Self {
        self.throws.push(throw);
        self
    }

    /// Whether all moves are made.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.throws.len() == MOVES as usize
    }

    /// Who has the highest throw so far; nobody before the first move.
    #[must_use]
    pub fn winner(&self) -> Option<Player> {
        let best = self.throws.iter().max()?;
        let position = self.throws.iter().position(|throw| throw == best)?;
        Some(if position % 2 == 0 { Player::First } else { Player::Second })
    }
}

/// A die that is as random as a first-year student's.
#[derive(Clone, Debug)]
pub struct Die(u64);

impl Die {
    /// A die whose throws follow from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One to six.
    pub fn throw(&mut self) -> u64 {
        // The constants of Knuth's MMIX generator; its upper bits are the good ones.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1 + (self.0 >> 33) % 6
    }
}

chor! {
    /// A game, from the first throw to the last.
    pub chor game[A, B](first: Die @ A, second: Die @ B) -> Score @ [A, B] {
        let score = [A, B]: Score::default();
        play[A, B](first, second, score)
    }

    /// One move by `Mover`, then the rest of the game.
    pub chor play[Mover, Waiter](
        mut mine: Die @ Mover,
        theirs: Die @ Waiter,
        score: Score @ [Mover, Waiter],
    ) -> Score @ [Mover, Waiter] {
        let throw: u64 = Mover => Waiter: mine.throw();
        let score = score.after(throw);
        if score.is_final() {
            score
        } else {
            play[Waiter, Mover](theirs, mine, score)
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Each role in a task of its own, with nothing in common but a session; on two machines it
    // would be the same two calls, with another transport.
    let [a, b] = memory::session();
    let a = tokio::spawn(async move { play_role(game::A::new(Die::new(1)), &a).await });
    let b = tokio::spawn(async move { play_role(game::B::new(Die::new(2)), &b).await });

    for (name, score) in [("A", a.await??), ("B", b.await??)] {
        match score.winner() {
            Some(winner) => println!("{name} saw {:?}: {winner:?} won", score.throws),
            None => println!("{name} saw no throw"),
        }
    }
    Ok(())
}
