//! Two choreographies that call each other.
//!
//! The items of one `chor!` block may call each other in any order. `countdown` is what `A` does,
//! then it goes on with `answer`, which is what `B` does, and so on until the number is zero.
//!
//! Run it with `cargo run --example mutual_recursion`.

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    /// `A` says its number, and `B` goes on with the next one.
    pub chor countdown[A, B](number: u32 @ A) -> u32 @ [A, B] {
        A: println!("A: {number}");
        if A => B: number > 0 {
            let number: u32 = A -> B: number - 1;
            answer[A, B](number)
        } else {
            A => B: number
        }
    }

    /// `B` says its number, and `A` goes on with the next one.
    pub chor answer[A, B](number: u32 @ B) -> u32 @ [A, B] {
        B: println!("B: {number}");
        if B => A: number > 0 {
            let number: u32 = B -> A: number - 1;
            countdown[A, B](number)
        } else {
            B => A: number
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let outcome = simulate(countdown::Choreography::new(5)).await?;
    println!("both ended at {} and {}", outcome.a, outcome.b);
    Ok(())
}
