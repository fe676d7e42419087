//! Calls of choreographies by name.

use super::actors::everybody;
use super::code::error_expr;
use super::names::join;
use super::{Checker, Shape, Signature};
use crate::ast;
use crate::foreign::{Spelling, is_opaque, usable};
use crate::ir::{Actor, Call, ChorType, Expr, Kind, RoleSet, Type};
use crate::rust;
use crate::syntax;
use crate::written;
use std::collections::{BTreeMap, BTreeSet};
use syn::spanned::Spanned;

impl<'a> Checker<'a> {
    pub(super) fn check_call(&mut self, call: &ast::Call, shape: &Shape) -> Expr {
        let Some(roles) = &call.roles else { return self.check_value_call(call) };
        let Some((callee, signature)) = self.find_callee(&call.path) else {
            if self.is_awaited(&call.path) {
                return self.awaited(roles, call.span);
            }
            self.unknown_callee(&call.path);
            return self.check_lost_args(call);
        };
        let Some(roles) = self.call_roles(roles, signature) else {
            return self.check_lost_args(call);
        };
        if call.args.len() != signature.params.len() {
            self.wrong_count(call, signature);
            return self.check_lost_args(call);
        }
        let mut generics = self.turbofish(call.turbofish.as_ref(), signature);
        let args = self.check_args(call, signature, &roles, &mut generics);
        if let Some(ty) = &shape.ty {
            // A written type tells of the callee's generics what the arguments leave open.
            let wanted = Type::At { ty: Some(ty.clone()), at: RoleSet::EMPTY };
            learn(
                &signature.result,
                &wanted,
                &signature.generics.iter().cloned().collect(),
                &mut generics,
            );
        }
        let ty = self.closed(&renamed(&signature.result, &roles, &generics, signature));
        let ty = if signature.returns { self.of_one(ty) } else { Type::unit() };
        let acts =
            everybody(&roles) | args.iter().fold(RoleSet::EMPTY, |set, (arg, _)| set | arg.acts);
        let jumps = args.iter().any(|(arg, _)| arg.jumps);
        let (path, span) = (call.path.clone(), call.span);
        // What can't be written here is rustc's to find out.
        generics.retain(|_, ty| !is_opaque(ty));
        let kind = Kind::Call(Box::new(Call { callee, path, roles, args, generics, span }));
        Expr { kind, ty, acts, jumps, span }
    }

    fn check_value_call(&mut self, call: &ast::Call) -> Expr {
        if let Some(applied) = self.check_call_apply(call) {
            return applied;
        }
        let var = call.path.get_ident().and_then(|name| self.lookup(name));
        if var.is_some_and(|var| matches!(self.vars[var.0].ty, Type::Error)) {
            return self.check_lost_args(call);
        }
        if self.find_callee(&call.path).is_some() {
            self.refuse_bare(&call.path);
            return self.check_lost_args(call);
        }
        self.errors.error(
            call.span,
            format_args!(
                "`{}` is called with choreographic arguments, but it is no choreography",
                rust::text(&call.path)
            ),
            "bind the arguments with `let` first, or name the roles: `name[A, B](..)`",
        );
        self.check_lost_args(call)
    }

    pub(super) fn find_callee(&self, path: &syn::Path) -> Option<(usize, &'a Signature)> {
        let block = self.block;
        block.iter().enumerate().find(|(_, signature)| match &signature.path {
            Some(own) => own == path,
            None => path.is_ident(&signature.name),
        })
    }

    /// Reports a call of a choreography as if it were a function.
    pub(super) fn refuse_bare(&mut self, path: &syn::Path) {
        let Some((_, callee)) = self.find_callee(path) else { return };
        let roles: Vec<String> = callee.roles.iter().map(ToString::to_string).collect();
        self.errors.error(
            path.span(),
            format_args!("`{}` is a choreography: its call names the roles", callee.name),
            format_args!(
                "write `{}[{}](..)` with roles of `{}`",
                callee.name,
                roles.join(", "),
                self.own.name
            ),
        );
    }

    /// A choreography of another block whose signature has not come yet.
    pub(super) fn is_awaited(&self, path: &syn::Path) -> bool {
        self.preview && path.get_ident().is_none_or(|name| self.lookup(name).is_none())
    }

