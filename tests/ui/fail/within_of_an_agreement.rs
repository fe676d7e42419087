//! A sender can't know whether its message was in time, so there is no agreement.

use chor::prelude::*;
use std::time::Duration;

const DELAY: Duration = Duration::from_secs(1);

chor! {
    chor f[A, B, C](x: u32 @ A) {
        let y: Option<u32> @ [A, B] = A => B within DELAY: x;
        let z: Option<u32> @ [B, C] = A -> [B, C] within DELAY: x;
        let r: Result<u32, Lost> @ [A, B] = try A => B: x;
        B: drop((y, z, r));
    }
}

fn main() {}
