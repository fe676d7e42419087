//! All roles together.

use super::Block;
use super::members::{emit_builders, emit_lists, new_docs};
use super::role::{emit_new, emit_target};
use super::unit::{Unit, all_fields, playable};
use crate::emit::exported;
use crate::ir::{RoleId, RoleSet, Type};
use crate::layout::{Layout, made, share};
use crate::rust;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::BTreeSet;

impl Block<'_> {
    pub(super) fn emit_choreography(&self, unit: &Unit<'_>) -> Vec<TokenStream> {
        let private = self.private;
        if !playable(unit) {
            return Vec::new();
        }
        let (module, count) = (exported(&unit.item.name), unit.roles.len());
        let layout = Layout::new(&unit.header, all_fields(unit), &unit.header.names());
        let cloned = cloned_params(unit);
        let (generics, bounds) = layout.impl_generics(&unit.header, &BTreeSet::new());
        let (cloning, _) = layout.impl_generics(&unit.header, &cloned);
        let arguments = layout.arguments(&unit.header);
        let (sizes, builders) = emit_builders(unit);
        let new = emit_new(unit, &layout, unit.item.name.span(), &new_docs(unit), &sizes);
        let here = made().located_at(unit.item.name.span());
        let target = emit_target(&module, &Ident::new("Choreography", made()), arguments, here);
        let ids: Vec<RoleId> = RoleSet::first(count).iter().collect();
        let structs = ids.iter().map(|role| {
            let own = &unit.roles[role.index()];
            let (name, arguments) =
                (exported(&unit.signature.roles[role.index()]), own.layout.arguments(&unit.header));
            let role_type = emit_target(&module, &name, arguments, here);
            match unit.family(*role) {
                Some(_) => quote_spanned!(here=> #private::Members<#role_type>),
                None => role_type,
            }
        });
        let nobody = quote_spanned!(here=> ());
        let roles = structs.rev().fold(nobody, |rest, role| quote_spanned!(here=> (#role, #rest)));
        let roles = quote_spanned!(here=> type Roles = #roles;);
        let outputs = ids.iter().map(|role| {
            share(&unit.header.result, *role)
                .map_or_else(|| quote!(()), ToTokens::into_token_stream)
        });
        let outputs: Vec<TokenStream> = outputs.collect();
        let place =
            outputs.iter().map(syn::spanned::Spanned::span).find(|span| span.start().line > 0);
        let place = made().located_at(place.unwrap_or_else(made));
        let many = |role: &RoleId, own: TokenStream| match unit.family(*role) {
            Some(_) => quote_spanned!(place=> #private::Vec<#own>),
            None => own,
        };
        let all = ids.iter().zip(&outputs).map(|(role, output)| many(role, output.clone()));
        let outcome = quote_spanned!(place=> type Outcome = #module::Outcome<#(#all),*>;);
        let results = ids.iter().zip(&outputs).map(|(role, output)| {
            many(role, quote_spanned!(place=> ::core::result::Result<#output, #private::Error>))
        });
        let results = quote_spanned!(place=> type Results = #module::Outcome<#(#results),*>;);
        let fields: Vec<Ident> = unit.signature.roles.iter().map(field).collect();
        let pattern = fields
            .iter()
            .rev()
            .fold(quote!(()), |rest, field| quote_spanned!(made()=> (#field, #rest)));
        let values = ids.iter().rev().fold(quote_spanned!(here=> ()), |rest, role| {
            let value = self.construct(unit, *role, &ids);
            quote_spanned!(here=> (#value, #rest))
        });
        let names = (0..layout.fields.len()).map(|index| format_ident!("p{index}", span = made()));
        let outcome = quote_spanned!(here=> #outcome #results);
        let made_of_fields = quote_spanned!(here=> #module::Outcome { #(#fields),* });
        let own = quote_spanned!(made()=>
            impl #generics #target #bounds {
                #new
                #builders
            }
        );
        let (more, lists) = emit_lists(unit);
        let together = quote_spanned!(here=>
            impl #cloning #private::Choreography<#count> for #target #bounds {
                #roles
                #outcome
                fn roles(self) -> Self::Roles {
                    let Self { #(#names,)* #more .. } = self;
                    #lists
                    #values
                }
                fn outcome(#pattern: <Self::Roles as #private::Roles<#count>>::Outputs) -> Self::Outcome {
                    #made_of_fields
                }
                fn results(#pattern: <Self::Roles as #private::Roles<#count>>::Each) -> Self::Results {
                    #made_of_fields
                }
            }
        );
        vec![own, together]
    }
}

impl Block<'_> {
    /// `buy::Seller::new(p1)`; for a family, one for each member.
    fn construct(&self, unit: &Unit<'_>, role: RoleId, roles: &[RoleId]) -> TokenStream {
        let (module, name) =
            (exported(&unit.item.name), exported(&unit.signature.roles[role.index()]));
        let layout = &unit.roles[role.index()].layout;
        let args = layout.fields.iter().map(|field| self.emit_given(unit, role, roles, field));
        let told =
            |name: &str| Some(syn::Type::Verbatim(format_ident!("{name}").to_token_stream()));
        let arguments = layout.struct_arguments(&unit.header, |name| {
            if name.starts_with('\'') { None } else { told(name) }
        });
        let here = made().located_at(unit.item.name.span());
        let one = quote_spanned!(here=> #module::#name #arguments::new(#(#args),*));
        if unit.family(role).is_some() { self.emit_members(unit, role, &one, here) } else { one }
    }

    /// What a role brings: the last that holds a parameter gets it and the others a copy.
    fn emit_given(
        &self,
        unit: &Unit<'_>,
        role: RoleId,
        roles: &[RoleId],
        (param, ty): &(usize, syn::Type),
    ) -> TokenStream {
        let value = format_ident!("p{param}", span = made());
        let (name, given) = &unit.header.params[*param];
        if matches!(given, Type::Each { .. }) {
            return self.emit_next(unit, role, &value, name);
        }
        let later = roles.iter().filter(|other| **other > role);
        let shared = later.clone().any(|other| share(given, *other).is_some());
        if shared || unit.family(role).is_some() {
            let span = made().located_at(syn::spanned::Spanned::span(ty));
            let value = format_ident!("p{param}", span = span);
            return quote_spanned!(span=> ::core::clone::Clone::clone(&#value));
        }
        value.to_token_stream()
    }
}

/// The type parameters whose values several roles hold: running all roles together copies them.
pub(super) fn cloned_params(unit: &Unit<'_>) -> BTreeSet<String> {
    let families = |ty: &Type| ty.holders().iter().any(|role| unit.family(role).is_some());
    let shared = unit.header.params.iter();
    let shared = shared.filter(|(_, ty)| ty.holders().len() > 1 || families(ty));
    shared
        .filter_map(|(_, ty)| match ty {
            Type::At { ty: Some(ty), .. } => match &**ty {
                syn::Type::Path(path) => path.path.get_ident().map(ToString::to_string),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

pub(super) fn field(role: &Ident) -> Ident {
    let mut name = rust::field_name(role);
    name.set_span(made());
    name
}
