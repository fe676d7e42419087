use chor::prelude::*;
use std::time::Duration;

chor! {
    chor ask[A, B, C]() {
        let reply: Option<u32> = A => B within Duration::from_secs(1): 1;
        let both: Option<u32> = A -> [B, C] within Duration::from_secs(1): 1;
        let lost: Result<u32, Lost> = try A -> [B, C]: 1;
    }
}

fn main() {}
