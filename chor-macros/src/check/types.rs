//! Located types: from syntax, and whether one fits where another is wanted.

use super::call::count;
use super::ends::{parts, valueless};
use super::{Checker, names};
use crate::ast;
use crate::error::Errors;
use crate::ir::{ChorType, Expr, Kind, RoleSet, Type};
use crate::rust;
use crate::syntax;
use crate::written;
use proc_macro2::{Ident, Span};

pub(super) fn located(ty: &ast::Type, roles: &[Ident], of: &Ident, errors: &mut Errors) -> Type {
    match ty {
        ast::Type::Located { ty, at: Some(at) } => match names::resolve(at, roles, of, errors) {
            Some(at) => Type::At { ty: Some(ty.clone()), at: at.into_iter().collect() },
            None => Type::Error,
        },
        ast::Type::Each { ty, at, .. } => match names::resolve(at, roles, of, errors) {
            Some(of) => Type::Each { ty: Some(ty.clone()), of: of.into_iter().collect() },
            None => Type::Error,
        },
        ast::Type::Located { at: None, .. } | ast::Type::Error => Type::Error,
        ast::Type::Tuple { elems, .. } => {
            let elems = elems.iter().map(|elem| located(elem, roles, of, errors)).collect();
            unite(elems)
        }
        ast::Type::Chor(chor) => chor_type(chor, roles, of, errors),
    }
}

fn chor_type(chor: &ast::ChorType, roles: &[Ident], of: &Ident, errors: &mut Errors) -> Type {
    let inputs: Vec<Type> =
        chor.inputs.iter().map(|input| located(input, roles, of, errors)).collect();
    let output = chor.output.as_ref().map(|output| located(output, roles, of, errors));
    let auxiliary = chor.auxiliary.as_ref().map(|at| names::resolve(at, roles, of, errors));
    let failed = |ty: &Type| matches!(ty, Type::Error);
    if inputs.iter().chain(&output).any(failed) || matches!(auxiliary, Some(None)) {
        return Type::Error;
    }
    let mut all: RoleSet = auxiliary.flatten().into_iter().flatten().collect();
    for ty in inputs.iter().chain(&output) {
        all |= ty.holders();
    }
    let returns = output.is_some();
    let output = output.unwrap_or_else(Type::unit);
    Type::Chor(Box::new(ChorType { inputs, output, returns, roles: all }))
}

