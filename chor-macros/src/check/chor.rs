//! Choreographies as values: by name, anonymous, and called.

use super::call::{be, count};
use super::code::error_expr;
use super::names::resolve;
use super::{Checker, Shape};
use crate::ast;
use crate::foreign::is_opaque;
use crate::ir::{Anonymous, ChorType, Code, Expr, Instance, Kind, Pattern, RoleSet, Type, VarId};
use crate::rust;
use crate::syntax;
use proc_macro2::Ident;
use syn::spanned::Spanned;

impl Checker<'_> {
    /// The choreography value that plain Rust calls, if that is what it does.
    pub(super) fn called_value(&self, code: &syn::Expr) -> Option<(VarId, ChorType)> {
        let syn::Expr::Call(call) = code else { return None };
        let syn::Expr::Path(path) = &*call.func else { return None };
        self.chor_value(path.path.get_ident()?)
    }

    /// `x = decide(price)`, read as Rust: the assignment that it is.
    pub(super) fn assigned_apply(&self, code: &syn::Expr) -> Option<ast::Assign> {
        use quote::ToTokens;
        let (target, operator, right) = match code {
            syn::Expr::Assign(node) => (&node.left, node.eq_token.to_token_stream(), &node.right),
            syn::Expr::Binary(node) => (&node.left, node.op.to_token_stream(), &node.right),
            _ => return None,
        };
        self.called_value(right)?;
        syntax::root(target)?;
        let is_assignment =
            operator.to_string().ends_with('=') && !is_comparison(&operator.to_string());
        let (target, value) = ((**target).clone(), ast::Expr::Rust(right.clone()));
        is_assignment.then_some(ast::Assign { target, operator, value })
    }

    fn chor_value(&self, name: &Ident) -> Option<(VarId, ChorType)> {
        let var = self.lookup(name)?;
        match &self.vars[var.0].ty {
            Type::Chor(ty) => Some((var, (**ty).clone())),
            _ => None,
        }
    }

    /// `decide(price)`, read as Rust.
    pub(super) fn check_rust_apply(&mut self, code: &syn::Expr) -> Option<Expr> {
        let (var, ty) = self.called_value(code)?;
        let syn::Expr::Call(call) = code else { return None };
        let args: Vec<ast::Expr> =
            call.args.iter().map(|arg| ast::Expr::Rust(Box::new(arg.clone()))).collect();
        Some(self.check_apply(&call.func, var, &ty, &args))
    }

    /// `decide(A -> B: price)`; `None` if it is no choreography that is called.
    pub(super) fn check_call_apply(&mut self, call: &ast::Call) -> Option<Expr> {
        let (var, ty) = self.chor_value(call.path.get_ident()?)?;
        let path = &call.path;
        Some(self.check_apply(&syn::parse_quote!(#path), var, &ty, &call.args))
    }

    fn check_apply(
        &mut self,
        function: &syn::Expr,
        var: VarId,
        ty: &ChorType,
        args: &[ast::Expr],
    ) -> Expr {
        let span = function.span();
        if !self.all_know(ty.roles, span) {
            return error_expr(span);
        }
        if args.len() != ty.inputs.len() {
            let (name, takes) = (rust::text(function), ty.inputs.len());
            let inputs: Vec<String> = ty.inputs.iter().map(|input| self.describe(input)).collect();
            self.errors.error(
                span,
                format_args!(
                    "`{name}` takes {}, but {} given",
                    count(takes, "argument"),
                    be(args.len())
                ),
                format_args!("it takes ({})", inputs.join(", ")),
            );
            return error_expr(span);
        }
        let mut checked = Vec::new();
        for (arg, input) in args.iter().zip(&ty.inputs) {
            let mut value = self.check_expr(arg, &Shape::of(input, None));
            self.watch_value(&mut value);
            self.require_expr(&value, input, "this argument");
            checked.push((value, input.clone()));
        }
        let acts = checked.iter().fold(ty.roles, |acts, (arg, _)| acts | arg.acts);
        let value = Code {
            expr: function.clone(),
            at: ty.roles,
            uses: vec![var],
            mentions: Vec::new(),
            pure: true,
            apart: false,
            site: None,
            changes: Vec::new(),
            span,
        };
        let ty = if ty.returns { ty.output.clone() } else { Type::unit() };
        Expr { ty, acts, jumps: false, span, kind: Kind::Apply { value, args: checked } }
    }

    fn all_know(&mut self, roles: RoleSet, span: proc_macro2::Span) -> bool {
        match (roles - self.census).iter().next() {
            Some(role) => self.knows(role, span),
            None => true,
        }
    }

    /// `name[A, B]`
    pub(super) fn check_instance(&mut self, instance: &ast::Instance, shape: &Shape) -> Expr {
        let span = instance.path.span();
        let Some((callee, signature)) = self.find_callee(&instance.path) else {
            if self.is_awaited(&instance.path) {
                return self.awaited(&instance.roles, span);
            }
            if !self.refuse_index(instance) {
                self.unknown_callee(&instance.path);
            }
            return error_expr(span);
        };
        let Some(roles) = self.call_roles(&instance.roles, signature) else {
            return error_expr(span);
        };
        let mut generics = self.turbofish(instance.turbofish.as_ref(), signature);
        if let Some(want) = &shape.chor {
            for ((_, param), given) in signature.params.iter().zip(&want.inputs) {
                super::call::learn_from(param, given, signature, &mut generics);
            }
            super::call::learn_from(&signature.result, &want.output, signature, &mut generics);
        }
        let rename = |ty| super::call::renamed(ty, &roles, &generics, signature);
        let ty = ChorType {
            inputs: signature.params.iter().map(|(_, ty)| rename(ty)).collect(),
            output: if signature.returns { rename(&signature.result) } else { Type::unit() },
            returns: signature.returns,
            roles: super::actors::everybody(&roles),
        };
        generics.retain(|_, ty| !is_opaque(ty));
        let path = instance.path.clone();
        let value = Type::Chor(Box::new(ty.clone()));
        let instance = Instance { callee, path, roles, ty, generics, span };
        let kind = Kind::Instance(Box::new(instance));
        Expr { kind, ty: value, acts: RoleSet::EMPTY, jumps: false, span }
    }

    /// `jobs[w]`, where `w` is a member.
    fn refuse_index(&mut self, instance: &ast::Instance) -> bool {
        let [ast::RoleArg::One(role)] = instance.roles.args.as_slice() else { return false };
        let value = instance.path.get_ident().and_then(|name| self.lookup(name));
        let found = value.is_some() && self.bounds.iter().any(|bound| bound.name == *role);
        if found {
            self.errors.error(
                role.span(),
                format_args!("`{role}` is a role, not a number"),
                format_args!("for its number write `{role}.index()`"),
            );
        }
        found
    }

    /// `chor(x: T @ A) -> U @ B | C { .. }`
    pub(super) fn check_anonymous(&mut self, node: &ast::Anonymous, shape: &Shape) -> Expr {
        let want = shape.chor.as_deref();
        let Some(inputs) = self.anonymous_inputs(node, want) else { return error_expr(node.span) };
        let written = node.result.as_ref().map(|ty| self.resolve_type(ty));
        let output =
            written.or_else(|| want.filter(|want| want.returns).map(|want| want.output.clone()));
        let auxiliary: RoleSet = match &node.auxiliary {
            None => RoleSet::EMPTY,
            Some(at) => {
                let roles = resolve(at, &self.in_scope(), &self.own.name, self.errors);
                roles.into_iter().flatten().collect()
            }
        };
        let named = inputs.iter().chain(&output).fold(auxiliary, |set, ty| set | ty.holders());
        // Its roles are those that are written, or all that are here.
        let known_to = match want {
            Some(want) => want.roles | named,
            None if node.result.is_some() || node.auxiliary.is_some() => named,
            None => self.census,
        };
        let known_to = known_to & self.census;
        let first_var = self.vars.len();
        let outer = (
            (std::mem::take(&mut self.exits), std::mem::take(&mut self.fences)),
            std::mem::replace(&mut self.whole, known_to),
            std::mem::replace(&mut self.result_type, output.clone()),
            std::mem::take(&mut self.result),
        );
        if let Some(output) = &output {
            self.result = Shape::of(output, None);
        }
        let (params, mut body) = self.among(known_to, |inside| {
            let params: Vec<Pattern> = node
                .params
                .iter()
                .zip(&inputs)
                .map(|((pat, _), ty)| inside.bind(pat, ty, None, false))
                .collect();
            let shape = inside.result.clone();
            (params, inside.check_expr(&node.body, &shape))
        });
        ((self.exits, self.fences), self.whole, self.result_type, self.result) = outer;
        if let Some(output) = &output {
            self.require_expr(&body, output, "the result of this choreography");
        }
        let returns = output.is_some() || want.is_none();
        if returns {
            self.watch_value(&mut body);
        }
        let output = output.unwrap_or_else(|| body.ty.clone());
        let own = if matches!(body.ty, Type::Never) { RoleSet::EMPTY } else { output.holders() };
        let roles = (named | body.acts | if returns { own } else { RoleSet::EMPTY }) & self.all;
        let roles = if node.auxiliary.is_none() { roles } else { roles & (named | body.acts) };
        let ty = ChorType { inputs, output, returns, roles };
        let value = Type::Chor(Box::new(ty.clone()));
        let by_value = node.by_value;
        let kind = Kind::Anonymous(Box::new(Anonymous { by_value, params, ty, body, first_var }));
        Expr { kind, ty: value, acts: RoleSet::EMPTY, jumps: false, span: node.span }
    }

    fn anonymous_inputs(
        &mut self,
        node: &ast::Anonymous,
        want: Option<&ChorType>,
    ) -> Option<Vec<Type>> {
        let mut inputs = Vec::new();
        for (index, (pat, ty)) in node.params.iter().enumerate() {
            let implied = want.and_then(|want| want.inputs.get(index)).cloned();
            match (ty, implied) {
                (Some(ast::Type::Located { ty, at: None }), Some(Type::At { at, .. })) => {
                    inputs.push(Type::At { ty: Some(ty.clone()), at });
                }
                (Some(ty), _) => inputs.push(self.resolve_type(ty)),
                (None, Some(implied)) => inputs.push(implied),
                (None, None) => {
                    let name = rust::examine_pattern(pat).first().map(syntax::name);
                    self.errors.error(
                        pat.span(),
                        "nothing tells the type and the place of this argument",
                        format_args!(
                            "write `{}: Type @ A`",
                            name.unwrap_or_else(|| "x".to_owned())
                        ),
                    );
                    return None;
                }
            }
        }
        if let Some(want) = want.filter(|want| want.inputs.len() != inputs.len()) {
            let (own, wanted) = (inputs.len(), want.inputs.len());
            self.errors.error(
                node.span,
                format_args!(
                    "a choreography with {wanted} arguments is wanted here, this one takes {own}"
                ),
                "let both take the same arguments",
            );
            return None;
        }
        Some(inputs)
    }
}

fn is_comparison(operator: &str) -> bool {
    matches!(operator, "==" | "!=" | "<=" | ">=")
}
