//! What callers of other blocks need, and those that tell generics.

use super::unit::{GATES, Unit, is_generic, select};
use crate::emit::exported;
use crate::foreign::{self};
use crate::layout::made;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote_spanned};

/// The signature of a choreography for callers in other blocks.
pub(super) fn emit_export(unit: &Unit<'_>) -> TokenStream {
    let used: Vec<_> = unit.roles.iter().map(|role| role.layout.used.clone()).collect();
    foreign::emit_export(unit.item, &select(&unit.attrs, &GATES), &used)
}

/// `__Types::r0`, which makes the role of this number and takes the choreography's own generics: so
/// what a caller tells of them holds at every role alike.
pub(super) fn maker(role: usize) -> Vec<Ident> {
    vec![Ident::new("__Types", made()), format_ident!("r{role}", span = made())]
}

/// What callers need of the types of a choreography.
pub(super) fn emit_types(unit: &Unit<'_>) -> TokenStream {
    let module = exported(&unit.item.name);
    let tellers = foreign::emit_tellers(&unit.header);
    let roles = unit.roles.iter().enumerate().filter(|_| is_generic(unit.item));
    let makers = roles.map(|(role, own)| {
        let name = exported(&unit.signature.roles[role]);
        let here = made().located_at(name.span());
        let mut maker = maker(role).remove(1);
        maker.set_span(here);
        let (generics, bounds) = own.layout.function_generics(&unit.header);
        let arguments = own.layout.arguments(&unit.header);
        let names: Vec<Ident> = own
            .layout
            .fields
            .iter()
            .map(|(param, _)| exported(&unit.header.params[*param].0))
            .collect();
        let fields = own.layout.fields.iter().map(|(_, ty)| ty);
        quote_spanned!(here=>
            pub fn #maker #generics(#(#names: #fields),*) -> #module::#name #arguments #bounds {
                #module::#name::new(#(#names),*)
            }
        )
    });
    quote_spanned!(made()=> #[doc(hidden)] impl #module::__Types { #tellers #(#makers)* })
}
