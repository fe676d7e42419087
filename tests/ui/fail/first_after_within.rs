//! How many answers are enough is written before how long to wait for them.

use chor::prelude::*;
use std::time::Duration;

const DELAY: Duration = Duration::from_secs(1);

chor! {
    chor f[Boss, Workers[..]](vote: bool @ each Workers) -> Vec<(Member, bool)> @ Boss {
        each w in Workers within DELAY first 2 {
            w -> Boss: vote
        }
    }

    chor g[Boss, Workers[..]](vote: bool @ each Workers) -> Vec<bool> @ Boss {
        try each w in Workers {
            w -> Boss: vote
        }
    }
}

fn main() {}
