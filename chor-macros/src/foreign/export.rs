//! What a choreography exports, for callers in other blocks.

use super::spelling::{is_known, teller};
use crate::ast;
use crate::layout::{Header, Layout, made};
use crate::rust;
use crate::syntax;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Names the exported macros of one compiler process apart. Two expansions of one `macro_rules!` have
/// nothing else that differs.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// The signature of a choreography, as a macro of its name.
pub fn emit_export(
    item: &ast::Item,
    attrs: &[syn::Attribute],
    used: &[BTreeSet<String>],
) -> TokenStream {
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name =
        format_ident!("__chor_signature_{}_{number}", syntax::name(&item.name), span = made());
    let public = matches!(item.vis, syn::Visibility::Public(_));
    let exported = public.then(|| quote_spanned!(made()=> #[macro_export]));
    let (vis, own) = (&item.vis, crate::emit::exported(&item.name));
    let vis = rust::located_at(vis.to_token_stream(), made());
    let header = emit_header(item);
    let used = used.iter().map(|names| quote!([#(#names),*]));
    quote_spanned!(made()=>
        #(#attrs)*
        #[doc(hidden)]
        #exported
        macro_rules! #name {
            ([$($callback:tt)*] $($state:tt)*) => {
                $($callback)* ! { $($state)* { { #header } { #(#used)* } } }
            };
        }
        #(#attrs)*
        #[doc(hidden)]
        #vis use #name as #own;
    )
}

/// `chor name[A, B[..]]<G>(x: T @ A) -> U @ B where .. {}`
fn emit_header(item: &ast::Item) -> TokenStream {
    let ast::Item { name, roles, families, generics, params, result, .. } = item;
    let roles = roles.iter().zip(families).map(|(role, family)| match family {
        None => quote!(#role),
        Some(ast::Family { size: None, .. }) => quote!(#role[..]),
        Some(ast::Family { size: Some(size), .. }) => quote!(#role[#size]),
    });
    let params = params.iter().map(|param| {
        let (name, ty) = (&param.name, emit_type(&param.ty));
        quote!(#name: #ty)
    });
    let result = result.as_ref().map(|ty| {
        let ty = emit_type(ty);
        quote!(-> #ty)
    });
    let clause = &generics.where_clause;
    quote!(chor #name [#(#roles),*] #generics (#(#params),*) #result #clause {})
}

fn emit_type(ty: &ast::Type) -> TokenStream {
    match ty {
        ast::Type::Located { ty, at } => {
            let at = at.as_ref().map(emit_location);
            quote!(#ty @ #at)
        }
        ast::Type::Each { ty, at, .. } => {
            let at = emit_location(at);
            quote!(#ty @ each #at)
        }
        ast::Type::Tuple { elems } => {
            let elems = elems.iter().map(emit_type);
            quote!((#(#elems),*))
        }
        ast::Type::Chor(chor) => {
            let inputs = chor.inputs.iter().map(emit_type);
            let output = chor.output.as_ref().map(|output| {
                let output = emit_type(output);
                quote!(-> #output)
            });
            let auxiliary = chor.auxiliary.as_ref().map(|at| {
                let at = emit_location(at);
                quote!(| #at)
            });
            quote!(chor(#(#inputs),*) #output #auxiliary)
        }
        ast::Type::Error => quote!(()),
    }
}

fn emit_location(at: &ast::Location) -> TokenStream {
    let roles = &at.roles;
    quote!([#(#roles),*])
}

/// The functions that tell callers elsewhere the types that they can't write.
pub fn emit_tellers(header: &Header) -> TokenStream {
    let names = header.names();
    let mut functions = TokenStream::new();
    for (index, ty) in header.leaves().into_iter().enumerate() {
        if !is_known(ty, &names) && !syntax::has_impl(ty) {
            let name = teller(index);
            let mentioned = rust::mentions(ty.to_token_stream(), &names);
            let layout = Layout::new(header, Vec::new(), &mentioned);
            let (generics, bounds) = layout.function_generics(header);
            functions.extend(quote_spanned!(made()=>
                pub fn #name #generics() -> ::core::marker::PhantomData<#ty> #bounds {
                    ::core::marker::PhantomData
                }
            ));
        }
    }
    functions
}

#[cfg(test)]
mod tests {
    use super::emit_header;
    use crate::error::Errors;
    use crate::{parse, rust};
    use proc_macro2::TokenStream;

    /// The header that a caller gets, and what it would export in its turn.
    fn exported(source: &str) -> (String, String) {
        let read = |tokens: TokenStream| {
            let mut errors = Errors::new();
            let mut source = parse::parse(tokens, &mut errors);
            assert!(errors.is_empty(), "{:#?}", errors.messages());
            emit_header(&source.items.pop().expect("an item"))
        };
        let first = read(format!("; {source}").parse().expect("tokens"));
        let second = read([quote::quote!(;), first.clone()].into_iter().collect());
        (rust::full_text(&first), rust::full_text(&second))
    }

    #[test]
    fn families_are_exported_and_read_back() {
        let (first, second) = exported(
            "pub chor f[A, B[..], C[3], D[N + 1]]<const N: usize>(x: T @ each B, mut y: (X @ A, Y @ each [A, C])) \
             -> V @ each D where T: Send { each B: x }",
        );
        assert_eq!(
            first,
            "chor f[A, B[..], C[3], D[N + 1]] < const N: usize > (x: T @ each[B], y: (X @ [A], Y @ each[A, C])) \
             -> V @ each[D] where T: Send {}",
        );
        assert_eq!(second, first);
    }
}
