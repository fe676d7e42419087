//! Parts that don't wait for all, and what the role that collects must not send in them.

use super::walk::Walk;
use super::{Answer, Demand};
use crate::ir::{Actor, Code, RoleId, RoleSet};
use crate::rust;
use crate::syntax;
use proc_macro2::Span;

/// An `each` that doesn't wait for all.
#[derive(Clone, Copy)]
pub(super) struct Race {
    /// The collecting role.
    pub(super) at: RoleId,
    pub(super) member: RoleId,
    /// Losses are values: a deadline alone says who is late, not who is lost.
    pub(super) counts: bool,
    /// The number of variables before it.
    pub(super) first_var: usize,
}

impl Walk<'_> {
    /// What a callee must not do, if the collecting role may take part in it.
    pub(super) fn demand(
        &self,
        race: Race,
        path: &syn::Path,
        actors: &[Actor],
        span: Span,
    ) -> Option<Demand> {
        let numbers = |wanted: &dyn Fn(&Actor) -> bool| -> Vec<usize> {
            (0..actors.len()).filter(|index| wanted(&actors[*index])).collect()
        };
        let from = numbers(&|actor| actor.roles().iter().any(|role| self.may_be(*role, race.at)));
        let at = numbers(&|actor| actor.roles() == [race.at]);
        let name = rust::text(path);
        let first = actors.get(*from.first()?)?.roles();
        let role = first.iter().find(|role| self.may_be(**role, race.at))?;
        let answer = self.answered(race, *role, &format!("it sends in `{name}`"), span);
        Some(Demand { path: path.clone(), from, at, answer })
    }

    /// Two roles may be the same participant.
    pub(super) fn may_be(&self, role: RoleId, other: RoleId) -> bool {
        !self.header_roles(role).is_disjoint(&self.header_roles(other))
    }

    /// A choreography value that may be of outside: it isn't known what is sent in it.
    pub(super) fn value(&mut self, value: &Code, roles: RoleSet) {
        let known = self.global.roles.len() + self.members.len();
        let roles: RoleSet = roles.iter().filter(|role| role.index() < known).collect();
        for race in self.races.clone() {
            let outside = value.uses.iter().any(|var| var.0 < race.first_var);
            let takes_part = roles.iter().any(|role| self.may_be(role, race.at));
            if outside && takes_part && roles != RoleSet::one(race.at) {
                let (at, name) = (self.name(race.at), rust::text(&value.expr));
                let what = format!(
                    "`{at}` collects the first answers here, and nobody could wait for what it may \
                     send in `{name}`"
                );
                let help =
                    format!("call a choreography by its name, in which `{at}` sends nothing");
                self.found.answers.push(Answer { what, help, span: value.span });
            }
        }
    }

    pub(super) fn answer(&mut self, race: Race, from: RoleId, before: &str, span: Span) {
        let answer = self.answered(race, from, before, span);
        self.found.answers.push(answer);
    }

    /// Members don't learn who was counted: what they waited for might never come.
    fn answered(&self, race: Race, from: RoleId, before: &str, span: Span) -> Answer {
        let (at, from_name) = (self.name(race.at), self.name(from));
        let who = if from == race.at {
            format!("`{at}` collects")
        } else {
            format!("`{from_name}` may be `{at}`, which collects")
        };
        let what = format!(
            "{who} the first answers here and may be done before {before}: nobody can wait for it"
        );
        let help = "send what the members need before the `each`".to_owned();
        Answer { what, help, span }
    }

    fn name(&self, role: RoleId) -> String {
        let count = self.global.roles.len();
        match role.index().checked_sub(count).and_then(|bound| self.members.get(bound)) {
            Some(member) => member.text.clone(),
            None => self.global.roles.get(role.index()).map(syntax::name).unwrap_or_default(),
        }
    }
}
