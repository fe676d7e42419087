//! The list of passes.

use crate::error::Errors;
use crate::{check, codegen, parse};
use proc_macro2::TokenStream;

/// Only the passes before `generate` can fail. After mistakes the items are made all the same, with
/// bodies that are never run, so that no use of them is a second mistake.
pub fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let source = parse::parse(input, &mut errors);
    let checked = check::check(&source, &mut errors);
    let mut units = codegen::project(&source, &checked, errors.is_empty());
    codegen::check_generics(&units, &mut errors);
    if !errors.is_empty() {
        units = codegen::project(&source, &checked, false);
    }
    let items = codegen::generate(&source.facade, &units);
    let mistakes = errors.into_compile_errors();
    quote::quote!(#mistakes #items)
}
