//! Mistakes of a choreography, gathered so that one compile shows them all.

use proc_macro2::{Span, TokenStream};
use std::fmt::Display;

/// The mistakes found so far, in the order of their discovery.
#[derive(Debug, Default)]
pub struct Errors {
    found: Vec<syn::Error>,
}

impl Errors {
    pub fn new() -> Self {
        Self::default()
    }

    /// What is wrong, at the smallest token, and what to write instead.
    pub fn error(&mut self, at: Span, what: impl Display, help: impl Display) {
        self.push(syn::Error::new(at, format_args!("{what}\nhelp: {help}")));
    }

    /// One that the grammar of Rust reported.
    pub fn push(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// Adds a note to those found after the first `before`.
    pub fn explain(&mut self, before: usize, note: &str) {
        for error in self.found.iter_mut().skip(before) {
            *error = syn::Error::new(error.span(), format_args!("{error}{note}"));
        }
    }

    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub fn count(&self) -> usize {
        self.found.len()
    }

    /// All of them as `compile_error!`s, each at its place.
    pub fn into_compile_errors(mut self) -> TokenStream {
        self.found.sort_by_key(|error| {
            let at = error.span().start();
            (at.line, at.column)
        });
        self.found.iter().map(syn::Error::to_compile_error).collect()
    }

    /// Each message.
    #[cfg(test)]
    pub fn messages(&self) -> Vec<String> {
        self.found
            .iter()
            .flat_map(|error| error.clone().into_iter())
            .map(|error| error.to_string())
            .collect()
    }
}
