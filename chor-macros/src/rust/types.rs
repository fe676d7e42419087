//! Types as they are spelled: what an expression shows of its type, and what can't be a message.

use super::shape::peel;
use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, Lit, Type, UnOp};

/// The type that an expression shows by itself: `1u32`, `-1.5f64`, `true`, `'c'`, `b'c'`.
pub fn literal_type(expr: &Expr) -> Option<Type> {
    let (name, span) = match peel(expr) {
        Expr::Unary(it) if matches!(it.op, UnOp::Neg(_)) => match peel(&it.expr) {
            Expr::Lit(inner) if matches!(inner.lit, Lit::Int(_) | Lit::Float(_)) => {
                return literal_type(&it.expr);
            }
            _ => return None,
        },
        Expr::Lit(it) => match &it.lit {
            Lit::Bool(it) => ("bool", it.span),
            Lit::Char(it) => ("char", it.span()),
            Lit::Byte(it) => ("u8", it.span()),
            Lit::Int(it) => (it.suffix(), it.span()),
            Lit::Float(it) => (it.suffix(), it.span()),
            _ => return None,
        },
        _ => return None,
    };
    let ident = syn::parse_str::<Ident>(name).ok()?;
    Some(named(Ident::new(&ident.to_string(), span)))
}

/// The type that is just this name.
pub fn named(ident: Ident) -> Type {
    Type::Path(syn::TypePath { attrs: Vec::new(), qself: None, path: ident.into() })
}

/// The name of a primitive type.
pub fn is_primitive(ty: &Type) -> bool {
    const PRIMITIVES: [&str; 17] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8",
        "u16", "u32", "u64", "u128", "usize",
    ];
    let Type::Path(path) = ty else { return false };
    path.qself.is_none() && PRIMITIVES.iter().any(|name| path.path.is_ident(name))
}

/// A type that is surely what its name says, and no alias for another one.
pub fn is_std(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    // `Result` without arguments is somebody's alias.
    let generic = !last.arguments.is_none()
        && ["Option", "Result", "Vec"].iter().any(|name| last.ident == name);
    is_primitive(ty) || last.ident == "String" || generic
}

/// What prevents a type from being written at both ends of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unspeakable {
    /// `_`
    Inferred,
    /// `&T`
    Reference,
    /// `'_`
    ElidedLifetime,
    /// `impl Trait`
    ImplTrait,
}

/// The first part of the type that can't be part of a message's type.
pub fn unspeakable(ty: &Type) -> Option<(Span, Unspeakable)> {
    let mut search = Search { found: None };
    search.visit_type(ty);
    search.found
}

struct Search {
    found: Option<(Span, Unspeakable)>,
}

impl Search {
    fn found(&mut self, span: Span, what: Unspeakable) {
        self.found.get_or_insert((span, what));
    }
}

impl<'ast> Visit<'ast> for Search {
    fn visit_type(&mut self, node: &'ast Type) {
        match node {
            Type::Infer(it) => self.found(it.span(), Unspeakable::Inferred),
            Type::Reference(it) => self.found(it.and_token.span, Unspeakable::Reference),
            Type::ImplTrait(it) => self.found(it.impl_token.span, Unspeakable::ImplTrait),
            // What it takes and returns elides by itself.
            Type::FnPtr(_) => {}
            other => visit::visit_type(self, other),
        }
    }

    fn visit_lifetime(&mut self, node: &'ast syn::Lifetime) {
        if node.ident == "_" {
            self.found(node.span(), Unspeakable::ElidedLifetime);
        }
    }

    fn visit_parenthesized_generic_arguments(
        &mut self,
        _: &'ast syn::ParenthesizedGenericArguments,
    ) {
    }

    fn visit_expr(&mut self, node: &'ast Expr) {
        if let Expr::Infer(it) = node {
            self.found(it.span(), Unspeakable::Inferred);
        }
    }
}

/// `T` of `Vec<T>`: the type argument of this number, if the type is spelled with this name.
pub fn type_argument<'t>(ty: &'t syn::Type, name: &str, index: usize) -> Option<&'t syn::Type> {
    let syn::Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.into_iter().nth(index)
}
