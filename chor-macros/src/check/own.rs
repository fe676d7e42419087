//! Values that each member of a family has of its own: whose is meant.

use super::bounds::whole;
use super::code::error_expr;
use super::{Checker, Shape};
use crate::ir::{Code, Expr, Kind, RoleId, RoleSet, Type, VarId};
use crate::rust::Facts;
use proc_macro2::Ident;

impl Checker<'_> {
    /// Where a variable is that plain Rust mentions; what each member has of its own is that of the
    /// only bound member here that it can be.
    pub(super) fn place_of(&mut self, name: &Ident, var: VarId) -> Option<RoleSet> {
        let Type::Each { of, .. } = self.vars[var.0].ty else { return Some(self.var_at(var)) };
        match self.owners(of).as_slice() {
            [one] => Some(RoleSet::one(*one)),
            [] => {
                self.refuse_shared_own(name, of);
                None
            }
            [first, second, ..] => {
                let (first, second) = (self.role(*first), self.role(*second));
                self.errors.error(
                    name.span(),
                    format_args!("`{name}` could be that of `{first}` or that of `{second}`"),
                    format_args!("say whose it is: `{first}: ..`"),
                );
                None
            }
        }
    }

    /// Exactly a variable that each member has of its own, where no single one of them is meant: what
    /// all of them have.
    pub(super) fn check_own(
        &mut self,
        code: &syn::Expr,
        facts: &Facts,
        shape: &Shape,
    ) -> Option<Expr> {
        let name = facts.variable.as_ref()?;
        let var = self.lookup(name)?;
        let Type::Each { ty, of } = self.vars[var.0].ty.clone() else { return None };
        if !shape.each && !self.owners(of).is_empty() {
            return None;
        }
        let missing = of - self.census;
        if let Some(role) = missing.iter().next() {
            self.knows(role, name.span());
            return Some(error_expr(name.span()));
        }
        let code = Code {
            expr: code.clone(),
            at: self.close(of),
            uses: vec![var],
            mentions: Vec::new(),
            pure: true,
            apart: false,
            span: name.span(),
            site: None,
            changes: Vec::new(),
        };
        let (ty, acts) = (Type::Each { ty, of }, RoleSet::EMPTY);
        Some(Expr { ty, acts, jumps: false, span: name.span(), kind: Kind::Code(code) })
    }

    /// The participants here that surely are one of `of`, each a single one.
    fn owners(&self, of: RoleSet) -> Vec<RoleId> {
        let bound = self.bounds.iter().filter(|bound| of.includes(whole(bound)));
        let bound = bound.map(|bound| bound.role);
        let plain = of.iter().filter(|role| role.index() < self.own.roles.len());
        let plain = plain.filter(|role| !self.is_family(*role));
        bound.chain(plain).filter(|role| self.census.contains(*role)).collect()
    }

    /// The code runs at one participant, which has its own.
    pub(super) fn is_own(&self, at: RoleSet, of: RoleSet) -> bool {
        self.single(at).is_some_and(|role| self.close(of).contains(role))
    }

    pub(super) fn refuse_shared_own(&mut self, name: &Ident, of: RoleSet) -> bool {
        let family = self.location(of);
        self.errors.error(
            name.span(),
            format_args!(
                "each of {} has its own `{name}`, and this code doesn't run at one of them",
                self.names(of)
            ),
            format_args!(
                "write `each {family}: ..`, or `w: ..` inside `each w in {family} {{ .. }}`"
            ),
        );
        false
    }

    /// What a family of one has of its own is simply there.
    pub(super) fn of_one(&self, ty: Type) -> Type {
        match ty {
            Type::Each { ty, of } if self.single(of).is_some() => Type::At { ty, at: of },
            other => other,
        }
    }

    /// With all bound members in its locations.
    pub(super) fn closed(&self, ty: &Type) -> Type {
        match ty {
            Type::At { ty, at } => Type::At { ty: ty.clone(), at: self.close(*at) },
            Type::Each { ty, of } => Type::Each { ty: ty.clone(), of: self.close(*of) },
            Type::Tuple(elems) => Type::Tuple(elems.iter().map(|elem| self.closed(elem)).collect()),
            Type::Chor(_) | Type::Never | Type::Error => ty.clone(),
        }
    }
}
