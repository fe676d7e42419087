//! Messages: who sends what to whom, and the type that crosses.

use super::code::error_expr;
use super::{Checker, Shape};
use crate::ast;
use crate::ir::{Comm, Expr, Kind, Payload, RoleId, RoleSet, Step, Type};
use crate::rust::{self, Facts, Unspeakable};
use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;

impl Checker<'_> {
    pub(super) fn check_comm(&mut self, comm: &ast::Comm, shape: &Shape) -> Expr {
        let (from, to) = (self.acting(&comm.from), self.acting(&comm.to));
        let facts = rust::examine(&comm.payload);
        let (Some(from), Some(to)) = (from, to) else { return error_expr(comm.span) };
        let Some(from) = self.one_sender(&from, comm) else { return error_expr(comm.span) };
        if to.contains(&from) {
            let itself = comm.to.roles.iter().find(|name| *name == self.role(from));
            self.errors.error(
                itself.map_or(comm.to.span, Ident::span),
                format_args!("`{}` would send a message to itself", self.role(from)),
                "name the other roles only",
            );
            return error_expr(comm.span);
        }
        if self.mentions_error(&facts) {
            return error_expr(comm.span);
        }
        let (before, mistakes) = (self.steps.len(), self.errors.count());
        let payload = self.code(comm.payload.clone(), &facts, RoleSet::one(from));
        if self.errors.count() > mistakes {
            return error_expr(comm.span);
        }
        let Some(ty) = self.message_type(comm, &facts, shape, from, &to) else {
            return error_expr(comm.span);
        };
        debug_assert_eq!(before, self.steps.len());
        let label = shape.label.clone().unwrap_or_else(|| (before + 1).to_string());
        let receivers: RoleSet = to.iter().copied().collect();
        let keep = self.keepers(comm.arrow, &facts, from) - receivers;
        let by = match (&facts.variable, &facts.reference) {
            (Some(_), _) => Payload::Variable,
            (_, Some(_)) => Payload::Reference,
            _ => Payload::Value,
        };
        let to_texts = to.iter().map(|role| self.role(*role).to_string()).collect();
        self.steps.push(Step {
            label,
            ty: ty.clone(),
            from,
            to: to.clone(),
            from_text: self.role(from).to_string(),
            to_texts,
            span: comm.span,
        });
        Expr {
            ty: Type::At { ty: Some(Box::new(ty.clone())), at: keep | receivers },
            acts: RoleSet::one(from) | receivers,
            jumps: false,
            span: comm.span,
            kind: Kind::Comm(Box::new(Comm {
                from,
                to,
                keep,
                payload,
                by,
                ty,
                step: before,
                attempt: false,
                within: None,
            })),
        }
    }

    fn one_sender(&mut self, from: &[RoleId], comm: &ast::Comm) -> Option<RoleId> {
        match from {
            [from] => Some(*from),
            _ => {
                let arrow = if comm.arrow == ast::Arrow::Copy { "=>" } else { "->" };
                let first = from.first().map(|role| self.role(*role).clone());
                self.errors.error(
                    comm.from.span,
                    "a message has one sender",
                    format_args!(
                        "name the one that sends: `{} {arrow} ..`",
                        first.map_or("A".to_owned(), |role| role.to_string())
                    ),
                );
                None
            }
        }
    }

    /// The roles that have the payload afterwards, besides the receivers.
    fn keepers(&self, arrow: ast::Arrow, facts: &Facts, from: RoleId) -> RoleSet {
        match arrow {
            ast::Arrow::Move => RoleSet::EMPTY,
            ast::Arrow::Copy => {
                let var = facts.variable.as_ref().and_then(|name| self.lookup(name));
                var.map_or(RoleSet::one(from), |var| self.var_at(var) & self.census)
            }
        }
    }

    /// The written type of a message, from outside in, else from its payload.
    fn message_type(
        &mut self,
        comm: &ast::Comm,
        facts: &Facts,
        shape: &Shape,
        from: RoleId,
        to: &[RoleId],
    ) -> Option<syn::Type> {
        let shown = shape
            .ty
            .as_deref()
            .or(comm.ascribed.as_ref())
            .cloned()
            .map(|ty| if shape.implied { spanned(&ty, comm.payload.span()) } else { ty })
            .or_else(|| self.payload_type(comm, facts));
        let Some(ty) = shown else {
            let name = shape.label.clone().unwrap_or_else(|| "x".to_owned());
            let arrow = if comm.arrow == ast::Arrow::Copy { "=>" } else { "->" };
            let (sender, to) = (self.role(from), self.location(to.iter().copied().collect()));
            self.errors.error(
                comm.payload.span(),
                "the type of this message isn't written",
                format_args!("write `let {name}: Type = {sender} {arrow} {to}: ..;`"),
            );
            return None;
        };
        self.speakable(&ty, comm.payload.span()).then_some(ty)
    }

    fn payload_type(&self, comm: &ast::Comm, facts: &Facts) -> Option<syn::Type> {
        let name = facts.variable.as_ref().or(facts.reference.as_ref());
        match name.and_then(|name| self.lookup(name)).map(|var| &self.vars[var.0].ty) {
            Some(Type::At { ty: Some(ty), .. }) => Some((**ty).clone()),
            _ => rust::literal_type(&comm.payload),
        }
    }

    /// Reports a type that the receiver couldn't spell or hold.
    fn speakable(&mut self, ty: &syn::Type, payload: Span) -> bool {
        if self.unbounded.contains(&rust::text(ty)) {
            let ty = rust::text(ty);
            self.errors.error(
                payload,
                format_args!(
                    "`{ty}` can't be sent: it can be any type, even one that is no message"
                ),
                format_args!("write `<{ty}: Message>` after the roles"),
            );
            return false;
        }
        let Some((span, why)) = rust::unspeakable(ty) else { return true };
        // The type may stem from a variable's declaration, far from the message.
        let span = if span.start().line == 0 { payload } else { span };
        let text = rust::text(ty);
        match why {
            Unspeakable::Inferred => self.errors.error(
                span,
                format_args!("the type `{text}` of this message isn't written out"),
                "replace `_`: both ends have to know the type",
            ),
            Unspeakable::Reference | Unspeakable::ElidedLifetime => self.errors.error(
                payload,
                format_args!("a message can't be a reference: its type is `{text}`"),
                "send an owned value and write its type, for instance `let x: String = A -> B: x.to_owned();`",
            ),
            Unspeakable::ImplTrait => self.errors.error(
                payload,
                format_args!("a message's type has a name, but this one is `{text}`"),
                "declare a type parameter, `name[A, B]<T: ..>(..)`, and write it in place of `impl ..`",
            ),
        }
        false
    }
}

/// A type that nobody wrote, as if it stood at the payload: there its mistakes are shown.
fn spanned(ty: &syn::Type, at: Span) -> syn::Type {
    let respan = |mut tree: proc_macro2::TokenTree| {
        tree.set_span(at);
        tree
    };
    let tokens = quote::ToTokens::to_token_stream(ty).into_iter().map(respan).collect();
    syn::parse2(tokens).unwrap_or_else(|_| ty.clone())
}
