//! `A: e`, `A -> B: e`, and plain Rust.

use super::cursor::{before, punct, word};
use super::embedded::{embedded_call, embedded_code, embedded_message};
use super::expr::location_text;
use super::head::{Head, arrow};
use super::location::peek_location;
use super::recover::skip_token;
use super::{Flavour, Parser, fail, refuse};
use crate::ast::{Arrow, Comm, Expr, Location};
use proc_macro2::Span;
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::{Result, Token};

impl Parser<'_> {
    /// `A: e`
    pub(super) fn parse_local(&mut self, input: ParseStream<'_>, flavour: Flavour) -> Result<Expr> {
        let text =
            peek_location(input.cursor()).map_or(String::new(), |(at, _)| location_text(&at));
        let at = self.parse_location(input)?;
        let colon = input.span();
        skip_token(input);
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

    /// `A -> B: e`, `A => [B, C]: e as T`
    pub(super) fn parse_comm(&mut self, input: ParseStream<'_>, flavour: Flavour) -> Result<Expr> {
        let sender =
            peek_location(input.cursor()).map_or(String::new(), |(at, _)| location_text(&at));
        let from_span = input.span();
        let from = self.parse_location(input)?;
        let (arrow, sign) = parse_arrow(input)?;
        let receiver = self.peek_receiver(input.cursor(), &sender, sign)?;
        let to = self.parse_location(input)?;
        let span = from_span.join(receiver.span).unwrap_or(from_span);
        parse_colon(input, &sender, arrow, &location_text(&receiver), flavour)?;
        let payload = self.parse_code(input, flavour)?;
        let (payload, ascribed) = split_cast(payload);
        let ascribed = ascribed.or_else(|| self.refuse_inner_cast(&payload));
        Ok(match (from, to) {
            (Some(from), Some(to)) => {
                let (attempt, within) = (false, None);
                Expr::Comm(Box::new(Comm {
                    span,
                    attempt,
                    within,
                    from,
                    arrow,
                    to,
                    payload,
                    ascribed,
                }))
            }
            _ => Expr::Error,
        })
    }

    /// The receiver, which is parsed next.
    fn peek_receiver(&self, cursor: Cursor<'_>, sender: &str, sign: Span) -> Result<Location> {
        if refuse::is_family_location(cursor) {
            return refuse::family(cursor.span());
        }
        match peek_location(cursor) {
            Some((to, rest)) if self.are_roles(&to) || punct(rest, ":").is_some() => Ok(to),
            _ => fail(
                sign,
                "this message has no receiver",
                format_args!(
                    "write `{sender} -> B: value`; the roles are {}",
                    self.roles_on_offer()
                ),
            ),
        }
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
            Some(Head::Refused) => refuse::refuse(cursor),
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
            (None, Ok(code)) => Ok(code),
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

    /// `a + b as T` ascribes nothing: `as` binds closer than `+`.
    fn refuse_inner_cast(&mut self, payload: &syn::Expr) -> Option<syn::Type> {
        let mut right = payload;
        while let syn::Expr::Binary(binary) = right {
            right = &binary.right;
        }
        if let syn::Expr::Cast(cast) = right
            && !std::ptr::eq(right, payload)
            && !is_primitive(&cast.ty)
        {
            self.report(
                cast.as_token.span,
                "this `as` belongs to the last operand only",
                "put parentheses around the rest: `(a + b) as T`",
            );
            return Some((*cast.ty).clone());
        }
        None
    }
}

fn parse_arrow(input: ParseStream<'_>) -> Result<(Arrow, Span)> {
    let span = input.span();
    if input.parse::<Option<Token![->]>>()?.is_some() {
        return Ok((Arrow::Move, span));
    }
    input.parse::<Token![=>]>()?;
    Ok((Arrow::Copy, span))
}

/// The `:` after a receiver, and that something follows.
fn parse_colon(
    input: ParseStream<'_>,
    sender: &str,
    sign: Arrow,
    receiver: &str,
    flavour: Flavour,
) -> Result<()> {
    let cursor = input.cursor();
    let sign = match sign {
        Arrow::Move => "->",
        Arrow::Copy => "=>",
    };
    if arrow(cursor).is_some() {
        return fail(
            cursor.span(),
            "a message has one sender and one arrow",
            format_args!(
                "send it on in a message of its own, or to several: `{sender} {sign} [{receiver}, ..]: value`"
            ),
        );
    }
    if word(cursor, "within").is_some() {
        return refuse::deadline(cursor.span());
    }
    let help = format!("write `{sender} {sign} {receiver}: value`");
    if punct(cursor, ":").is_none() {
        return fail(before(cursor), "`:` and the value to send are expected after this", help);
    }
    let colon = input.span();
    skip_token(input);
    if is_end(input, flavour) {
        return fail(colon, "the value to send is missing", help);
    }
    Ok(())
}

/// `e as T` as `e` and `T`; Rust's own casts stay.
fn split_cast(payload: syn::Expr) -> (syn::Expr, Option<syn::Type>) {
    match payload {
        syn::Expr::Cast(cast) if is_primitive(&cast.ty) => {
            let ty = (*cast.ty).clone();
            (syn::Expr::Cast(cast), Some(ty))
        }
        syn::Expr::Cast(cast) => (*cast.expr, Some(*cast.ty)),
        other => (other, None),
    }
}

fn is_primitive(ty: &syn::Type) -> bool {
    const PRIMITIVES: [&str; 17] = [
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8",
        "u16", "u32", "u64", "u128", "usize",
    ];
    let syn::Type::Path(path) = ty else { return false };
    path.qself.is_none() && PRIMITIVES.iter().any(|name| path.path.is_ident(name))
}

/// Whether nothing is left of the expression.
fn is_end(input: ParseStream<'_>, flavour: Flavour) -> bool {
    input.is_empty()
        || input.peek(Token![;])
        || input.peek(Token![,])
        || flavour == Flavour::NoBrace && input.peek(syn::token::Brace)
}
