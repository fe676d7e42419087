//! An option that `chor::test` doesn't have.

#[chor::test(seeds = 3, runs = 4)]
fn under_seeds() {}

fn main() {}
