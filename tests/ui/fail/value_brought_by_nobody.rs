//! A role that is given a choreography can't be played by itself: no single role has one.

use chor::prelude::*;

chor! {
    pub chor f[A, B](ask: chor(u32 @ A) -> u32 @ B, x: u32 @ A) -> u32 @ B {
        ask(x)
    }
}

fn main() {
    let _ = chor::sim::simulate(f::Choreography::new(|| (), 3));
}
