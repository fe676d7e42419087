//! What is generated for `verify(..)`: the agreements as data, and their comparison before a role's
//! run.

use super::lists::line_and_column;
use super::unit::Unit;
use super::{Block, normal};
use crate::ir::{Agreement, RoleId, Site};
use crate::layout::made;
use crate::rust;
use proc_macro2::TokenStream;
use quote::{format_ident, quote_spanned};

impl Block<'_> {
    /// The agreements that are compared, as data.
    pub(super) fn emit_agreements(
        &self,
        unit: &Unit<'_>,
        name: &str,
        roles: &[String],
    ) -> TokenStream {
        let (private, count) = (self.private, unit.global.agreements.len());
        let agreements = unit.global.agreements.iter().enumerate().map(|(index, agreement)| {
            let Agreement { text, label, ty, at, by, span, param: _ } = agreement;
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            let normal = ty.as_ref().and_then(|ty| normal::emit_type(ty, unit));
            let ty = ty.as_ref().map_or("_".to_owned(), rust::full_text);
            let from = by.and_then(|role| roles.get(role.index())).map_or("", String::as_str);
            let to = at.iter().filter_map(|role| roles.get(role.index()));
            let (line, column) = line_and_column(*span);
            let at = at.iter().map(RoleId::index);
            let by = match by.map(RoleId::index) {
                Some(by) => quote_spanned!(made()=> ::core::option::Option::Some(#by)),
                None => quote_spanned!(made()=> ::core::option::Option::None),
            };
            quote_spanned!(made()=> #private::Agreement::new(
                #private::Step::new(
                    #name, #index, #label, #ty, #from, &[#(#to),*], ::core::file!(), #line, #column,
                ) #normal .comparing(),
                #text, &[#(#at),*], #by))
        });
        if count == 0 {
            return TokenStream::new();
        }
        quote_spanned!(made()=>
            #[doc(hidden)]
            pub static __AGREEMENTS: [#private::Agreement; #count] = [#(#agreements),*];
        )
    }

    /// Where several roles come to the same, as data.
    pub(super) fn emit_sites(&self, unit: &Unit<'_>, name: &str) -> TokenStream {
        let (private, count) = (self.private, unit.global.sites.len());
        let sites = unit.global.sites.iter().zip(&unit.sites).map(
            |(Site { text, arms, span, .. }, visitors)| {
                let (line, column) = line_and_column(*span);
                let at = visitors.at.iter().map(RoleId::index);
                let arms =
                    (!arms.is_empty()).then(|| quote_spanned!(made()=> .choosing(&[#(#arms),*])));
                quote_spanned!(made()=> #private::Site::new(
                #name, #text, &[#(#at),*], ::core::file!(), #line, #column) #arms)
            },
        );
        if count == 0 {
            return TokenStream::new();
        }
        quote_spanned!(made()=>
            #[doc(hidden)]
            pub static __SITES: [#private::Site; #count] = [#(#sites),*];
        )
    }

    /// A role's run, before which it compares the agreements that it was given.
    pub(super) fn emit_play(
        &self,
        unit: &Unit<'_>,
        role: usize,
    ) -> (Option<TokenStream>, TokenStream) {
        let fields = unit.roles[role].layout.fields.iter().enumerate();
        let given = |index: usize| {
            fields
                .clone()
                .find(|(_, (param, _))| *param == index)
                .map(|(field, (_, ty))| (field, ty))
        };
        let agreements = unit.global.agreements.iter().enumerate();
        let mut verified = agreements
            .filter_map(|(index, agreement)| Some((index, given(agreement.param?)?)))
            .map(|(index, (field, ty))| self.emit_verify_param(unit, index, field, ty))
            .peekable();
        let run = quote_spanned!(made()=> self.__run(__ep));
        if verified.peek().is_none() {
            return (None, run);
        }
        let play = quote_spanned!(made()=> async move { #(#verified)* #run.await });
        (Some(quote_spanned!(made()=> mut)), play)
    }

    fn emit_verify_param(
        &self,
        unit: &Unit<'_>,
        index: usize,
        field: usize,
        ty: &syn::Type,
    ) -> TokenStream {
        let here = made().located_at(syn::spanned::Spanned::span(ty));
        let (module, field) = (self.lists(unit), format_ident!("p{field}", span = here));
        let agreement = quote_spanned!(here=> &#module::__AGREEMENTS[#index]);
        let mut value = quote_spanned!(here=> self.#field);
        if !matches!(ty, syn::Type::Reference(_)) {
            return quote_spanned!(here=> #value = __ep.verify(#agreement, #value).await?;);
        }
        // What is behind a reference, however many, is what the roles hold equal.
        let mut behind = ty;
        while let syn::Type::Reference(reference) = behind {
            (value, behind) = (quote_spanned!(here=> *#value), &reference.elem);
        }
        quote_spanned!(here=>
            __ep.verify::<#behind>(#agreement, ::core::clone::Clone::clone(&#value)).await?;)
    }
}
