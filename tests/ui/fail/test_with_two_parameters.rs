//! A test gets its seed and nothing else.

#[chor::test]
fn under_seeds(seed: u64, other: u64) {
    assert_eq!(seed, other);
}

fn main() {}
