//! The parts of a choreography whose messages are kept apart: its body, and each branch that runs at
//! the same time as others.
//!
//! Knows how all roles compute the same lane without a message; deliberately not what travels in it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Which of the concurrent parts of a choreography a message belongs to: its body, or one branch that
/// runs at the same time as others. Messages of different lanes never take each other's place.
///
/// A branch that was executed uses its lane again the next time: queues deliver in order, so nothing
/// mixes, and the number of lanes is that of the branches in the source.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Lane(u64);

impl Lane {
    /// The body of the choreography.
    pub const ROOT: Self = Self(0);

    /// The lane of this number, which all roles that use it have to compute alike.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The lane of a branch that begins in this one: that of this `index` at this `place` of the
    /// source.
    #[must_use]
    pub const fn branch(self, place: u64, index: u64) -> Self {
        Self(mix(mix(self.0, place), index))
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ROOT { f.write_str("the body") } else { write!(f, "lane {:x}", self.0) }
    }
}

/// A number that tells both, never 0. The finalizer of `SplitMix64`, whose every bit depends on every bit
/// of its input (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
pub(crate) const fn mix(one: u64, other: u64) -> u64 {
    let mut hash = one.rotate_left(32).wrapping_add(0x9e37_79b9_7f4a_7c15) ^ other;
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    if hash == 0 { 1 } else { hash }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn branches_of_branches_differ() {
        let mut lanes = BTreeSet::from([Lane::ROOT]);
        for place in 0..20 {
            for index in 0..20 {
                let outer = Lane::ROOT.branch(place, index);
                assert!(lanes.insert(outer));
                for inner in 0..20 {
                    assert!(lanes.insert(outer.branch(inner, index)), "{place} {index} {inner}");
                }
            }
        }
    }
}
