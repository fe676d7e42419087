//! Any role, by a seed; a role may have to make way before each message.

use super::{Policy, Stop};

/// `SplitMix64`, of our own so that a seed means the same in every version.
/// <https://prng.di.unimi.it/splitmix64.c>
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Below `bound`, which is small: so the bias is negligible.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or_default()
    }
}

/// Spreads a number over all numbers.
pub(crate) fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl Policy for Random {
    fn pick(&mut self, ready: &[usize], _: &[&'static str]) -> usize {
        self.below(ready.len())
    }

    fn yields(&mut self, _: Stop) -> bool {
        self.below(4) == 0
    }
}
