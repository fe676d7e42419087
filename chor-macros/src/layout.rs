//! The shape of the generated types: which parameters and generics each role's struct carries.

use crate::ast;
use crate::ir::{RoleId, Type};
use crate::rust;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::BTreeSet;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;

/// A choreography's header with every lifetime and every `impl Trait` named.
pub struct Header {
    pub params: Vec<(Ident, Type)>,
    pub result: Type,
    /// The user's, then those for `impl Trait`, then elided lifetimes.
    generics: Vec<syn::GenericParam>,
    predicates: Vec<syn::WherePredicate>,
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
        Type::At { ty: Some(ty), .. } => visit(ty),
        Type::At { ty: None, .. } | Type::Chor(_) | Type::Never | Type::Error => {}
        Type::Tuple(elems) => elems.iter().for_each(|elem| each_ref(elem, visit)),
    }
}

fn each_leaf<'t>(ty: &'t Type, visit: &mut impl FnMut(&'t syn::Type)) {
    match ty {
        Type::At { ty: Some(ty), .. } => visit(ty),
        Type::At { ty: None, .. } | Type::Never | Type::Error => {}
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

fn name_of(param: &syn::GenericParam) -> String {
    match param {
        syn::GenericParam::Type(param) => param.ident.to_string(),
        syn::GenericParam::Const(param) => param.ident.to_string(),
        syn::GenericParam::Lifetime(param) => param.lifetime.to_string(),
    }
}

fn each_type(ty: &mut Type, change: &mut impl FnMut(&mut syn::Type)) {
    match ty {
        Type::At { ty: Some(ty), .. } => change(ty),
        Type::At { ty: None, .. } | Type::Never | Type::Error => {}
        Type::Chor(chor) => {
            chor.inputs.iter_mut().for_each(|input| each_type(input, change));
            each_type(&mut chor.output, change);
        }
        Type::Tuple(elems) => elems.iter_mut().for_each(|elem| each_type(elem, change)),
    }
}

/// What a role holds of a value of this type.
pub fn share(ty: &Type, role: RoleId) -> Option<syn::Type> {
    match ty {
        Type::At { ty, at } if at.contains(role) => ty.as_deref().cloned(),
        Type::At { .. } | Type::Chor(_) | Type::Never | Type::Error => None,
        Type::Tuple(elems) => {
            let mut held: Vec<syn::Type> =
                elems.iter().filter_map(|elem| share(elem, role)).collect();
            match held.len() {
                0 => None,
                1 => Some(held.swap_remove(0)),
                _ => Some(syn::parse_quote!((#(#held),*))),
            }
        }
    }
}

/// The generated struct of a role, or of all roles together.
pub struct Layout {
    /// The fields: position of the parameter, and the type that is held.
    pub fields: Vec<(usize, syn::Type)>,
    /// The generics that the share mentions.
    pub used: BTreeSet<String>,
    /// Those that no field determines.
    open: BTreeSet<String>,
}

impl Layout {
    pub fn new(
        header: &Header,
        fields: Vec<(usize, syn::Type)>,
        mentioned: &BTreeSet<String>,
    ) -> Self {
        let names = header.names();
        let mut used = mentioned.clone();
        let mut fixed = Fixed { names: &names, found: BTreeSet::new() };
        for (_, ty) in &fields {
            used.extend(rust::mentions(ty.to_token_stream(), &names));
            fixed.visit_type(ty);
        }
        let used = header.close(&used);
        let open = used.difference(&fixed.found).cloned().collect();
        Self { fields, used, open }
    }

    /// `<__P0, __G0, const __C0: usize>` of the struct.
    pub fn declaration(&self, header: &Header) -> TokenStream {
        let fields = (0..self.fields.len()).map(|index| format_ident!("__P{index}"));
        let phantoms = self
            .phantoms(header)
            .into_iter()
            .enumerate()
            .map(|(index, _)| format_ident!("__G{index}"));
        let consts = self.consts(header).into_iter().enumerate().map(|(index, param)| {
            let (name, ty) = (format_ident!("__C{index}"), &param.ty);
            quote!(const #name: #ty)
        });
        quote!(<#(#fields,)* #(#phantoms,)* #(#consts,)*>)
    }

    /// The struct's generic arguments where the user's generics are in scope.
    pub fn arguments(&self, header: &Header) -> TokenStream {
        let fields = self.fields.iter().map(|(_, ty)| ty);
        let phantoms = self.phantoms(header).into_iter().map(|param| match param {
            syn::GenericParam::Lifetime(param) => {
                let lifetime = &param.lifetime;
                quote!(& #lifetime ())
            }
            other => format_ident!("{}", name_of(other)).to_token_stream(),
        });
        let consts = self.consts(header).into_iter().map(|param| &param.ident);
        quote!(<#(#fields,)* #(#phantoms,)* #(#consts,)*>)
    }

    /// The generic arguments at a call of what has [`function_generics`](Self::function_generics),
    /// where `told` knows some of them.
    pub fn call_arguments(
        &self,
        header: &Header,
        told: impl Fn(&str) -> Option<syn::Type>,
    ) -> TokenStream {
        let names = header.generics.iter().map(name_of);
        let names = names.filter(|name| self.used.contains(name) && !name.starts_with('\''));
        let all: Vec<TokenStream> = names
            .map(|name| told(&name).map_or_else(|| quote!(_), ToTokens::into_token_stream))
            .collect();
        if all.is_empty() { TokenStream::new() } else { quote!(::<#(#all),*>) }
    }

    /// The generic arguments of the struct, with what `told` knows.
    pub fn struct_arguments(
        &self,
        header: &Header,
        told: impl Fn(&str) -> Option<syn::Type>,
    ) -> TokenStream {
        let fields = self.fields.iter().map(|_| quote!(_));
        let tell = |param: &str| told(param).map_or_else(|| quote!(_), |ty| quote!(#ty));
        let phantoms = self.phantoms(header).into_iter().map(|param| tell(&name_of(param)));
        let consts = self.consts(header).into_iter().map(|param| tell(&param.ident.to_string()));
        let all: Vec<TokenStream> = fields.chain(phantoms).chain(consts).collect();
        if all.is_empty() { TokenStream::new() } else { quote!(::<#(#all),*>) }
    }

    /// The open generics that a caller has to tell: rustc finds those that a bound of a closure
    /// mentions.
    pub fn untold(&self, header: &Header, told: impl Fn(&str) -> bool) -> Vec<String> {
        let names = header.names();
        let mut bounds = BTreeSet::new();
        for param in &header.generics {
            if let syn::GenericParam::Type(param) = param
                && self.used.contains(&param.ident.to_string())
            {
                let found = param.bounds.iter().map(ToTokens::to_token_stream);
                bounds.extend(found.flat_map(|bound| rust::mentions(bound, &names)));
            }
        }
        let open = self.open.iter().filter(|name| !name.starts_with('\''));
        open.filter(|name| !told(name) && !bounds.contains(*name)).cloned().collect()
    }

    pub fn phantom_count(&self, header: &Header) -> usize {
        self.phantoms(header).len()
    }

    fn phantoms<'h>(&self, header: &'h Header) -> Vec<&'h syn::GenericParam> {
        let open = header.generics.iter().filter(|param| self.open.contains(&name_of(param)));
        open.filter(|param| !matches!(param, syn::GenericParam::Const(_))).collect()
    }

    fn consts<'h>(&self, header: &'h Header) -> Vec<&'h syn::ConstParam> {
        let open = header.generics.iter().filter(|param| self.open.contains(&name_of(param)));
        open.filter_map(|param| match param {
            syn::GenericParam::Const(param) => Some(param),
            _ => None,
        })
        .collect()
    }

    /// The generics that an `impl` for the struct declares, and its `where` clause.
    pub fn impl_generics(
        &self,
        header: &Header,
        cloned: &BTreeSet<String>,
    ) -> (TokenStream, TokenStream) {
        let used = |param: &&syn::GenericParam| self.used.contains(&name_of(param));
        let lifetimes = header.generics.iter().filter(used).filter_map(|param| match param {
            syn::GenericParam::Lifetime(param) => Some(quote!(#param)),
            _ => None,
        });
        let others = header.generics.iter().filter(used).filter_map(|param| match param {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(param) => Some(type_param(param, cloned)),
            syn::GenericParam::Const(param) => {
                let (ident, ty) = (&param.ident, &param.ty);
                Some(quote!(const #ident: #ty))
            }
        });
        let params = quote!(<#(#lifetimes,)* #(#others,)*>);
        let mut predicates = self.predicates(header).peekable();
        let bounds = predicates.peek().is_some().then(|| quote!(where #(#predicates,)*));
        (params, bounds.unwrap_or_default())
    }

    /// As [`impl_generics`](Self::impl_generics), for a function: with all bounds in the `where`
    /// clause.
    pub fn function_generics(&self, header: &Header) -> (TokenStream, TokenStream) {
        let used = header.generics.iter().filter(|param| self.used.contains(&name_of(param)));
        let (mut params, mut bounds) = (Vec::new(), Vec::new());
        for param in used {
            match param {
                syn::GenericParam::Lifetime(param) => params.push(quote!(#param)),
                syn::GenericParam::Const(param) => {
                    let (ident, ty) = (&param.ident, &param.ty);
                    params.push(quote!(const #ident: #ty));
                }
                syn::GenericParam::Type(param) => {
                    params.push(param.ident.to_token_stream());
                    bounds.push(type_param(param, &BTreeSet::new()));
                }
            }
        }
        params.sort_by_key(|param| !param.to_string().starts_with('\''));
        let predicates = self.predicates(header);
        (quote!(<#(#params),*>), quote!(where #(#bounds,)* #(#predicates,)*))
    }

    fn predicates<'h>(&self, header: &'h Header) -> impl Iterator<Item = &'h syn::WherePredicate> {
        let names = header.names();
        header.predicates.iter().filter(move |predicate| {
            let mentioned = rust::mentions(predicate.to_token_stream(), &names);
            !mentioned.is_empty() && mentioned.is_subset(&self.used)
        })
    }
}

/// Everything that a role holds may be kept, or borrowed, while it waits.
fn type_param(param: &syn::TypeParam, cloned: &BTreeSet<String>) -> TokenStream {
    let (ident, bounds) = (&param.ident, param.bounds.iter());
    let clone = cloned.contains(&ident.to_string()).then(|| quote!(+ ::core::clone::Clone));
    // The user's come last, where rustc proposes to add more.
    quote!(#ident: ::core::marker::Send + ::core::marker::Sync #clone #(+ #bounds)*)
}

/// The generics that a type determines: not those that only an associated type mentions.
struct Fixed<'a> {
    names: &'a BTreeSet<String>,
    found: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Fixed<'_> {
    fn visit_type_path(&mut self, ty: &'ast syn::TypePath) {
        if ty.qself.is_some() {
            return;
        }
        if let Some(name) = ty.path.get_ident() {
            let name = name.to_string();
            if self.names.contains(&name) {
                self.found.insert(name);
            }
            return;
        }
        let first = &ty.path.segments[0];
        let associated =
            ty.path.segments.len() > 1 && self.names.contains(&first.ident.to_string());
        if !associated {
            syn::visit::visit_type_path(self, ty);
        }
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(name) = path.path.get_ident() {
            let name = name.to_string();
            if self.names.contains(&name) {
                self.found.insert(name);
            }
        }
    }

    fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
        let name = lifetime.to_string();
        if self.names.contains(&name) {
            self.found.insert(name);
        }
    }
}

/// A span for what the macro makes: hygienic for locals, invisible to lints.
pub fn made() -> Span {
    Span::mixed_site()
}
