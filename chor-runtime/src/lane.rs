//! The parts of a choreography whose messages are kept apart: its body, and each branch that runs at
//! the same time as others.
//!
//! Knows how all roles compute the same lane without a message; deliberately not what travels in it.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::RangeInclusive;

/// Which of the concurrent parts of a choreography a message belongs to: its body, or one branch that
/// runs at the same time as others. Messages of different lanes never take each other's place.
///
/// A branch that was executed uses its lane again the next time: queues deliver in order, so nothing
/// mixes, and the number of lanes is that of the branches in the source.
///
/// What may end before all of its messages have arrived, as with a deadline, is a round: it has a lane of
/// its own each time, which says which [round](Self::round) of which [root](Self::root) it is. Where it
/// came about, it also has a [path](Self::path), and knows the round [around](Self::around) it: these
/// don't count when lanes are compared.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Lane {
    root: u64,
    round: u64,
    number: u64,
    #[serde(skip)]
    path: u64,
    #[serde(skip)]
    around: u64,
}

impl Lane {
    /// The body of the choreography.
    pub const ROOT: Self = Self::new(0);

    /// The lane of this number, which all roles that use it have to compute alike.
    pub const fn new(number: u64) -> Self {
        Self::with_round(number, 0, 0)
    }

    /// The lane of this number in a round: for transports, which carry all three. A `root` of 0 stands
    /// for no round.
    pub const fn with_round(number: u64, root: u64, round: u64) -> Self {
        Self { root, round, number, path: 0, around: 0 }
    }

    /// Whether it is the body of the choreography.
    #[inline]
    pub(crate) const fn is_root(&self) -> bool {
        self.root | self.number == 0
    }

    /// Its number, which no other lane has, also of another round.
    pub const fn number(self) -> u64 {
        self.number
    }

    /// The place whose rounds are counted, as a number; 0 outside of rounds.
    pub const fn root(self) -> u64 {
        self.root
    }

    /// Which round of the root it belongs to, from 0.
    pub const fn round(self) -> u64 {
        self.round
    }

    /// The way through the source from the root to this lane, as a number, the same in all rounds; 0
    /// outside of rounds. Known where the lane came about, as what follows.
    ///
    /// A transport that bounds what waits in a lane has to bound what waits on a path: with a bound for
    /// each round, there is none for all; and with one for the root, branches that run at the same time
    /// can keep each other waiting for ever.
    pub const fn path(self) -> u64 {
        self.path
    }

    /// The number of the round in a round that it belongs to, the innermost one; 0 if there is none but
    /// that of the root. [`Rounds::around`](crate::Rounds::around) tells all of them.
    pub const fn around(self) -> u64 {
        self.around
    }

    /// Whether it belongs to a round: to something that may end before all messages have arrived.
    pub const fn is_in_round(self) -> bool {
        self.root != 0
    }

    /// All lanes of the rounds of a root.
    pub(crate) const fn all_of(root: u64) -> RangeInclusive<Self> {
        let (least, greatest) = (Self::with_round(0, root, 0), u64::MAX);
        RangeInclusive::new(least, Self::with_round(greatest, root, greatest))
    }

    /// The lane of a branch that begins in this one: that of this `index` at this `place` of the
    /// source.
    #[must_use]
    pub const fn branch(self, place: u64, index: u64) -> Self {
        let number = mix(mix(self.number, place), index);
        let path = if self.is_in_round() { mix(mix(self.path, place), index) } else { 0 };
        Self { number, path, ..self }
    }

    /// The lane of a round of a root, which begins outside of rounds.
    pub(crate) const fn of_root(root: u64, round: u64) -> Self {
        Self { path: root, ..Self::with_round(mix(root, round), root, round) }
    }

    /// The lane of a round of this number that begins at a place in this lane, which is in a round, too.
    pub(crate) const fn inside(self, place: u64, number: u64) -> Self {
        Self { number, path: mix(self.path, place), around: number, ..self }
    }

    // In this order, so that the lanes of a root are neighbours.
    const fn key(&self) -> (u64, u64, u64) {
        (self.root, self.round, self.number)
    }
}

impl PartialEq for Lane {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Lane {}

impl PartialOrd for Lane {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Lane {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for Lane {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ROOT {
            f.write_str("the body")
        } else {
            write!(f, "lane {:x}", self.number)?;
            if self.is_in_round() { write!(f, " in round {}", self.round + 1) } else { Ok(()) }
        }
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
