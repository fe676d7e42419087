//! Bindings: a pattern along the located type that it takes apart.

use super::{Checker, Shape, watch};
use crate::ast;
use crate::ir::{Let, Pattern, RoleSet, Type};
use crate::rust;
use crate::syntax;
use syn::spanned::Spanned;

impl Checker<'_> {
    pub(super) fn check_let(&mut self, binding: &ast::Let) -> Let {
        let written = binding.ty.as_ref().map(|ty| self.written(ty));
        let shape = Self::shape_of_let(&binding.pat, written.as_ref());
        let init = binding.init.as_ref().map(|init| self.check_expr(init, &shape));
        let value = match (&init, &written) {
            (Some(init), None) => init.ty.clone(),
            (Some(init), Some(Written::Located(want))) => {
                self.require_expr(init, want, "this value");
                want.clone()
            }
            (Some(init), Some(Written::Plain(ty))) => {
                if self.refuse_valueless(init, ty, "this value") {
                    Type::Error
                } else {
                    ascribe(&init.ty, ty)
                }
            }
            (None, Some(Written::Located(ty))) => ty.clone(),
            (None, _) => {
                self.errors.error(
                    binding.pat.span(),
                    "this variable has neither a value nor a place",
                    "write its type and its location: `let x: Type @ A;`",
                );
                Type::Error
            }
        };
        let value = self.refuse_nowhere(binding, value);
        self.refuse_shared_mut(binding, &value);
        let otherwise = binding.otherwise.as_ref().map(|block| self.check_else(block, &value));
        let ascribed = match &written {
            Some(Written::Plain(ty)) => Some(ty.clone()),
            _ => None,
        };
        let pattern = self.bind(&binding.pat, &value, ascribed.as_deref(), written.is_some());
        let text = watch::text_of_let(binding);
        let site = match &otherwise {
            Some(_) => self.site(&text, value.holders(), binding.pat.span()),
            None => None,
        };
        if init.as_ref().is_some_and(watch::is_computed) && !watch::is_conditional(&binding.attrs) {
            self.watch_pattern(&pattern, &text);
        }
        Let { attrs: binding.attrs.clone(), pattern, init, otherwise, site }
    }

    /// A name for a value that branches leave at different roles would be of no use.
    fn refuse_nowhere(&mut self, binding: &ast::Let, value: Type) -> Type {
        let lost = matches!(&value, Type::At { at, .. } if (*at & self.all).is_empty());
        if !lost || rust::examine_pattern(&binding.pat).is_empty() {
            return value;
        }
        self.errors.error(
            binding.pat.span(),
            "no role has this value: the branches that it comes from end at different roles",
            "let every branch end in a value at the same roles",
        );
        Type::Error
    }

    fn written(&mut self, ty: &ast::Type) -> Written {
        match ty {
            ast::Type::Located { ty, at: None } => Written::Plain(ty.clone()),
            other => Written::Located(self.resolve_type(other)),
        }
    }

    fn shape_of_let(pat: &syn::Pat, written: Option<&Written>) -> Shape {
        let mut shape = match written {
            Some(Written::Plain(ty)) => Shape { ty: Some(ty.clone()), ..Shape::default() },
            Some(Written::Located(ty)) => {
                let mut shape = Shape::of(ty, None);
                mark_binding(&mut shape);
                shape
            }
            None => Shape::default(),
        };
        label(&mut shape, pat);
        shape
    }

    /// `&mut` of an agreement would let one role change it without the others.
    fn refuse_shared_mut(&mut self, binding: &ast::Let, value: &Type) {
        let (Some(ast::Expr::Rust(code) | ast::Expr::Local { code, .. }), Type::At { at, .. }) =
            (&binding.init, value)
        else {
            return;
        };
        let Some((name, span)) = rust::examine(code).mutable_reference else { return };
        let Some(var) = self.lookup(&name) else { return };
        if (self.var_at(var) & self.all).len() > 1 && !at.is_empty() {
            let at = self.location(self.var_at(var));
            self.errors.error(
                span,
                format_args!("`&mut {name}` of an agreement can't be bound to a name"),
                format_args!("change it in place, at all its roles: `{at}: ..`"),
            );
        }
    }

    /// Declares what a pattern binds. `ascribed` is a type without a location.
    pub(super) fn bind(
        &mut self,
        pat: &syn::Pat,
        value: &Type,
        ascribed: Option<&syn::Type>,
        typed: bool,
    ) -> Pattern {
        if let Type::Tuple(elems) = value {
            return self.bind_tuple(pat, elems, typed);
        }
        let bindings = rust::examine_pattern(pat);
        let at = self.holders(value) & self.all;
        let vars = bindings
            .iter()
            .map(|binding| {
                let ty = match value {
                    Type::At { ty, .. } => {
                        let ty = ty.as_deref().and_then(|ty| part(pat, ty, binding));
                        Type::At { ty: ty.map(Box::new), at }
                    }
                    other => other.clone(),
                };
                let var = self.declare(binding, ty);
                self.vars[var.0].mutable = syntax::is_mutable(pat, binding);
                var
            })
            .collect();
        let written = match value {
            Type::At { ty, .. } if typed => ty.clone(),
            _ => ascribed.map(|ty| Box::new(ty.clone())),
        };
        Pattern::One { pat: pat.clone(), ty: written, at, vars }
    }

    fn bind_tuple(&mut self, pat: &syn::Pat, elems: &[Type], typed: bool) -> Pattern {
        match pat {
            syn::Pat::Tuple(tuple) if tuple.elems.len() == elems.len() => Pattern::Tuple(
                tuple
                    .elems
                    .iter()
                    .zip(elems)
                    .map(|(pat, elem)| self.bind(pat, elem, None, typed))
                    .collect(),
            ),
            syn::Pat::Paren(paren) => self.bind_tuple(&paren.pat, elems, typed),
            syn::Pat::Ident(ident) if ident.subpat.is_none() => {
                let ty = Type::Tuple(elems.to_vec());
                let at = self.holders(&ty) & self.all;
                let var = self.declare(&ident.ident, ty);
                Pattern::One { pat: pat.clone(), ty: None, at, vars: vec![var] }
            }
            syn::Pat::Wild(_) => {
                let at = self.holders(&Type::Tuple(elems.to_vec())) & self.all;
                Pattern::One { pat: pat.clone(), ty: None, at, vars: Vec::new() }
            }
            _ => {
                self.errors.error(
                    pat.span(),
                    format_args!(
                        "this pattern doesn't fit a choreographic tuple of {} values",
                        elems.len()
                    ),
                    "write one pattern for each value: `let (a, b) = ..`",
                );
                for binding in rust::examine_pattern(pat) {
                    self.declare(&binding, Type::Error);
                }
                Pattern::One { pat: pat.clone(), ty: None, at: RoleSet::EMPTY, vars: Vec::new() }
            }
        }
    }
}

