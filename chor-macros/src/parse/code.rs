//! `A: e`, and plain Rust.

use super::cursor::{punct, word};
use super::embedded::{embedded_at_once, embedded_call, embedded_code, embedded_message};
use super::head::Head;
use super::location::peek_location;
use super::recover::skip_token;
use super::{Flavour, Parser, fail};
use crate::ast::Expr;
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::{Result, Token};

impl Parser<'_> {
    /// `A: e`
    pub(super) fn parse_local(&mut self, input: ParseStream<'_>, flavour: Flavour) -> Result<Expr> {
        let text = peek_location(input.cursor()).map_or(String::new(), |(at, _)| at.text());
        let at = self.parse_location(input)?;
        let colon = input.span();
        skip_token(input);
        refuse_block(input, flavour, &text)?;
        if is_end(input, flavour) {
            return fail(
                colon,
                format_args!("the code that `{text}` runs is missing"),
                format_args!("write `{text}: expression`, or `{text}: {{}}` for nothing"),
            );
        }
        if word(input.cursor(), "let").is_some() {
            return fail(
                input.span(),
                "`let` comes before the role",
                format_args!("write `let x = {text}: value;`"),
            );
        }
        let code = Box::new(self.parse_code(input, flavour)?);
        Ok(at.map_or(Expr::Error, |at| Expr::Local { at, code }))
    }

    /// What follows a `:`, which is Rust alone.
    pub(super) fn parse_code(
        &mut self,
        input: ParseStream<'_>,
        flavour: Flavour,
    ) -> Result<syn::Expr> {
        let cursor = input.cursor();
        match self.head(cursor) {
            Some(Head::Code) => Err(embedded_code(cursor.span())),
            Some(Head::Comm | Head::Broken) => Err(embedded_message(cursor.span())),
            Some(Head::Call) => Err(embedded_call(cursor.span())),
            Some(Head::Agree) => fail(
                cursor.span(),
                "`agree!` can't stand inside Rust code",
                "write it as a statement of its own",
            ),
            Some(Head::Anonymous) => fail(
                cursor.span(),
                "a choreography can't stand inside Rust code",
                "bind it with `let` first",
            ),
            Some(Head::Each | Head::Par | Head::Try) => Err(embedded_at_once(cursor)),
            None => self.parse_rust(input, flavour),
        }
    }

    /// Plain Rust, in which no form of ours may hide.
    pub(super) fn parse_rust(
        &mut self,
        input: ParseStream<'_>,
        flavour: Flavour,
    ) -> Result<syn::Expr> {
        let start = input.cursor();
        let parsed = match flavour {
            Flavour::Full => input.parse(),
            Flavour::NoBrace => input.call(syn::Expr::parse_without_eager_brace),
            Flavour::Stmt => input.call(syn::Expr::parse_with_earlier_boundary_rule),
        };
        match (self.find_embedded(start, input.cursor(), parsed.is_err()), parsed) {
            (Some(found), _) => Err(found),
            (None, Ok(code)) => Ok(self.with_numbers(code)),
            (None, Err(error)) => {
                self.explain_arrow(start, input)?;
                Err(error)
            }
        }
    }

    /// syn reads `f(x) -> B: y` as a subtraction of something that begins with `>`.
    fn explain_arrow(&self, start: Cursor<'_>, input: ParseStream<'_>) -> Result<()> {
        let reach = super::scan::operand(start, Flavour::Full);
        let failed = input.cursor();
        let near = punct(reach.end, "->").is_some_and(|rest| {
            rest == failed || reach.end.punct().is_some_and(|(_, middle)| middle == failed)
        });
        if near { self.explain_operator(reach.end) } else { Ok(()) }
    }
}

/// Whether nothing is left of the expression.
pub(super) fn is_end(input: ParseStream<'_>, flavour: Flavour) -> bool {
    input.is_empty()
        || input.peek(Token![;])
        || input.peek(Token![,])
        || flavour == Flavour::NoBrace && input.peek(syn::token::Brace)
}

/// `if A: { .. } {`: of two blocks, the first would be the body.
pub(super) fn refuse_block(input: ParseStream<'_>, flavour: Flavour, head: &str) -> Result<()> {
    let brace = syn::token::Brace;
    if flavour != Flavour::NoBrace || !input.peek(brace) || !input.peek2(brace) {
        return Ok(());
    }
    let at = input.span();
    skip_token(input);
    fail(
        at,
        "a block that is the value here stands in parentheses: the braces after it are the body",
        format_args!("write `{head}: ({{ .. }})`"),
    )
}
