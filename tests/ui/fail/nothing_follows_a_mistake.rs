//! After a mistake the items exist, so no second error follows.

use chor::prelude::*;
use greet::{A, Role};

chor! {
    pub chor greet[A, B](x: u32 @ A) -> u32 @ B {
        let y = C: x;
        let z = y + unknown;
        A: println!("{z}");
        B: println!("{y}");
        A -> B: z
    }

    chor ask[A, B](x: u32 @ A) -> u32 @ B {
        let y = greet[A, B](x);
        B: y + 1
    }
}

async fn play(memory: &chor::memory::Memory) -> Result<(), Error> {
    let _: Role = Role::A;
    play_role(A::new(3), memory).await?;
    let mut y: u32 = play_role(greet::B::new(), memory).await?;
    y += play_role(ask::B::new(), memory).await?;
    let outcome = chor::sim::simulate(greet::Choreography::new(y)).await?;
    println!("{} {:?} {}", greet::SIGNATURE, outcome.b, greet::PROTOCOL);
    Ok(())
}

fn main() {
    drop(play);
}
