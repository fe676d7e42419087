//! Each rule of Rust that this module has to know, by example.

mod effects;
mod free;
mod generics;
mod macros;
mod patterns;
mod soup;
mod text;

use super::*;
use proc_macro2::Ident;
use quote::ToTokens;
use syn::Expr;

fn expr(code: &str) -> Expr {
    syn::parse_str(code).unwrap_or_else(|error| panic!("{code}: {error}"))
}

fn ty(code: &str) -> syn::Type {
    syn::parse_str(code).unwrap_or_else(|error| panic!("{code}: {error}"))
}

fn facts(code: &str) -> Facts {
    examine(&expr(code))
}

fn joined(names: &[Ident]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// The free identifiers of the code, in a row.
fn free(code: &str) -> String {
    joined(&facts(code).free)
}

fn maybe(code: &str) -> String {
    joined(&facts(code).maybe)
}

fn tokens(node: &impl ToTokens) -> String {
    full_text(node)
}
