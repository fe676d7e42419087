//! A choreography's header as the generated types need it: with everything named.

use super::made;
use crate::ast;
use crate::ir::Type;
use crate::rust;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident};
use std::collections::BTreeSet;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;

/// A choreography's header with every lifetime and every `impl Trait` named.
pub struct Header {
    pub params: Vec<(Ident, Type)>,
    pub result: Type,
    /// The user's, then those for `impl Trait`, then elided lifetimes.
    pub(super) generics: Vec<syn::GenericParam>,
    pub(super) predicates: Vec<syn::WherePredicate>,
}

impl Header {
    pub fn new(item: &ast::Item, params: &[(Ident, Type)], result: &Type) -> Self {
        let (mut lifetimes, mut impls) = (0, 0);
        let mut elided = Vec::new();
        let mut anonymous = Vec::new();
        let mut params = params.to_vec();
        for index in 1..params.len() {
            // Two of the same name are a mistake that has been reported.
            if params[..index].iter().any(|(name, _)| *name == params[index].0) {
                params[index].0 = format_ident!("{}_{index}", params[index].0);
            }
        }
        for (_, ty) in &mut params {
            each_type(ty, &mut |ty| {
                elided.extend(rust::name_lifetimes(ty, &mut lifetimes));
                anonymous.extend(rust::name_impls(ty, &mut impls));
            });
        }
        let mut generics: Vec<syn::GenericParam> = item.generics.params.iter().cloned().collect();
        generics.extend(anonymous.into_iter().map(syn::GenericParam::Type));
        for (index, (_, ty)) in params.iter().enumerate() {
            if matches!(ty, Type::Chor(_)) {
                generics.push(syn::GenericParam::Type(chor_param(index).into()));
            }
        }
        generics.extend(
            elided
                .into_iter()
                .map(|name| syn::GenericParam::Lifetime(syn::LifetimeParam::new(name))),
        );
        let predicates = item.generics.where_clause.iter();
        let predicates = predicates.flat_map(|clause| clause.predicates.iter().cloned()).collect();
        let mut result = result.clone();
        each_type(&mut result, &mut |ty| elide(ty, &params, &mut lifetimes));
        Self { params, result, generics, predicates }
    }

    /// The names of all generics, as `T`, `N` and `'a`.
    pub fn names(&self) -> BTreeSet<String> {
        self.generics.iter().map(name_of).collect()
    }

    /// The names of all generics but elided lifetimes and choreographies.
    pub fn lasting(&self) -> BTreeSet<String> {
        let made = |name: &String| name.starts_with("'__") || name.starts_with("__D");
        self.names().into_iter().filter(|name| !made(name)).collect()
    }

    /// The Rust types of the parameters and the result, in order.
    pub fn leaves(&self) -> Vec<&syn::Type> {
        let mut found = Vec::new();
        for ty in self.params.iter().map(|(_, ty)| ty).chain([&self.result]) {
            each_leaf(ty, &mut |leaf| found.push(leaf));
        }
        found
    }

