//! Who plays the roles of a choreography that is called.

use super::call::{be, count, is};
use super::names::join;
use super::{Checker, Signature};
use crate::ast;
use crate::ir::{Actor, FamilySize, RoleId, RoleSet};
use proc_macro2::Ident;

impl Checker<'_> {
    pub(super) fn call_roles(
        &mut self,
        roles: &ast::RoleArgs,
        signature: &Signature,
    ) -> Option<Vec<Actor>> {
        if roles.args.len() != signature.roles.len() {
            self.errors.error(
                roles.span,
                format_args!(
                    "`{}` has {}, but {} given",
                    signature.name,
                    count(signature.roles.len(), "role"),
                    be(roles.args.len()),
                ),
                format_args!(
                    "name one role for each of {}{}",
                    join(&signature.roles),
                    is(signature)
                ),
            );
            return None;
        }
        let actors = self.actors(roles)?;
        let fits =
            actors.iter().zip(&roles.args).zip(signature.roles.iter().zip(&signature.families));
        let mut right = true;
        for ((actor, arg), (name, family)) in fits {
            right &= self.can_play(actor, arg, name, family.is_some())
                && self.are_enough(actor, arg, (name, family.as_ref()), signature);
        }
        right.then_some(actors)
    }

    /// A family is played by a family or a list, another role by one role.
    fn can_play(&mut self, actor: &Actor, arg: &ast::RoleArg, name: &Ident, family: bool) -> bool {
        let (span, what, help) = match (actor, arg, family) {
            (Actor::One(role), ast::RoleArg::One(given), true) if !self.is_family(*role) => (
                given.span(),
                format!("`{name}` is a family, but `{given}` is one role"),
                format!("give a list of roles: `[{given}]`"),
            ),
            (Actor::One(role), ast::RoleArg::One(given), false) if self.is_family(*role) => (
                given.span(),
                format!("`{name}` is one role, but `{given}` is a family"),
                format!(
                    "name a member: `{given}[0]`, or call it for each: `each w in {given} {{ .. }}`"
                ),
            ),
            (Actor::List(_), ast::RoleArg::List(list), false) => (
                list.span,
                format!("`{name}` is one role, but this is a list"),
                "name one role".to_owned(),
            ),
            _ => return true,
        };
        self.errors.error(span, what, help);
        false
    }

    /// Reports a list or a family of another size than the callee states, where both are literals.
    fn are_enough(
        &mut self,
        actor: &Actor,
        arg: &ast::RoleArg,
        (name, family): (&Ident, Option<&FamilySize>),
        callee: &Signature,
    ) -> bool {
        let sizes = family.and_then(FamilySize::stated).zip(self.participants(actor));
        let Some((wanted, found)) = sizes.filter(|(wanted, found)| wanted != found) else {
            return true;
        };
        let span = match arg {
            ast::RoleArg::One(role) => role.span(),
            ast::RoleArg::List(list) => list.span,
        };
        self.errors.error(
            span,
            format_args!("`{name}` has to have {}, and is played by {found}", members(wanted)),
            format_args!(
                "give it a family or a list of this size: `{}` declares `{}`{}",
                callee.name,
                FamilySize::of(family, name),
                is(callee)
            ),
        );
        false
    }

    /// How many participants play these roles, if the header says it.
    fn participants(&self, actor: &Actor) -> Option<u64> {
        let one = |role: &RoleId| match self.own.families.get(role.index()) {
            Some(Some(family)) => family.stated(),
            // A role, or a bound member.
            Some(None) | None => Some(1),
        };
        actor.roles().iter().try_fold(0_u64, |sum, role| sum.checked_add(one(role)?))
    }

    /// Who plays each role: roles that are distinct and act here.
    pub(super) fn actors(&mut self, roles: &ast::RoleArgs) -> Option<Vec<Actor>> {
        let named = roles.args.iter().flat_map(|arg| match arg {
            ast::RoleArg::One(role) => std::slice::from_ref(role),
            ast::RoleArg::List(list) => &list.roles,
        });
        let all = ast::Location { roles: named.cloned().collect(), span: roles.span };
        let mut found = self.acting(&all)?.into_iter();
        let actor = |arg: &ast::RoleArg| match arg {
            ast::RoleArg::One(_) => found.next().map(Actor::One),
            ast::RoleArg::List(list) => {
                Some(Actor::List(found.by_ref().take(list.roles.len()).collect()))
            }
        };
        roles.args.iter().map(actor).collect()
    }
}

/// All who take part in a call.
pub(super) fn everybody(roles: &[Actor]) -> RoleSet {
    roles.iter().flat_map(Actor::roles).copied().collect()
}

fn members(count: u64) -> String {
    if count == 1 { "1 member".to_owned() } else { format!("{count} members") }
}
