//! Recursion with swapped roles.
//!
//! A number goes back and forth between two roles and falls by one each time. The choreography
//! says what the one does whose turn it is, and calls itself with the roles the other way round:
//! `ping_pong[B, A]`. The number of the turn is an agreement: both count for themselves, without
//! a message.
//!
//! Run it with `cargo run --example ping_pong`.

use chor::prelude::*;
use chor::sim::simulate;

/// How the game ended for a role: in which turn, and whose that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was this role's turn.
    Mine(u32),
    /// It was the other's turn.
    Theirs(u32),
}

chor! {
    /// It is `A`'s turn: it has the number.
    pub chor ping_pong[A, B](number: u32 @ A, turn: u32 @ [A, B]) -> (End @ A, End @ B) {
        A: println!("turn {turn}: {number}");
        if A => B: number == 0 {
            A: println!("done");
            (A: End::Mine(turn), B: End::Theirs(turn))
        } else {
            let number: u32 = A -> B: number - 1;
            let turn = turn + 1;
            let (theirs, mine) = ping_pong[B, A](number, turn);
            (A: mine, B: theirs)
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let outcome = simulate(ping_pong::Choreography::new(5, 1)).await?;
    println!("A: {:?}, B: {:?}", outcome.a, outcome.b);
    Ok(())
}
