//! Which of the roles a participant is: one of the header, and bound members that it is or may be.

use crate::ir::{Bound, RoleId, RoleSet};
use std::cell::Cell;

/// The roles that a participant is here.
///
/// Whether it is a member that is named by a number shows only when it runs. As long as nothing depends
/// on that, the member stays open; what was asked about open members says what does.
pub(super) struct Me {
    /// The role of the header, and members that it surely is.
    pub(super) sure: RoleSet,
    /// The members that it may be.
    open: Vec<Bound>,
    /// How many of these are bound outside of a part in which they can't be told apart.
    outside: usize,
    asked: Cell<RoleSet>,
}

impl Me {
    pub(super) fn new(role: RoleId) -> Self {
        let sure = RoleSet::one(role);
        Self { sure, open: Vec::new(), outside: 0, asked: Cell::new(RoleSet::EMPTY) }
    }

    /// It is one of these.
    pub(super) fn is_in(&self, set: RoleSet) -> bool {
        let is_sure = set.meets(self.sure);
        if !is_sure {
            self.ask(set & self.open());
        }
        is_sure
    }

    fn ask(&self, members: RoleSet) {
        self.asked.set(self.asked.get() | members);
    }

    fn open(&self) -> RoleSet {
        self.open.iter().map(|bound| bound.role).collect()
    }

    /// All that it could be.
    pub(super) fn perhaps(&self) -> RoleSet {
        self.sure | self.open()
    }
}

impl super::Projector<'_> {
    /// Runs `inside`, and says on which open member its result depends.
    pub(super) fn asking<R>(&mut self, inside: impl FnOnce(&mut Self) -> R) -> (R, Option<Bound>) {
        let before = self.me.asked.replace(RoleSet::EMPTY);
        let result = inside(self);
        let asked = self.me.asked.replace(before);
        let (outer, here) = self.me.open.split_at(self.me.outside);
        let outer = outer.iter().map(|bound| bound.role).collect();
        self.me.ask(asked & outer);
        (result, here.iter().find(|bound| asked.contains(bound.role)).cloned())
    }

    /// Runs `inside` where it may be this member.
    pub(super) fn opened<R>(&mut self, member: &Bound, inside: impl FnOnce(&mut Self) -> R) -> R {
        self.me.open.push(member.clone());
        let result = inside(self);
        self.me.open.pop();
        result
    }

    /// Runs `inside` where it surely is this member, or surely isn't.
    pub(super) fn decided<R>(
        &mut self,
        member: &Bound,
        own: bool,
        inside: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let (sure, open) = (self.me.sure, self.me.open.clone());
        let (outside, is_other) = (self.me.outside, |bound: &Bound| bound.role != member.role);
        self.me.outside = open[..outside].iter().filter(|bound| is_other(bound)).count();
        self.me.open.retain(is_other);
        if own {
            self.me.sure |= RoleSet::one(member.role);
        }
        let result = inside(self);
        (self.me.sure, self.me.open, self.me.outside) = (sure, open, outside);
        result
    }

    /// Runs `inside` as a part in which members that are open outside can't be told apart: it is made
    /// for each of them as a whole.
    pub(super) fn enclosed<R>(&mut self, inside: impl FnOnce(&mut Self) -> R) -> R {
        let outside = std::mem::replace(&mut self.me.outside, self.me.open.len());
        let result = inside(self);
        self.me.outside = outside;
        result
    }
}
