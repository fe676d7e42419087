//! One message, moved and copied.
//!
//! `A -> B: x` moves: afterwards only `B` has the value. `A => B: x` copies: afterwards both have
//! it, and both know that they hold the same.
//!
//! Run it with `cargo run --example copy_move`.

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    /// `A` gives its number to `B`.
    pub chor moved[A, B](number: u32 @ A) -> u32 @ B {
        A -> B: number
    }

    /// `A` shares its number with `B`.
    pub chor copied[A, B](number: u32 @ A) -> u32 @ [A, B] {
        A => B: number
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let outcome = simulate(moved::Choreography::new(123)).await?;
    println!("moved: B has {}", outcome.b);

    let outcome = simulate(copied::Choreography::new(123)).await?;
    println!("copied: A has {}, B has {}", outcome.a, outcome.b);
    Ok(())
}
