//! Type variables: finding what they stand for, by spelling, and putting it in their place.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, GenericArgument, Ident, Path, PathArguments, QSelf, ReturnType, Token, Type,
    TypeParamBound,
};

/// Lays a type with variables beside a concrete one: `Vec<K>` beside `Vec<String>` binds `K` to
/// `String`. The first finding stays; where the two differ nothing is bound, rustc checks them.
pub fn unify(
    pattern: &Type,
    concrete: &Type,
    vars: &BTreeSet<String>,
    bound: &mut BTreeMap<String, Type>,
) {
    Unifier { vars, bound }.types(pattern, concrete);
}

struct Unifier<'a> {
    vars: &'a BTreeSet<String>,
    bound: &'a mut BTreeMap<String, Type>,
}

impl Unifier<'_> {
    fn types(&mut self, pattern: &Type, concrete: &Type) {
        let concrete = peel(concrete);
        // Says nothing; another place may know.
        if matches!(concrete, Type::Infer(_)) {
            return;
        }
        match (peel(pattern), concrete) {
            (Type::Path(p), _) if p.qself.is_none() && self.is_var(p.path.get_ident()) => {
                self.bind(p.path.get_ident(), || concrete.clone());
            }
            (Type::Path(p), Type::Path(c)) => self.paths(&p.path, &c.path),
            (Type::Tuple(p), Type::Tuple(c)) => self.all(&p.elems, &c.elems),
            (Type::Slice(p), Type::Slice(c)) => self.types(&p.elem, &c.elem),
            (Type::Ptr(p), Type::Ptr(c)) => self.types(&p.elem, &c.elem),
            (Type::Reference(p), Type::Reference(c)) => self.types(&p.elem, &c.elem),
            (Type::Array(p), Type::Array(c)) => {
                self.types(&p.elem, &c.elem);
                self.constants(&p.len, &c.len);
            }
            (Type::FnPtr(p), Type::FnPtr(c)) => {
                self.arguments(&p.inputs, &c.inputs);
                self.outputs(&p.output, &c.output);
            }
            (Type::TraitObject(p), Type::TraitObject(c)) => self.bounds(&p.bounds, &c.bounds),
            _ => {}
        }
    }

    fn is_var(&self, ident: Option<&Ident>) -> bool {
        ident.is_some_and(|ident| self.vars.contains(&ident.to_string()))
    }

    fn bind(&mut self, var: Option<&Ident>, to: impl FnOnce() -> Type) {
        if let Some(var) = var {
            self.bound.entry(var.to_string()).or_insert_with(to);
        }
    }

    fn all<S>(&mut self, pattern: &Punctuated<Type, S>, concrete: &Punctuated<Type, S>) {
        if pattern.len() == concrete.len() {
            pattern.iter().zip(concrete).for_each(|(p, c)| self.types(p, c));
        }
    }

    /// `Option<K>` and `std::option::Option<u8>` are the same spelling for this purpose.
    fn paths(&mut self, pattern: &Path, concrete: &Path) {
        if let (Some(p), Some(c)) = (pattern.segments.last(), concrete.segments.last())
            && p.ident == c.ident
        {
            self.path_arguments(&p.arguments, &c.arguments);
        }
    }

    fn path_arguments(&mut self, pattern: &PathArguments, concrete: &PathArguments) {
        match (pattern, concrete) {
            (PathArguments::AngleBracketed(p), PathArguments::AngleBracketed(c)) => {
                self.positional(&p.args, &c.args);
                self.associated(&p.args, &c.args);
            }
            (PathArguments::Parenthesized(p), PathArguments::Parenthesized(c)) => {
                self.arguments(&p.inputs, &c.inputs);
                self.outputs(&p.output, &c.output);
            }
            _ => {}
        }
    }

    /// Types and constants; lifetimes may be left out on either side.
    fn positional<S>(
        &mut self,
        pattern: &Punctuated<GenericArgument, S>,
        concrete: &Punctuated<GenericArgument, S>,
    ) {
        let is_positional = |argument: &&GenericArgument| {
            matches!(argument, GenericArgument::Type(_) | GenericArgument::Const(_))
        };
        let pairs = pattern.iter().filter(is_positional);
        for (p, c) in pairs.zip(concrete.iter().filter(is_positional)) {
            match (p, c) {
                (GenericArgument::Type(p), GenericArgument::Type(c)) => self.types(p, c),
                (GenericArgument::Const(p), GenericArgument::Const(c)) => self.constants(p, c),
                (GenericArgument::Type(Type::Path(p)), GenericArgument::Const(c))
                    if self.is_var(p.path.get_ident()) =>
                {
                    self.bind(p.path.get_ident(), || Type::Verbatim(argument(c)));
                }
                _ => {}
            }
        }
    }

    fn associated<S>(
        &mut self,
        pattern: &Punctuated<GenericArgument, S>,
        concrete: &Punctuated<GenericArgument, S>,
    ) {
        for p in pattern {
            let GenericArgument::AssocType(p) = p else { continue };
            for c in concrete {
                if let GenericArgument::AssocType(c) = c
                    && c.ident == p.ident
                {
                    self.types(&p.ty, &c.ty);
                }
            }
        }
    }

    fn arguments<S>(
        &mut self,
        pattern: &Punctuated<syn::NamedArg, S>,
        concrete: &Punctuated<syn::NamedArg, S>,
    ) {
        if pattern.len() == concrete.len() {
            pattern.iter().zip(concrete).for_each(|(p, c)| self.types(&p.ty, &c.ty));
        }
    }

    fn outputs(&mut self, pattern: &ReturnType, concrete: &ReturnType) {
        if let (ReturnType::Type(_, p), ReturnType::Type(_, c)) = (pattern, concrete) {
            self.types(p, c);
        }
    }

    fn bounds<S>(
        &mut self,
        pattern: &Punctuated<TypeParamBound, S>,
        concrete: &Punctuated<TypeParamBound, S>,
    ) {
        for pair in pattern.iter().zip(concrete) {
            if let (TypeParamBound::Trait(p), TypeParamBound::Trait(c)) = pair {
                self.paths(&p.path, &c.path);
            }
        }
    }

    /// A constant is bound to its tokens.
    fn constants(&mut self, pattern: &Expr, concrete: &Expr) {
        let Expr::Path(p) = super::shape::peel(pattern) else { return };
        if self.is_var(p.path.get_ident()) {
            self.bind(p.path.get_ident(), || Type::Verbatim(argument(concrete)));
        }
    }
}

