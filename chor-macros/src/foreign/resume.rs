//! The expansion of a choreography through those of its callees, and its state on the way.

use super::Foreign;
use crate::ast;
use crate::error::Errors;
use crate::layout::made;
use crate::parse;
use proc_macro2::{TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use std::collections::BTreeSet;
use syn::parse::{ParseStream, Parser as _};
use syn::spanned::Spanned;
use syn::{Result, Token};

/// Where the expansion of one choreography of a block stands.
pub struct Resumed {
    pub facade: TokenStream,
    /// Which of the block's choreographies.
    pub index: usize,
    /// The block has mistakes, which have been reported.
    pub broken: bool,
    /// What follows from its header has been generated.
    pub begun: bool,
    /// The block, as it came from the user.
    pub block: TokenStream,
    /// The signatures that have come, each as `{path} {signature}`.
    pub known: TokenStream,
    /// The paths of those that are still to come.
    pub pending: Vec<syn::Path>,
}

impl Resumed {
    /// The signatures of all callees.
    pub fn foreign(&self) -> Vec<Foreign> {
        let parse = |input: ParseStream<'_>| {
            let mut found = Vec::new();
            while !input.is_empty() {
                found.push(parse_foreign(input)?);
            }
            Ok(found)
        };
        parse.parse2(self.known.clone()).unwrap_or_default()
    }
}

/// The invocation of the next callee's macro, which comes back with its signature.
pub fn emit_chain(state: &Resumed, attrs: &[syn::Attribute]) -> TokenStream {
    let Resumed { facade, index, broken, begun, block, known, pending } = state;
    let next = &pending[0];
    let here = made().located_at(next.span());
    let callback = quote!(#facade::__private::chor_resume);
    quote_spanned!(here=>
        #(#attrs)*
        #next! {
            [#callback] {#facade} {#index} {#broken} {#begun} {#block} {#known} {#({#pending})*}
        }
    )
}

/// The state, with the signature that came last.
pub fn parse_resumed(tokens: TokenStream) -> Result<Resumed> {
    let parse = |input: ParseStream<'_>| {
        let facade = group(input)?;
        let index = syn::parse2::<syn::LitInt>(group(input)?)?.base10_parse()?;
        let broken = syn::parse2::<syn::LitBool>(group(input)?)?.value;
        let begun = syn::parse2::<syn::LitBool>(group(input)?)?.value;
        let (block, mut known) = (group(input)?, group(input)?);
        let mut pending = paths(group(input)?)?;
        let came = group(input)?;
        let path = pending.remove(0);
        known.extend(quote!({#path} {#came}));
        Ok(Resumed { facade, index, broken, begun, block, known, pending })
    };
    parse.parse2(tokens)
}

fn group(input: ParseStream<'_>) -> Result<TokenStream> {
    let content;
    syn::braced!(content in input);
    content.parse()
}

fn paths(tokens: TokenStream) -> Result<Vec<syn::Path>> {
    let parse = |input: ParseStream<'_>| {
        let mut found = Vec::new();
        while !input.is_empty() {
            found.push(syn::Path::parse_mod_style.parse2(group(input)?)?);
        }
        Ok(found)
    };
    parse.parse2(tokens)
}

fn parse_foreign(input: ParseStream<'_>) -> Result<Foreign> {
    let path = syn::Path::parse_mod_style.parse2(group(input)?)?;
    let signature = group(input)?;
    let parts = |input: ParseStream<'_>| Ok((group(input)?, group(input)?));
    let (header, used) = parts.parse2(signature)?;
    let header: TokenStream = [quote!(;), header].into_iter().collect();
    let mut source: ast::Source = parse::parse(header, &mut Errors::new());
    let item = source.items.pop();
    let item = item.ok_or_else(|| syn::Error::new(path.span(), "no signature"))?;
    Ok(Foreign { path, item, used: used.into_iter().map(names).collect() })
}

/// `["T", "N"]`
fn names(tree: TokenTree) -> BTreeSet<String> {
    let list = |input: ParseStream<'_>| {
        input.parse_terminated(|input: ParseStream<'_>| input.parse::<syn::LitStr>(), Token![,])
    };
    let TokenTree::Group(group) = tree else { return BTreeSet::new() };
    let names = list.parse2(group.stream()).unwrap_or_default();
    names.iter().map(syn::LitStr::value).collect()
}
