//! The attribute `chor::test`: a test's body under many seeds.
//!
//! Knows functions and the attribute's arguments; deliberately nothing of choreographies.

use crate::rust::keep_together;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::{ItemFn, LitInt, LitStr, Path, meta};

/// Seeds under which a body runs, if none are told.
const SEEDS: u64 = 100;

pub fn expand(arguments: TokenStream, item: &TokenStream) -> TokenStream {
    match try_expand(arguments, item.clone()) {
        Ok(test) => test,
        Err(error) => {
            let error = error.to_compile_error();
            quote!(#error #item)
        }
    }
}

/// What stands in the attribute.
struct Options {
    seeds: u64,
    facade: Path,
}

fn try_expand(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let Options { seeds, facade } = options(arguments)?;
    let mut function: ItemFn = syn::parse2(keep_together(item))?;
    check(&function)?;
    let run = match function.sig.asyncness {
        Some(_) => quote!(under_seeds_async),
        None => quote!(under_seeds),
    };
    let (attrs, vis) = (std::mem::take(&mut function.attrs), function.vis.clone());
    let name = function.sig.ident.clone();
    let seed = function.sig.inputs.first().map(|_| quote!(seed));
    let call = match function.sig.asyncness {
        Some(_) => quote!(async |seed| { let _: u64 = seed; #name(#seed).await }),
        None => quote!(|seed: u64| { let _ = seed; #name(#seed) }),
    };
    let body = function.to_token_stream();
    Ok(quote_spanned!(name.span()=>
        #(#attrs)*
        #[::core::prelude::v1::test]
        #vis fn #name() {
            #body
            #facade::sim::#run(#seeds, #call)
        }
    ))
}

fn options(arguments: TokenStream) -> syn::Result<Options> {
    let mut options = Options { seeds: SEEDS, facade: syn::parse_quote!(::chor) };
    let parser = meta::parser(|meta| {
        if meta.path.is_ident("seeds") {
            options.seeds = meta.value()?.parse::<LitInt>()?.base10_parse()?;
        } else if meta.path.is_ident("crate") {
            options.facade = meta.value()?.parse::<LitStr>()?.parse()?;
        } else {
            return Err(meta.error(
                "this isn't known to `chor::test`\nhelp: write `seeds = 100`, or \
                 `crate = \"path\"` where the crate `chor` has another name",
            ));
        }
        Ok(())
    });
    parser.parse2(arguments)?;
    if options.seeds == 0 {
        let text = "a test under no seed tests nothing\nhelp: write `seeds = 1` or more";
        return Err(syn::Error::new(proc_macro2::Span::call_site(), text));
    }
    Ok(options)
}

fn check(function: &ItemFn) -> syn::Result<()> {
    let sig = &function.sig;
    if let Some(second) = sig.inputs.iter().nth(1) {
        let text = "a test gets its seed and nothing else\nhelp: write `fn test(seed: u64)`";
        return Err(syn::Error::new(second.span(), text));
    }
    if !sig.generics.params.is_empty() {
        return Err(syn::Error::new(sig.generics.span(), "a test has no generics"));
    }
    Ok(())
}