    /// A call of it, of which only the roles are known.
    pub(super) fn awaited(&mut self, roles: &ast::RoleArgs, span: proc_macro2::Span) -> Expr {
        let actors = self.actors(roles).unwrap_or_default();
        Expr { acts: everybody(&actors), ..error_expr(span) }
    }

    /// Reports a callee that is none.
    pub(super) fn unknown_callee(&mut self, path: &syn::Path) {
        let value = path.get_ident().and_then(|name| self.lookup(name));
        let name = rust::text(path);
        let (what, help) = match value.map(|var| &self.vars[var.0].ty) {
            Some(Type::Chor(_)) => (
                format!("`{name}` is a choreography that has its roles already"),
                format!("call it without: `{name}(..)`"),
            ),
            _ => {
                let names: Vec<_> = self.block.iter().map(|signature| &signature.name).collect();
                (
                    format!("there is no choreography `{name}`"),
                    format!("this block has {}", join(&names)),
                )
            }
        };
        self.errors.error(path.span(), what, help);
    }

    /// The call failed, but its arguments may have mistakes of their own.
    fn check_lost_args(&mut self, call: &ast::Call) -> Expr {
        let quiet = Shape { label: Some("argument".to_owned()), ..Shape::default() };
        for arg in &call.args {
            if !matches!(arg, ast::Expr::Rust(_) | ast::Expr::Comm(_)) {
                self.check_expr(arg, &quiet);
            }
        }
        error_expr(call.span)
    }

    fn wrong_count(&mut self, call: &ast::Call, signature: &Signature) {
        let params: Vec<String> =
            signature.params.iter().map(|(name, _)| name.to_string()).collect();
        self.errors.error(
            call.span,
            format_args!(
                "`{}` takes {}, but {} given",
                signature.name,
                count(params.len(), "argument"),
                be(call.args.len()),
            ),
            format_args!("write `{}[..]({})`{}", signature.name, params.join(", "), is(signature)),
        );
    }

