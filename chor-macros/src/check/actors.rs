//! Who plays the roles of a choreography that is called.

use super::call::{be, count, is};
use super::names::join;
use super::{Checker, Signature};
use crate::ast;
use crate::ir::{Actor, RoleSet};
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
            right &= self.can_play(actor, arg, name, family.is_some());
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
