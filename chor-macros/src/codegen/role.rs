//! What a role becomes: how it is made, that it can be played, and its run.

use super::body::may_end;
use super::unit::{Unit, offered, playable};
use super::{Block, Stage};
use crate::emit::{doc, exported};
use crate::ir::{ChorType, RoleId, Type};
use crate::layout::{Layout, chor_param, made, share};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::BTreeSet;

/// The struct of a role for an `impl`, where rustc says what is wrong with its fields.
pub(super) fn emit_target(
    module: &Ident,
    name: &Ident,
    arguments: TokenStream,
    here: Span,
) -> TokenStream {
    let (mut module, mut name) = (module.clone(), name.clone());
    module.set_span(module.span().located_at(here));
    name.set_span(name.span().located_at(here));
    let mut arguments: Vec<TokenTree> = arguments.into_iter().collect();
    for bracket in [0, arguments.len().saturating_sub(1)] {
        if let Some(bracket) = arguments.get_mut(bracket) {
            bracket.set_span(here);
        }
    }
    quote_spanned!(here=> #module::#name #(#arguments)*)
}

impl Block<'_> {
    /// What follows from the header: how the role is made, and that it can be played.
    pub(super) fn emit_role(&self, unit: &Unit<'_>, role: usize) -> Vec<TokenStream> {
        let private = self.private;
        let (own, count) = (&unit.roles[role], unit.roles.len());
        let (module, name) = (exported(&unit.item.name), exported(&unit.signature.roles[role]));
        let (generics, bounds) = own.layout.impl_generics(&unit.header, &BTreeSet::new());
        let text = format!("The role `{name}`, with what it brings.");
        let new = emit_new(unit, &own.layout, name.span(), &text, &TokenStream::new());
        let output = self.emit_output(unit, role);
        let place = made().located_at(syn::spanned::Spanned::span(&output));
        let output_type = quote_spanned!(place=> type Output = #output;);
        // What can't move between threads is shown at the role.
        let here = made().located_at(name.span());
        let target = emit_target(&module, &name, own.layout.arguments(&unit.header), here);
        let (mutability, play) = match self.stage {
            Stage::Front => {
                (None, quote_spanned!(made()=> { use #private::Absent as _; self.__play(__ep) }))
            }
            Stage::Whole | Stage::Back => {
                let (mutability, play) = self.emit_play(unit, role);
                (mutability, quote_spanned!(made()=> #private::finish(#play)))
            }
        };
        let id = RoleId(u8::try_from(role).unwrap_or_default());
        let opens = offered(unit).filter(|chor| chor.roles.contains(id));
        let sizes = self.emit_sizes(unit);
        let projection =
            (playable(unit) || offered(unit).is_some() && opens.is_none()).then(|| {
                let played = self.emit_played(&quote_spanned!(here=> Self::Output), here);
                quote_spanned!(made()=>
                    impl #generics #private::Projection<#count> for #target #bounds {
                        #output_type
                        const ROLE: usize = #role;
                        const PROTOCOL: &'static #private::Protocol = &#module::PROTOCOL;
                        #sizes
                        fn play<__T: #private::Transport + ::core::marker::Copy>(
                            #mutability self,
                            __ep: #private::Endpoint<__T, #count>,
                        ) -> #played {
                            #play
                        }
                    }
                )
            });
        let opening = opens.map(|chor| {
            let inputs = chor.inputs.iter().filter_map(|input| share(input, id));
            let output = if chor.returns { share(&chor.output, id) } else { None };
            let output = output.map_or_else(|| quote!(()), ToTokens::into_token_stream);
            quote_spanned!(made()=>
                impl #generics #private::Opening<#count> for #target #bounds {
                    type Args = (#(#inputs,)*);
                    type Output = #output;
                    const ROLE: usize = #role;
                    const PROTOCOL: &'static #private::Protocol = &#module::PROTOCOL;
                    #sizes
                    fn open<__T: #private::Transport + ::core::marker::Copy>(
                        #mutability self,
                        __ep: #private::Endpoint<__T, #count>,
                    ) -> impl ::core::future::Future<Output = ::core::result::Result<
                        impl #private::Chor<__T, Self::Args, Output = Self::Output>
                            + ::core::marker::Send,
                        #private::Error,
                    >> + ::core::marker::Send {
                        #play
                    }
                }
            )
        });
        let own = quote_spanned!(made()=> impl #generics #target #bounds { #new });
        [own].into_iter().chain(projection).chain(opening).collect()
    }

    /// What follows from the body: the role's run.
    pub(super) fn emit_run(&self, index: usize, unit: &Unit<'_>, role: usize) -> TokenStream {
        let private = self.private;
        let (own, count) = (&unit.roles[role], unit.roles.len());
        let (module, name) = (exported(&unit.item.name), exported(&unit.signature.roles[role]));
        let (generics, bounds) = own.layout.impl_generics(&unit.header, &BTreeSet::new());
        let chors = self.emit_bounds(unit, RoleId(u8::try_from(role).unwrap_or_default()));
        let (output, body) = (self.emit_output(unit, role), self.emit_body(index, unit, role));
        let here = made().located_at(name.span());
        let target = emit_target(&module, &name, own.layout.arguments(&unit.header), here);
        let endless = matches!(unit.global.body.ty, Type::Never);
        let may_end = endless || may_end(own.share.as_ref());
        let may_end = may_end.then(|| quote!(#[allow(unreachable_code)]));
        let play = (self.stage == Stage::Back && playable(unit)).then(|| {
            let (mutability, play) = self.emit_play(unit, role);
            let played = self.emit_played(&output, here);
            quote_spanned!(made()=>
                #[doc(hidden)]
                pub fn __play<__T: #private::Transport + ::core::marker::Copy>(
                    #mutability self,
                    __ep: #private::Endpoint<__T, #count>,
                ) -> #played {
                    #private::finish(#play)
                }
            )
        });
        quote_spanned!(made()=>
            impl #generics #target #bounds {
                #play
                #[doc(hidden)]
                #may_end
                pub async fn __run<__T: #private::Transport + ::core::marker::Copy>(
                    self,
                    __ep: #private::Endpoint<__T, #count>,
                ) -> ::core::result::Result<#output, #private::Fail>
                where #(#chors),*
                {
                    #body
                }
            }
        )
    }

    /// What a role has at the end.
    pub(super) fn emit_output(&self, unit: &Unit<'_>, role: usize) -> TokenStream {
        let id = RoleId(u8::try_from(role).unwrap_or_default());
        match &unit.header.result {
            Type::Chor(chor) if chor.roles.contains(id) => {
                let bound = self.emit_bound(chor, id);
                quote_spanned!(made()=> impl #bound)
            }
            other => share(other, id)
                .map_or_else(|| quote_spanned!(made()=> ()), ToTokens::into_token_stream),
        }
    }

    /// The future of a role's run.
    pub(super) fn emit_played(&self, output: &TokenStream, here: Span) -> TokenStream {
        let private = self.private;
        quote_spanned!(here=>
            impl ::core::future::Future<Output = ::core::result::Result<#output, #private::Error>>
            + ::core::marker::Send
        )
    }

    /// What the choreographies that a role is given have to be at it.
    pub(super) fn emit_bounds(&self, unit: &Unit<'_>, role: RoleId) -> Vec<TokenStream> {
        let params = unit.header.params.iter().enumerate();
        params
            .filter_map(|(index, (_, ty))| match ty {
                Type::Chor(chor) if chor.roles.contains(role) => {
                    let (name, bound) = (chor_param(index), self.emit_bound(chor, role));
                    Some(quote_spanned!(made()=> #name: #bound))
                }
                _ => None,
            })
            .collect()
    }

    pub(super) fn emit_bound(&self, chor: &ChorType, role: RoleId) -> TokenStream {
        let private = self.private;
        let inputs = chor.inputs.iter().filter_map(|input| share(input, role));
        let output = if chor.returns { share(&chor.output, role) } else { None };
        let output = output.map_or_else(|| quote!(()), ToTokens::into_token_stream);
        quote_spanned!(made()=> #private::Chor<__T, (#(#inputs,)*), Output = #output>)
    }
}

/// `more` are the fields besides the parameters.
pub(super) fn emit_new(
    unit: &Unit<'_>,
    layout: &Layout,
    here: Span,
    text: &str,
    more: &TokenStream,
) -> TokenStream {
    let (text, here) = (doc(text), made().located_at(here));
    let args = layout.fields.iter().map(|(param, ty)| {
        let name = &unit.header.params[*param].0;
        let name = exported(name);
        quote_spanned!(made()=> #name: #ty)
    });
    let fields = layout.fields.iter().enumerate().map(|(index, (param, _))| {
        let name = &unit.header.params[*param].0;
        let name = exported(name);
        let field = format_ident!("p{index}");
        quote_spanned!(made()=> #field: #name,)
    });
    quote_spanned!(here=>
        #text
        pub fn new(#(#args),*) -> Self {
            Self { #(#fields)* #more generics: ::core::marker::PhantomData }
        }
    )
}