/// `(X @ S, Y @ S)` is `(X, Y) @ S`.
fn unite(elems: Vec<Type>) -> Type {
    let mut types = Vec::new();
    let mut place: Option<RoleSet> = None;
    for elem in &elems {
        match elem {
            Type::Error => return Type::Error,
            Type::At { ty: Some(ty), at } if place.is_none_or(|place| place == *at) => {
                place = Some(*at);
                types.push(ty.clone());
            }
            _ => return Type::Tuple(elems),
        }
    }
    match place {
        Some(at) => Type::At { ty: Some(Box::new(syn::parse_quote!((#(#types,)*)))), at },
        None => Type::unit(),
    }
}

/// The first type that is written in a located type.
pub(super) fn first(ty: &Type) -> Option<&syn::Type> {
    match ty {
        Type::At { ty, .. } | Type::Each { ty, .. } => ty.as_deref(),
        Type::Tuple(elems) => elems.iter().find_map(first),
        Type::Chor(_) | Type::Never | Type::Error => None,
    }
}

/// Where the value is that two branches have: at the roles that have it in both.
pub(super) fn meet(left: Type, right: &Type) -> Type {
    match (left, right) {
        (Type::Error, _) | (_, Type::Error) => Type::Error,
        (Type::Never, other) => other.clone(),
        (other, Type::Never) => other,
        (Type::At { ty, at }, Type::At { ty: other, at: with }) => {
            Type::At { ty: ty.or_else(|| other.clone()), at: at & *with }
        }
        (Type::Each { ty, of }, Type::Each { ty: other, of: with }) => {
            Type::Each { ty: ty.or_else(|| other.clone()), of: of & *with }
        }
        (Type::Tuple(left), Type::Tuple(right)) if left.len() == right.len() => Type::Tuple(
            left.into_iter().zip(right).map(|(left, right)| meet(left, right)).collect(),
        ),
        (left, right) => Type::At { ty: None, at: common(&left) & common(right) },
    }
}

/// The roles that hold the whole of a value.
fn common(ty: &Type) -> RoleSet {
    match ty {
        Type::At { at, .. } => *at,
        // No two have the same.
        Type::Each { .. } => RoleSet::EMPTY,
        Type::Tuple(elems) => {
            elems.iter().fold(Type::Never.holders(), |set, elem| set & common(elem))
        }
        Type::Chor(_) | Type::Never | Type::Error => ty.holders(),
    }
}

/// The part of a value that `at` has.
pub(super) fn narrow(ty: Type, at: RoleSet) -> Type {
    match ty {
        Type::At { ty, at: wide } => Type::At { ty, at: wide & at },
        Type::Each { ty, of } => Type::Each { ty, of: of & at },
        Type::Tuple(elems) => Type::Tuple(elems.into_iter().map(|elem| narrow(elem, at)).collect()),
        // A choreography is at all its roles or nowhere.
        Type::Chor(_) | Type::Never | Type::Error => ty,
    }
}

impl Checker<'_> {
    /// A written type of a binding; without a location it is where its value is.
    pub(super) fn resolve_type(&mut self, ty: &ast::Type) -> Type {
        located(ty, &self.in_scope(), &self.own.name, self.errors)
    }

    /// Reports a value that isn't (at least) where it is wanted, at the part of it that is at fault.
    pub(super) fn require_expr(&mut self, value: &Expr, want: &Type, what: &str) {
        if let Type::At { ty: Some(ty), .. } = want
            && self.refuse_valueless(value, ty, what)
        {
            return;
        }
        if self.fits(&value.ty, want) {
            return;
        }
        let mut parts = parts(value, want);
        parts.retain(|(part, want)| !self.fits(&part.ty, want));
        if parts.is_empty() && !self.require_kept(value, want, what) {
            let before = self.errors.count();
            self.require(&value.ty, want, value.span, what);
            if let Kind::Call(call) = &value.kind {
                self.explain(before, &self.block[call.callee]);
            }
        }
        for (part, want) in parts {
            self.require_expr(part, want, what);
        }
    }

    /// Reports each end of `value` that has nothing where a value of type `ty` is wanted.
    pub(super) fn refuse_valueless(&mut self, value: &Expr, ty: &syn::Type, what: &str) -> bool {
        let mut places = Vec::new();
        if !syntax::is_unit(ty) {
            valueless(value, &mut places);
        }
        let ty = rust::text(ty);
        for (at, lacks, help) in &places {
            self.errors.error(*at, format_args!("{what} is a `{ty}`, but {lacks}"), help);
        }
        !places.is_empty()
    }

    /// Reports a message of which the sender was to keep a copy.
    fn require_kept(&mut self, value: &Expr, want: &Type, what: &str) -> bool {
        let (Kind::Comm(comm), Type::At { at: want, .. }) = (&value.kind, want) else {
            return false;
        };
        let receivers: RoleSet = comm.to.iter().copied().collect();
        let found =
            comm.keep.is_empty() && (*want & self.all) - receivers == RoleSet::one(comm.from);
        if found {
            let (wanted, at) = (self.names(*want), self.names(receivers));
            let (from, to) = (self.role(comm.from), self.location(receivers));
            self.errors.error(
                value.span,
                format_args!("{what} is wanted at {wanted}, but the value is at {at}"),
                format_args!("write `{from} => {to}: ..`, so that `{from}` keeps it"),
            );
        }
        found
    }

    fn fits(&self, value: &Type, want: &Type) -> bool {
        match (value, want) {
            (Type::Error | Type::Never, _) | (_, Type::Error | Type::Never) => true,
            (Type::At { at, .. }, Type::At { at: want, .. }) => {
                ((*want - self.close(*at)) & self.all).is_empty()
            }
            (Type::Each { of, .. }, Type::Each { of: want, .. }) => {
                self.close(*of).includes(*want & self.all)
            }
            (Type::Tuple(elems), Type::Tuple(wants)) => {
                elems.len() == wants.len()
                    && elems.iter().zip(wants).all(|(elem, want)| self.fits(elem, want))
            }
            (Type::Tuple(elems), Type::At { at, .. }) => {
                elems.iter().all(|elem| self.fits(elem, &Type::At { ty: None, at: *at }))
            }
            (Type::Chor(value), Type::Chor(want)) => {
                want.roles.includes(value.roles)
                    && value.inputs.len() == want.inputs.len()
                    && value
                        .inputs
                        .iter()
                        .zip(&want.inputs)
                        .all(|(own, given)| self.fits(given, own))
                    && (!want.returns || self.fits(&value.output, &want.output))
            }
            // Who holds a copy of an agreement has it of its own.
            (Type::At { at, .. }, Type::Each { of, .. }) => {
                self.close(*at).includes(*of & self.all)
            }
            (Type::Each { of, .. }, Type::At { at, .. }) => {
                let at = *at & self.all;
                self.is_own(at, *of)
            }
            (Type::At { .. }, Type::Tuple(_))
            | (Type::Each { .. } | Type::Chor(_), _)
            | (_, Type::Each { .. } | Type::Chor(_)) => false,
        }
    }

    /// Reports a value that isn't (at least) where it is wanted.
    pub(super) fn require(&mut self, value: &Type, want: &Type, span: Span, what: &str) {
        if self.fits(value, want) {
            return;
        }
        match (value, want) {
            (Type::Error | Type::Never, _) | (_, Type::Error | Type::Never) => {}
            (Type::At { at, .. }, Type::At { at: want, .. }) => {
                self.require_at(*at, *want, span, what);
            }
            (Type::Each { of, .. }, Type::Each { of: want, .. }) => {
                self.require_at(*of, *want, span, what);
            }
            (Type::Tuple(elems), Type::Tuple(wants)) if elems.len() == wants.len() => {
                for (elem, want) in elems.iter().zip(wants) {
                    self.require(elem, want, span, what);
                }
            }
            (Type::Tuple(elems), Type::At { at: want, .. }) => {
                for elem in elems {
                    self.require(elem, &Type::At { ty: None, at: *want }, span, what);
                }
            }
            (Type::Chor(value), Type::Chor(want)) => self.require_chor(value, want, span, what),
            (Type::Chor(_), _) => self.errors.error(
                span,
                format_args!("{what} is a value, but this is a choreography"),
                "call it: `name(..)`",
            ),
            (Type::Each { .. }, _) | (_, Type::Each { .. }) => {
                let (value, want) = (self.describe(value), self.describe(want));
                self.errors.error(
                    span,
                    format_args!("{what} is wanted as `{want}`, but it is `{value}`"),
                    "what each member has of its own is no agreement, and the other way round",
                );
            }
            (_, Type::Chor(_)) => {
                let want = self.describe(want);
                self.errors.error(
                    span,
                    format_args!("{what} is a choreography `{want}`, but this is a value"),
                    "give `name[A, B]`, or an anonymous one: `chor(x) { .. }`",
                );
            }
            (_, Type::Tuple(_)) => {
                let want = self.describe(want);
                self.errors.error(
                    span,
                    format_args!(
                        "{what} is a choreographic tuple `{want}`, which this value is not"
                    ),
                    "write its elements: `(A: x, B: y)`",
                );
            }
        }
    }

    /// A choreography takes what it is given at the roles that have it, and gives its result at
    /// least where that is wanted.
    fn require_chor(&mut self, value: &ChorType, want: &ChorType, span: Span, what: &str) {
        let extra = value.roles - want.roles;
        if let Some(role) = extra.iter().next() {
            let name = self.role(role);
            let want = self.describe(&Type::Chor(Box::new(want.clone())));
            self.errors.error(
                span,
                format_args!("{what} is a choreography `{want}`, in which `{name}` takes no part"),
                format_args!("make `{name}` an auxiliary role there: `chor(..) -> .. | {name}`"),
            );
            return;
        }
        if value.inputs.len() != want.inputs.len() {
            let (given, wanted) = (value.inputs.len(), want.inputs.len());
            self.errors.error(
                span,
                format_args!(
                    "{what} takes {}, this choreography {given}",
                    count(wanted, "argument")
                ),
                "let both take the same arguments",
            );
            return;
        }
        for (own, given) in value.inputs.iter().zip(&want.inputs) {
            self.require(given, own, span, "an argument of this choreography");
        }
        if want.returns {
            self.require(&value.output, &want.output, span, "the result of this choreography");
        }
    }

    fn require_at(&mut self, at: RoleSet, want: RoleSet, span: Span, what: &str) {
        let missing = (want - self.close(at)) & self.all;
        if missing.is_empty() {
            return;
        }
        let (want, missing) = (self.names(want), self.location(missing));
        match (at & self.all).iter().next() {
            None => self.errors.error(
                span,
                format_args!("{what} is wanted at {want}, but no role has it"),
                "let every branch end in a value at the same roles",
            ),
            Some(holder) => {
                let (at, holder) = (self.names(at), self.role(holder));
                self.errors.error(
                    span,
                    format_args!("{what} is wanted at {want}, but the value is at {at}"),
                    format_args!("send it: `{holder} -> {missing}: ..`, or `=>` to keep it too"),
                );
            }
        }
    }

    /// `u32 @ A`, as written.
    pub(super) fn describe(&self, ty: &Type) -> String {
        written::located(ty, &self.in_scope(), rust::text)
    }
}
