//! What roles are called, with the members that are bound.

use crate::ir::{Bound, Global, RoleId, RoleSet};
use crate::syntax;

pub(super) struct Names<'g> {
    global: &'g Global,
    /// The members in scope, the outermost first.
    members: Vec<Bound>,
}

impl<'g> Names<'g> {
    pub(super) fn new(global: &'g Global) -> Self {
        Self { global, members: Vec::new() }
    }

    pub(super) fn bound(&self) -> usize {
        self.members.len()
    }

    pub(super) fn bind(&mut self, member: &Bound) {
        self.members.push(member.clone());
    }

    pub(super) fn leave(&mut self, bound: usize) {
        self.members.truncate(bound);
    }

    pub(super) fn name(&self, role: RoleId) -> String {
        match self.member(role) {
            Some(member) => member.text.clone(),
            None => self.global.roles.get(role.index()).map(syntax::name).unwrap_or_default(),
        }
    }

    pub(super) fn of(&self, roles: &[RoleId]) -> Vec<String> {
        roles.iter().map(|role| self.name(*role)).collect()
    }

    /// A member whose family is in the set as well isn't named.
    pub(super) fn of_set(&self, set: RoleSet) -> Vec<String> {
        let known = self.global.roles.len() + self.members.len();
        let roles = set.iter().filter(|role| role.index() < known);
        let named = roles.filter(|role| {
            self.member(*role)
                .is_none_or(|member| !set.includes(member.of.iter().copied().collect()))
        });
        named.map(|role| self.name(role)).collect()
    }

    /// The role of the header under which it is drawn.
    pub(super) fn column(&self, role: RoleId) -> RoleId {
        match self.member(role).and_then(|member| member.of.first()) {
            Some(family) => self.column(*family),
            None => role,
        }
    }

    fn member(&self, role: RoleId) -> Option<&Bound> {
        self.members.get(role.index().checked_sub(self.global.roles.len())?)
    }
}
