//! Sets of roles where members of families have names: a family's members are all in it.

use super::Checker;
use crate::ir::{Bound, RoleId, RoleSet, Type};
use proc_macro2::Ident;

impl Checker<'_> {
    /// The roles of the header, then the bound members: each at its number.
    pub(super) fn in_scope(&self) -> Vec<Ident> {
        let bound = self.bounds.iter().map(|bound| bound.name.clone());
        self.own.roles.iter().cloned().chain(bound).collect()
    }

    /// With each bound member of whom the set has all that it could be.
    pub(super) fn close(&self, set: RoleSet) -> RoleSet {
        self.bounds.iter().fold(set, |set, bound| {
            if set.includes(whole(bound)) { set | RoleSet::one(bound.role) } else { set }
        })
    }

    /// Without those bound members that the rest of the set covers.
    pub(super) fn shown(&self, set: RoleSet) -> RoleSet {
        let set = set & self.all;
        let covered = self.bounds.iter().filter(|bound| set.includes(whole(bound)));
        covered.fold(set, |set, bound| set - RoleSet::one(bound.role))
    }

    /// Every role that holds some of a value.
    pub(super) fn holders(&self, ty: &Type) -> RoleSet {
        self.close(ty.holders())
    }

    /// It is played by any number of participants.
    pub(super) fn is_family(&self, role: RoleId) -> bool {
        matches!(self.own.families.get(role.index()), Some(Some(_)))
    }

    /// More than one participant is in the set.
    pub(super) fn is_shared(&self, set: RoleSet) -> bool {
        let set = self.shown(set);
        set.len() > 1 || set.iter().any(|role| self.is_family(role))
    }

    /// The only participant of a set, if it surely is one.
    pub(super) fn single(&self, set: RoleSet) -> Option<RoleId> {
        let set = self.shown(set);
        set.iter().next().filter(|_| !self.is_shared(set))
    }
}

/// What stands for a set once the member's name is out of scope.
pub(super) fn unbound(set: RoleSet, bound: &Bound) -> RoleSet {
    if set.contains(bound.role) { (set - RoleSet::one(bound.role)) | whole(bound) } else { set }
}

/// All that a bound member could be.
pub(super) fn whole(bound: &Bound) -> RoleSet {
    bound.of.iter().copied().collect()
}