    /// The type and const parameters that a function of a type is generic over, in order.
    pub fn told(&self, ty: &syn::Type) -> Vec<syn::Type> {
        let used = self.close(&rust::mentions(ty.to_token_stream(), &self.names()));
        let names = self.generics.iter().map(name_of).filter(|name| used.contains(name));
        let names = names.filter(|name| !name.starts_with('\''));
        names.map(|name| format_ident!("{name}")).map(|name| syn::parse_quote!(#name)).collect()
    }

    /// `mentioned` with all that its bounds mention.
    pub fn close(&self, mentioned: &BTreeSet<String>) -> BTreeSet<String> {
        let names = self.names();
        let mut used = mentioned.clone();
        loop {
            let before = used.len();
            for param in &self.generics {
                if used.contains(&name_of(param)) {
                    used.extend(rust::mentions(param.to_token_stream(), &names));
                }
            }
            for predicate in &self.predicates {
                let subject = rust::mentions(subject(predicate), &names);
                if !subject.is_disjoint(&used) {
                    used.extend(rust::mentions(predicate.to_token_stream(), &names));
                }
            }
            if used.len() == before {
                return used;
            }
        }
    }
}

/// The type parameter for a parameter that is a choreography.
pub fn chor_param(index: usize) -> Ident {
    format_ident!("__D{index}", span = made())
}

/// An elided lifetime of the result is the only one of the parameters, as in functions.
fn elide(ty: &mut syn::Type, params: &[(Ident, Type)], counter: &mut usize) {
    let open = rust::name_lifetimes(ty, counter);
    if open.is_empty() {
        return;
    }
    let mut given = Given::default();
    for (_, param) in params {
        each_ref(param, &mut |ty| given.visit_type(ty));
    }
    if let Some(only) = given.0.into_iter().next() {
        Rename { open, only }.visit_type_mut(ty);
    }
}

#[derive(Default)]
struct Given(Vec<syn::Lifetime>);

impl<'ast> Visit<'ast> for Given {
    fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
        if lifetime.ident != "static" {
            self.0.push(lifetime.clone());
        }
    }
}

struct Rename {
    open: Vec<syn::Lifetime>,
    only: syn::Lifetime,
}

impl VisitMut for Rename {
    fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
        if self.open.contains(lifetime) {
            *lifetime = self.only.clone();
        }
    }
}

fn each_ref<'t>(ty: &'t Type, visit: &mut impl FnMut(&'t syn::Type)) {
    match ty {
        Type::At { ty: Some(ty), .. } | Type::Each { ty: Some(ty), .. } => visit(ty),
        Type::At { ty: None, .. }
        | Type::Each { ty: None, .. }
        | Type::Chor(_)
        | Type::Never
        | Type::Error => {}
        Type::Tuple(elems) => elems.iter().for_each(|elem| each_ref(elem, visit)),
    }
}

fn each_leaf<'t>(ty: &'t Type, visit: &mut impl FnMut(&'t syn::Type)) {
    match ty {
        Type::At { ty: Some(ty), .. } | Type::Each { ty: Some(ty), .. } => visit(ty),
        Type::At { ty: None, .. } | Type::Each { ty: None, .. } | Type::Never | Type::Error => {}
        Type::Tuple(elems) => elems.iter().for_each(|elem| each_leaf(elem, visit)),
        Type::Chor(chor) => {
            chor.inputs.iter().for_each(|input| each_leaf(input, visit));
            each_leaf(&chor.output, visit);
        }
    }
}

fn subject(predicate: &syn::WherePredicate) -> TokenStream {
    match predicate {
        syn::WherePredicate::Type(predicate) => predicate.bounded_ty.to_token_stream(),
        syn::WherePredicate::Lifetime(predicate) => predicate.lifetime.to_token_stream(),
        _ => predicate.to_token_stream(),
    }
}

pub(super) fn name_of(param: &syn::GenericParam) -> String {
    match param {
        syn::GenericParam::Type(param) => param.ident.to_string(),
        syn::GenericParam::Const(param) => param.ident.to_string(),
        syn::GenericParam::Lifetime(param) => param.lifetime.to_string(),
    }
}

fn each_type(ty: &mut Type, change: &mut impl FnMut(&mut syn::Type)) {
    match ty {
        Type::At { ty: Some(ty), .. } | Type::Each { ty: Some(ty), .. } => change(ty),
        Type::At { ty: None, .. } | Type::Each { ty: None, .. } | Type::Never | Type::Error => {}
        Type::Chor(chor) => {
            chor.inputs.iter_mut().for_each(|input| each_type(input, change));
            each_type(&mut chor.output, change);
        }
        Type::Tuple(elems) => elems.iter_mut().for_each(|elem| each_type(elem, change)),
    }
}
