//! Roles by number, and sets of them.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};

/// The most roles that one choreography can have.
///
/// A [`RoleSet`] is twice as wide, but rustc follows the roles that run together one by one and
/// stops at a depth of 128.
pub const MOST_ROLES: usize = 64;

/// A role by its position in the header.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RoleId(pub u8);

impl RoleId {
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A census or a location.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct RoleSet(u128);

impl RoleSet {
    pub const EMPTY: Self = Self(0);
    /// All roles that there could be.
    pub const EVERYBODY: Self = Self(u128::MAX);

    pub fn one(role: RoleId) -> Self {
        Self(1 << role.0)
    }

    /// The first `count` roles.
    pub fn first(count: usize) -> Self {
        (0..count).map(|index| RoleId(u8::try_from(index).unwrap_or(u8::MAX))).collect()
    }

    pub fn contains(self, role: RoleId) -> bool {
        self.0 >> role.0 & 1 == 1
    }

    pub fn includes(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub fn iter(self) -> impl Iterator<Item = RoleId> {
        (0..128).map(RoleId).filter(move |role| self.contains(*role))
    }
}

impl FromIterator<RoleId> for RoleSet {
    fn from_iter<I: IntoIterator<Item = RoleId>>(roles: I) -> Self {
        roles.into_iter().fold(Self::EMPTY, |set, role| set | Self::one(role))
    }
}

impl BitOr for RoleSet {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for RoleSet {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for RoleSet {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Sub for RoleSet {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl fmt::Debug for RoleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|role| role.0)).finish()
    }
}