enum Written {
    /// `let x: T`
    Plain(Box<syn::Type>),
    /// `let x: T @ A`
    Located(Type),
}

/// A value as what is written of it, which says nothing of its place.
fn ascribe(value: &Type, ty: &syn::Type) -> Type {
    match (value, ty) {
        (Type::At { at, .. }, ty) => Type::At { ty: Some(Box::new(ty.clone())), at: *at },
        (Type::Each { of, .. }, ty) => Type::Each { ty: Some(Box::new(ty.clone())), of: *of },
        (Type::Tuple(elems), syn::Type::Tuple(tuple)) if tuple.elems.len() == elems.len() => {
            Type::Tuple(
                elems.iter().zip(&tuple.elems).map(|(elem, ty)| ascribe(elem, ty)).collect(),
            )
        }
        (Type::Tuple(_) | Type::Chor(_) | Type::Never | Type::Error, _) => value.clone(),
    }
}

fn mark_binding(shape: &mut Shape) {
    shape.binding = true;
    for elem in shape.elems.iter_mut().flatten() {
        mark_binding(elem);
    }
}

/// Messages are called as what they are bound to.
fn label(shape: &mut Shape, pat: &syn::Pat) {
    match pat {
        syn::Pat::Ident(ident) => shape.label = Some(syntax::name(&ident.ident)),
        syn::Pat::Paren(paren) => label(shape, &paren.pat),
        syn::Pat::Tuple(tuple) => {
            let mut elems = shape.split(tuple.elems.len());
            for (elem, pat) in elems.iter_mut().zip(&tuple.elems) {
                label(elem, pat);
            }
            shape.elems = Some(elems);
        }
        _ => {}
    }
}

/// The type of one name of a pattern, as far as tuples show it.
fn part(pat: &syn::Pat, ty: &syn::Type, name: &syn::Ident) -> Option<syn::Type> {
    match (pat, ty) {
        (syn::Pat::Ident(ident), ty) if ident.by_ref.is_none() && ident.ident == *name => {
            Some(ty.clone())
        }
        (syn::Pat::Paren(paren), ty) => part(&paren.pat, ty, name),
        (syn::Pat::Tuple(pats), syn::Type::Tuple(types))
            if pats.elems.len() == types.elems.len() =>
        {
            pats.elems.iter().zip(&types.elems).find_map(|(pat, ty)| part(pat, ty, name))
        }
        _ => None,
    }
}