    pub(super) fn turbofish(
        &mut self,
        given: Option<&syn::AngleBracketedGenericArguments>,
        signature: &Signature,
    ) -> BTreeMap<String, syn::Type> {
        let mut generics = BTreeMap::new();
        let Some(turbofish) = given else { return generics };
        let given: Vec<syn::Type> = turbofish
            .args
            .iter()
            .filter_map(|arg| match arg {
                syn::GenericArgument::Type(ty) => Some(ty.clone()),
                syn::GenericArgument::Const(value) => {
                    Some(syn::Type::Verbatim(quote::quote!({ #value })))
                }
                _ => None,
            })
            .collect();
        if given.len() != signature.generics.len() {
            self.errors.error(
                turbofish.span(),
                format_args!(
                    "`{}` has {}, but {} given",
                    signature.name,
                    count(signature.generics.len(), "type parameter"),
                    be(given.len()),
                ),
                format_args!("give {}", join(&signature.generics)),
            );
            return generics;
        }
        for (name, ty) in signature.generics.iter().zip(given) {
            if !matches!(ty, syn::Type::Infer(_)) {
                generics.insert(name.clone(), ty);
            }
        }
        generics
    }

    /// Shows the signature of a choreography of another block with what is wrong with its call.
    pub(super) fn explain(&mut self, before: usize, callee: &Signature) {
        if callee.path.is_some() {
            self.errors.explain(before, &is(callee));
        }
    }

    fn check_args(
        &mut self,
        call: &ast::Call,
        signature: &Signature,
        roles: &[Actor],
        generics: &mut BTreeMap<String, syn::Type>,
    ) -> Vec<(Expr, Type)> {
        let mut args = Vec::new();
        let vars: BTreeSet<String> = signature.generics.iter().cloned().collect();
        for (arg, (name, param)) in call.args.iter().zip(&signature.params) {
            let want = renamed(param, roles, generics, signature);
            let shape = Shape::of(&want, Some(syntax::name(name)));
            let mut value = self.check_expr(arg, &shape);
            self.watch_value(&mut value);
            let before = self.errors.count();
            self.require_expr(&value, &want, &format!("the argument `{name}`"));
            self.explain(before, signature);
            learn(param, &value.ty, &vars, generics);
            args.push((value, want));
        }
        args
    }
}

/// What a choreography of another block is: it may have changed.
pub(super) fn is(signature: &Signature) -> String {
    let Signature { path: Some(path), roles, families, params, result, returns, .. } = signature
    else {
        return String::new();
    };
    let path = rust::full_text(path);
    let text = written::signature(
        &path,
        roles,
        families,
        params,
        returns.then_some(result),
        rust::full_text,
    );
    format!("\nnote: its signature is `{text}`")
}

/// The caller's roles that play these of the callee.
fn played(set: RoleSet, roles: &[Actor]) -> RoleSet {
    let actors = set.iter().filter_map(|role| roles.get(role.index()));
    actors.flat_map(Actor::roles).copied().collect()
}

/// A type of the callee, in the caller's roles and types. A type that still mentions a generic
/// of the callee isn't known.
pub(super) fn renamed(
    ty: &Type,
    roles: &[Actor],
    generics: &BTreeMap<String, syn::Type>,
    signature: &Signature,
) -> Type {
    match ty {
        Type::At { ty, at } => {
            let at = played(*at, roles);
            let ty = ty.as_deref().and_then(|ty| known(ty, generics, signature));
            Type::At { ty: ty.map(Box::new), at }
        }
        Type::Each { ty, of } => {
            let of = played(*of, roles);
            let ty = ty.as_deref().and_then(|ty| known(ty, generics, signature));
            Type::Each { ty: ty.map(Box::new), of }
        }
        Type::Tuple(elems) => Type::Tuple(
            elems.iter().map(|elem| renamed(elem, roles, generics, signature)).collect(),
        ),
        Type::Chor(chor) => {
            let rename = |ty| renamed(ty, roles, generics, signature);
            Type::Chor(Box::new(ChorType {
                inputs: chor.inputs.iter().map(rename).collect(),
                output: if chor.returns { rename(&chor.output) } else { Type::unit() },
                returns: chor.returns,
                roles: played(chor.roles, roles),
            }))
        }
        Type::Never => Type::Never,
        Type::Error => Type::Error,
    }
}

fn known(
    ty: &syn::Type,
    generics: &BTreeMap<String, syn::Type>,
    signature: &Signature,
) -> Option<syn::Type> {
    use quote::ToTokens;
    let open: BTreeSet<String> =
        signature.generics.iter().filter(|name| !generics.contains_key(*name)).cloned().collect();
    let elsewhere = Spelling::of(ty);
    let spelled = elsewhere.as_ref().map_or(ty, |elsewhere| &elsewhere.ty);
    if !rust::mentions(spelled.to_token_stream(), &open).is_empty() || syntax::has_impl(spelled) {
        return None;
    }
    let mut ty = spelled.clone();
    rust::substitute(&mut ty, generics);
    let Some(mut elsewhere) = elsewhere else { return usable(ty) };
    elsewhere.ty = ty;
    for arg in &mut elsewhere.args {
        let own = rust::mentions(arg.to_token_stream(), &open);
        let known = own.is_empty() && !matches!(arg, syn::Type::Infer(_));
        rust::substitute(arg, generics);
        if !known || is_opaque(arg) {
            *arg = syn::parse_quote!(_);
        }
    }
    Some(elsewhere.wrapped())
}

/// As `learn`, for a choreography that is given as a value.
pub(super) fn learn_from(
    param: &Type,
    value: &Type,
    signature: &Signature,
    generics: &mut BTreeMap<String, syn::Type>,
) {
    learn(param, value, &signature.generics.iter().cloned().collect(), generics);
}

/// What an argument's type tells of the callee's generics.
fn learn(
    param: &Type,
    value: &Type,
    vars: &BTreeSet<String>,
    generics: &mut BTreeMap<String, syn::Type>,
) {
    match (param, value) {
        (Type::At { ty: Some(param), .. }, Type::At { ty: Some(value), .. }) => {
            let elsewhere = Spelling::of(param);
            let param = elsewhere.as_ref().map_or(&**param, |elsewhere| &elsewhere.ty);
            rust::unify(param, value, vars, generics);
        }
        (Type::Tuple(params), Type::Tuple(values)) => {
            for (param, value) in params.iter().zip(values) {
                learn(param, value, vars, generics);
            }
        }
        (Type::Chor(param), Type::Chor(value)) => {
            for (param, value) in param.inputs.iter().zip(&value.inputs) {
                learn(param, value, vars, generics);
            }
            learn(&param.output, &value.output, vars, generics);
        }
        _ => {}
    }
}

pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

pub(super) fn be(number: usize) -> String {
    match number {
        0 => "none are".to_owned(),
        1 => "1 is".to_owned(),
        _ => format!("{number} are"),
    }
}