/// The constant as an argument of a generic.
fn argument(constant: &Expr) -> TokenStream {
    match constant {
        Expr::Lit(_) | Expr::Block(_) | Expr::Path(_) => constant.to_token_stream(),
        other => quote!({ #other }),
    }
}

fn peel(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Paren(paren) => &paren.elem,
            Type::Group(group) => &group.elem,
            other => return other,
        }
    }
}

/// Puts what the variables stand for in their place. `T::Item` becomes `<X>::Item`, which rustc
/// accepts only where the trait is clear.
pub fn substitute(ty: &mut Type, bound: &BTreeMap<String, Type>) {
    Substitution { bound }.visit_type_mut(ty);
}

struct Substitution<'a> {
    bound: &'a BTreeMap<String, Type>,
}

impl Substitution<'_> {
    fn get(&self, path: &Path) -> Option<&Type> {
        self.bound.get(&path.get_ident()?.to_string())
    }

    /// The variable at the head of `T::Item`.
    fn project(&self, qself: &mut Option<QSelf>, path: &mut Path) {
        let several = path.segments.len() > 1 && path.leading_colon.is_none() && qself.is_none();
        let Some(first) =
            path.segments.first().filter(|first| several && first.arguments.is_none())
        else {
            return;
        };
        let Some(ty) = self.bound.get(&first.ident.to_string()) else { return };
        let span = first.ident.span();
        path.segments = std::mem::take(&mut path.segments).into_iter().skip(1).collect();
        path.leading_colon = Some(Token![::](span));
        *qself = Some(QSelf {
            lt_token: Token![<](span),
            ty: Box::new(ty.clone()),
            position: 0,
            as_token: None,
            gt_token: Token![>](span),
        });
    }

    /// `&T` with `T` bound to `dyn A + B` needs parentheses.
    fn behind_pointer(&mut self, elem: &mut Type) {
        let is_path = matches!(elem, Type::Path(_));
        self.visit_type_mut(elem);
        let is_sum = match &*elem {
            Type::TraitObject(it) => it.bounds.len() > 1,
            Type::ImplTrait(it) => it.bounds.len() > 1,
            _ => false,
        };
        if is_path && is_sum {
            let inner = Box::new(elem.clone());
            let paren_token = syn::token::Paren::default();
            *elem = Type::Paren(syn::TypeParen { attrs: Vec::new(), paren_token, elem: inner });
        }
    }
}

impl VisitMut for Substitution<'_> {
    fn visit_type_mut(&mut self, node: &mut Type) {
        if let Type::Path(it) = node {
            match self.get(&it.path).filter(|_| it.qself.is_none()) {
                Some(ty) => return *node = ty.clone(),
                None => self.project(&mut it.qself, &mut it.path),
            }
        }
        visit_mut::visit_type_mut(self, node);
    }

    fn visit_type_reference_mut(&mut self, node: &mut syn::TypeReference) {
        self.behind_pointer(&mut node.elem);
    }

    fn visit_type_ptr_mut(&mut self, node: &mut syn::TypePtr) {
        self.behind_pointer(&mut node.elem);
    }

    fn visit_expr_mut(&mut self, node: &mut Expr) {
        if let Expr::Path(it) = node {
            match self.get(&it.path).filter(|_| it.qself.is_none()) {
                Some(ty) => return *node = Expr::Verbatim(ty.to_token_stream()),
                None => self.project(&mut it.qself, &mut it.path),
            }
        }
        visit_mut::visit_expr_mut(self, node);
    }
}
