//! Assignments in plain Rust: exactly where the variable is.

use super::code::error_expr;
use super::{Checker, Fence};
use crate::ir::{Expr, Kind, RoleSet, Type, VarId};
use crate::rust::Facts;
use proc_macro2::Span;
use syn::spanned::Spanned;

impl Checker<'_> {
    /// `x = e`, `x.y += e`: exactly where `x` is.
    pub(super) fn check_plain_assign(
        &mut self,
        code: &syn::Expr,
        facts: &Facts,
        vars: &[VarId],
    ) -> Expr {
        let mut places = Vec::new();
        for var in vars {
            let Some(at) = self.assigned_at(*var, code.span()) else {
                return error_expr(code.span());
            };
            places.push(at);
        }
        let at = places[0];
        if let Some(index) = places.iter().position(|other| *other != at) {
            let (first, other) = (&self.vars[vars[0].0].name, &self.vars[vars[index].0].name);
            let (at, place) = (self.names(at), self.names(places[index]));
            self.errors.error(
                code.span(),
                format_args!(
                    "`{first}` is at {at}, but `{other}` is at {place}: no role can assign both"
                ),
                "assign each in a statement of its own",
            );
            return error_expr(code.span());
        }
        let code = self.code(code.clone(), facts, at);
        Expr { ty: Type::unit(), acts: at, jumps: false, span: code.span, kind: Kind::Code(code) }
    }

    /// The location of an assigned variable, all of which has to be here.
    pub(super) fn assigned_at(&mut self, var: VarId, span: Span) -> Option<RoleSet> {
        let at = match self.vars[var.0].ty {
            Type::At { at, .. } => self.close(at),
            Type::Each { .. } => self.place_of(&self.vars[var.0].name.clone(), var)?,
            _ => {
                self.refuse_tuple(var, span);
                return None;
            }
        };
        if let Some(fence) = self.fences.iter().find(|fence| var.0 < fence.first_var).copied()
            && self.is_shared(at)
        {
            self.refuse_racing(var, fence, span);
            return None;
        }
        let missing = at - self.census;
        if missing.is_empty() {
            return Some(at);
        }
        let name = self.vars[var.0].name.clone();
        let (holders, missing) = (self.names(at), missing.iter().next()?);
        let unknown = self.role(missing);
        let (what, help) = match self.ignorance(at) {
            Some(reason) => (format!("how `{}` turned out", reason.text), self.tell(reason, at)),
            None => ("of it".to_owned(), "assign it where all of them act".to_owned()),
        };
        self.errors.error(
            span,
            format_args!("`{name}` is assigned at {holders}, but `{unknown}` doesn't know {what}"),
            help,
        );
        None
    }

    /// Reports an agreement that one of several branches would change under the others.
    fn refuse_racing(&mut self, var: VarId, fence: Fence, span: Span) {
        let name = self.vars[var.0].name.clone();
        let at = self.names(self.var_at(var));
        self.errors.error(
            span,
            format_args!(
                "`{name}` is an agreement of {at}, and the branches of this `{}` run at once: \
                 its roles could see them in different orders",
                fence.word
            ),
            "let each branch end in a value, and assign after all of them",
        );
    }
}
