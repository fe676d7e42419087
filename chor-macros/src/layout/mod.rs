//! The shape of the generated types: which parameters and generics each role's struct carries.

mod header;

use header::name_of;
pub use header::{Header, chor_param};

use crate::ir::{RoleId, RoleSet, Type};
use crate::rust;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::BTreeSet;
use syn::visit::Visit;

/// What a role holds of a value of this type.
pub fn share(ty: &Type, role: RoleId) -> Option<syn::Type> {
    share_of(ty, RoleSet::one(role))
}

/// What one that is each of these roles holds of a value of this type.
pub fn share_of(ty: &Type, mine: RoleSet) -> Option<syn::Type> {
    match ty {
        Type::At { ty, at } if at.meets(mine) => ty.as_deref().cloned(),
        Type::Each { ty, of } if of.meets(mine) => ty.as_deref().cloned(),
        Type::At { .. } | Type::Each { .. } | Type::Chor(_) | Type::Never | Type::Error => None,
        Type::Tuple(elems) => {
            let mut held: Vec<syn::Type> =
                elems.iter().filter_map(|elem| share_of(elem, mine)).collect();
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
