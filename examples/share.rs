//! Who knows which branch is taken.
//!
//! `A` holds a number; what `B` does depends on it. The guard `A => B: ..` tells `B` the answer and
//! nothing else: `B` learns one bit, not the number. With `A: ..` as the guard the choreography
//! would not compile, because `B` would have to act in a branch that it knows nothing of.
//!
//! Run it with `cargo run --example share`.

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    /// `A` tells `B` whether its number is even, and `B` says so.
    pub chor share[A, B](number: u32 @ A) -> &'static str @ B {
        if A => B: number.is_multiple_of(2) {
            B: println!("B: the number of A is even");
            B: "even"
        } else {
            B: println!("B: the number of A is odd");
            B: "odd"
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    for number in [2, 3] {
        println!("A: my number is {number}");
        simulate(share::Choreography::new(number)).await?;
    }
    Ok(())
}
