//! Messages: who sends what to whom, and the type that crosses.

use super::code::error_expr;
use super::shape::Unfit;
use super::{Checker, Shape};
use crate::ast;
use crate::ir::{Comm, Expr, Kind, Payload, RoleId, RoleSet, Step, Type, Within};
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
            let itself = comm.to.roles.iter().find(|name| **name == *self.role(from));
            self.errors.error(
                itself.map_or(comm.to.span, Ident::span),
                format_args!("`{}` would send a message to itself", self.role(from)),
                "name the other roles only",
            );
            return error_expr(comm.span);
        }
        if self.mentions_error(&facts) || !self.one_outcome(comm, &to) {
            return error_expr(comm.span);
        }
        let shape = &expected(comm, shape);
        let (before, mistakes) = (self.steps.len(), self.errors.count());
        let payload = self.code(comm.payload.clone(), &facts, self.close(RoleSet::one(from)));
        if self.errors.count() > mistakes {
            return error_expr(comm.span);
        }
        let Some(ty) = self.message_type(comm, &facts, shape, from, &to) else {
            return error_expr(comm.span);
        };
        debug_assert_eq!(before, self.steps.len());
        let label = shape.label.clone().unwrap_or_else(|| (before + 1).to_string());
        let receivers = self.close(to.iter().copied().collect());
        // A member of the family that it sends to keeps the value: all members have it then.
        let itself = RoleSet::one(from) & receivers;
        let keep = (self.keepers(comm.arrow, &facts, from) - receivers) | itself;
        let within = comm.within.as_ref().map(|within| Within {
            deadline: self.code_of(within, to[0]),
            place: self.new_place(),
        });
        let by = match (&facts.variable, &facts.reference) {
            (Some(_), _) => Payload::Variable,
            (_, Some(_)) => Payload::Reference,
            _ => Payload::Value,
        };
        let to_texts = to.iter().map(|role| self.role(*role)).collect();
        self.steps.push(Step {
            label,
            ty: ty.clone(),
            from_text: self.role(from),
            to_texts,
            span: comm.span,
        });
        Expr {
            ty: Type::At { ty: outcome(comm, &ty), at: keep | receivers },
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
                attempt: comm.attempt,
                within,
            })),
        }
    }

    fn one_sender(&mut self, from: &[RoleId], comm: &ast::Comm) -> Option<RoleId> {
        match from {
            [from] if self.is_family(*from) => {
                let name = self.role(*from);
                self.errors.error(
                    comm.from.span,
                    format_args!("`{name}` is a family: a message has one sender"),
                    format_args!("let each member send: `each w in {name} {{ w -> ..: value }}`"),
                );
                None
            }
            [from] => Some(*from),
            _ => {
                let arrow = if comm.arrow == ast::Arrow::Copy { "=>" } else { "->" };
                let first = from.first().map(|role| self.role(*role));
                self.errors.error(
                    comm.from.span,
                    "a message has one sender",
                    format_args!(
                        "name the one that sends: `{} {arrow} ..`",
                        first.unwrap_or_else(|| "A".to_owned())
                    ),
                );
                None
            }
        }
    }

    /// `try` and `within` leave it open whether the message came, which only one role may know.
    fn one_outcome(&mut self, comm: &ast::Comm, to: &[RoleId]) -> bool {
        if !comm.attempt && comm.within.is_none() {
            return true;
        }
        let word = if comm.attempt { "try" } else { "within" };
        let receivers = to.iter().copied().collect();
        let (what, help) = if comm.arrow == ast::Arrow::Copy {
            (
                format!("`=>` can't have a `{word}`: the sender could not know the outcome"),
                "write `->`, and send the outcome on: `let got: bool = B => A: got.is_some();`",
            )
        } else if self.single(receivers).is_none() {
            (
                format!(
                    "a message with `{word}` has one receiver: several could not know each other's outcome"
                ),
                "let one role receive, and send the outcome on",
            )
        } else {
            return true;
        };
        self.errors.error(comm.to.span, what, help);
        false
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
        let fits = !shape.unfit.as_ref().is_some_and(|unfit| unfit.sure);
        let Some(ty) = shown.filter(|_| fits) else {
            self.untyped(comm, shape, from, to);
            return None;
        };
        self.speakable(&ty, comm.payload.span()).then_some(ty)
    }

    /// Reports a message whose type nothing tells.
    fn untyped(&mut self, comm: &ast::Comm, shape: &Shape, from: RoleId, to: &[RoleId]) {
        let payload = comm.payload.span();
        if let Some(Unfit { span, what, help, .. }) = shape.unfit.as_deref() {
            // The type may stem from another block.
            let span = span.filter(|span| span.start().line != 0).unwrap_or(payload);
            return self.errors.error(span, what, help);
        }
        let name = shape.label.clone().unwrap_or_else(|| "x".to_owned());
        let arrow = if comm.arrow == ast::Arrow::Copy { "=>" } else { "->" };
        let (sender, to) = (self.role(from), self.location(to.iter().copied().collect()));
        self.errors.error(
            payload,
            "the type of this message isn't written",
            format_args!("write `let {name}: Type = {sender} {arrow} {to}: ..;`"),
        );
    }

    fn payload_type(&self, comm: &ast::Comm, facts: &Facts) -> Option<syn::Type> {
        let name = facts.variable.as_ref().or(facts.reference.as_ref());
        match name.and_then(|name| self.lookup(name)).map(|var| &self.vars[var.0].ty) {
            Some(Type::At { ty: Some(ty), .. } | Type::Each { ty: Some(ty), .. }) => {
                Some((**ty).clone())
            }
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

/// What the surroundings say of the message itself: `T` of `Option<T>` and of `Result<T, Lost>`.
fn expected(comm: &ast::Comm, shape: &Shape) -> Shape {
    let mut ty = shape.ty.as_deref();
    if comm.attempt {
        ty = ty.and_then(|ty| rust::type_argument(ty, "Result", 0));
    }
    if comm.within.is_some() {
        ty = ty.and_then(|ty| rust::type_argument(ty, "Option", 0));
    }
    let own = shape.ty.is_some() || shape.unfit.is_none();
    let unfit = (ty.is_none() && own && !shape.implied).then(|| unsure(comm, shape)).flatten();
    let unfit = unfit.map(Box::new).or_else(|| shape.unfit.clone());
    Shape { ty: ty.map(|ty| Box::new(ty.clone())), unfit, ..shape.clone() }
}

/// What is to be written where it is open whether the message came.
fn unsure(comm: &ast::Comm, shape: &Shape) -> Option<Unfit> {
    let wanted = |value: &str| match (comm.attempt, &comm.within) {
        (true, Some(_)) => format!("Result<Option<{value}>, Lost>"),
        (true, None) => format!("Result<{value}, Lost>"),
        (false, _) => format!("Option<{value}>"),
    };
    let (word, form) = match (comm.attempt, &comm.within) {
        (true, Some(_)) => ("try .. within", "try A -> B within d: .."),
        (true, None) => ("try", "try A -> B: .."),
        (false, Some(_)) => ("within", "A -> B within d: .."),
        (false, None) => return None,
    };
    let Some(written) = shape.ty.as_deref() else {
        let whole = format!("{} = {form}", wanted("Type"));
        return Some(Unfit::unwritten(shape.label.as_deref(), &whole));
    };
    let inner = rust::type_argument(written, "Result", 0).unwrap_or(written);
    let value = rust::type_argument(inner, "Option", 0).unwrap_or(inner);
    let wanted = wanted(&rust::text(value));
    let what = format!("with `{word}`, the receiver has `{wanted}`");
    Some(Unfit::written(written, what, format!("write `{wanted}`")))
}

/// The type of what the receiver has, as far as it can be written here.
fn outcome(comm: &ast::Comm, ty: &syn::Type) -> Option<Box<syn::Type>> {
    match (comm.attempt, &comm.within) {
        (true, _) => None,
        (false, Some(_)) => Some(Box::new(syn::parse_quote!(::core::option::Option<#ty>))),
        (false, None) => Some(Box::new(ty.clone())),
    }
}
