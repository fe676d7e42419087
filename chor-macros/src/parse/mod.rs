//! Tokens to syntax: the grammar of `chor!`.
//!
//! Knows the roles in scope, because the header comes before the body and a member of a family is
//! bound before it acts; knows no types and no variables. Every syntax error is reported here, several in one go: a broken statement becomes
//! `Stmt::Error`, a broken item is kept as far as its header goes, so that no later pass sees a
//! hole and no second error follows.
//!
//! Rust's own grammar is syn's. Before a token is handed to syn, `head` has looked whether a form
//! of ours begins there, since syn takes `A -> B: x` for a subtraction.

mod arms;
mod call;
mod code;
mod comm;
mod cursor;
mod each;
mod embedded;
mod expr;
mod flow;
mod head;
mod header;
mod item;
mod location;
mod logic;
mod members;
mod numbers;
mod par;
mod pattern;
mod recover;
mod roles;
mod scan;
mod stmt;
#[cfg(test)]
mod tests;
mod types;

use crate::ast::Source;
use crate::error::Errors;
use proc_macro2::{Span, TokenStream, TokenTree};
use std::fmt::Display;
use syn::parse::{ParseStream, Parser as _};
use syn::{Result, Token};

/// Parses `<facade path> ; <items>`.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Source {
    let mut source = None;
    let mut parser = Parser::new(errors);
    let read = |input: ParseStream<'_>| {
        source = Some(parser.parse_source(input));
        Ok(())
    };
    // Rust's grammar accepts some groups with tokens left over (`x[a b]`) and says so at the end
    // only. After another error these are what that error skipped.
    if let Err(leftover) = read.parse2(tokens)
        && errors.is_empty()
    {
        errors.push(leftover);
    }
    source.unwrap_or_else(|| Source {
        facade: TokenStream::new(),
        options: Vec::new(),
        items: Vec::new(),
    })
}

/// How far plain Rust reaches at a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavour {
    /// As far as it can: initialisers, arguments, elements.
    Full,
    /// Up to a `{`: guards and scrutinees, where `S { .. }` is no struct literal.
    NoBrace,
    /// A block ends it: the start of a statement and the body of an arm.
    Stmt,
}

struct Parser<'e> {
    errors: &'e mut Errors,
    /// The choreography that is being read.
    name: String,
    /// Its roles, and the members that are bound around the place that is being read.
    roles: Vec<roles::Role>,
    /// The blocks around that place, innermost last; none in a header.
    frames: Vec<members::Frame>,
    /// How many members its body names by number alone.
    hidden: usize,
    /// Its list of roles is whole: what isn't in it is no role.
    readable: bool,
    /// The choreographies that its body calls or names.
    calls: Vec<syn::Path>,
}

impl<'e> Parser<'e> {
    fn new(errors: &'e mut Errors) -> Self {
        Self {
            errors,
            name: String::new(),
            roles: Vec::new(),
            frames: Vec::new(),
            hidden: 0,
            readable: false,
            calls: Vec::new(),
        }
    }

    fn parse_source(&mut self, input: ParseStream<'_>) -> Source {
        let facade = parse_facade(input);
        let options = input.call(syn::Attribute::parse_inner).unwrap_or_else(|error| {
            self.errors.push(error);
            Vec::new()
        });
        let mut items = Vec::new();
        while !input.is_empty() {
            let start = input.cursor();
            items.extend(self.parse_item(input));
            if input.cursor() == start {
                recover::skip_token(input);
            }
        }
        Source { facade, options, items }
    }

    /// Reports a mistake, and goes on.
    fn report(&mut self, at: Span, what: impl Display, help: impl Display) {
        self.errors.error(at, what, help);
    }
}

fn parse_facade(input: ParseStream<'_>) -> TokenStream {
    let mut facade = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![;]) {
        facade.extend(input.parse::<TokenTree>());
    }
    let _: Result<Token![;]> = input.parse();
    facade
}

/// A mistake that ends a statement.
fn fail<T>(at: Span, what: impl Display, help: impl Display) -> Result<T> {
    Err(syn::Error::new(at, format_args!("{what}\nhelp: {help}")))
}
