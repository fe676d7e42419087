//! `A -> B: e`, `A => [B, C]: e as T`, `try A -> B within d: e`

use super::code::{is_end, refuse_block};
use super::cursor::{before, punct, word};
use super::head::{Head, arrow};
use super::location::{Peeked, peek_location};
use super::recover::skip_token;
use super::{Flavour, Parser, fail};
use crate::ast::{Arrow, Comm, Expr};
use crate::rust;
use proc_macro2::Span;
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::{Result, Token};

/// A message as it is written, for messages about it.
struct Shape<'a> {
    sender: String,
    arrow: Arrow,
    receiver: Peeked<'a>,
}

impl Parser<'_> {
    /// `try A -> B: e`, `try each w in F first k { .. }`
    pub(super) fn parse_try(&mut self, input: ParseStream<'_>, flavour: Flavour) -> Result<Expr> {
        let at = input.span();
        skip_token(input);
        match self.head(input.cursor()) {
            Some(Head::Comm) => self.parse_comm(input, flavour, Some(at)),
            Some(Head::Each) => self.parse_each(input, flavour, true),
            _ => fail(
                at,
                "`try` stands before a message or an `each`",
                "write `try A -> B: value` or `try each w in Workers first k { .. }`",
            ),
        }
    }

    /// `attempt` is where its `try` stands.
    pub(super) fn parse_comm(
        &mut self,
        input: ParseStream<'_>,
        flavour: Flavour,
        attempt: Option<Span>,
    ) -> Result<Expr> {
        let shape = self.peek_comm(input.cursor())?;
        let from_span = input.span();
        let from = self.parse_location(input)?;
        skip_arrow(input)?;
        let to = self.parse_location(input)?;
        let span = from_span.join(shape.receiver.span).unwrap_or(from_span);
        let within = self.parse_within(input, &shape)?;
        parse_colon(input, &shape, flavour)?;
        let one = attempt.is_none_or(|at| self.check_outcome(at, "try", &shape));
        let payload = self.parse_code(input, flavour)?;
        let (payload, ascribed) = split_cast(payload);
        let ascribed = ascribed.or_else(|| self.refuse_inner_cast(&payload));
        let (Some(from), Some(to)) = (from, to) else { return Ok(Expr::Error) };
        if !one {
            return Ok(Expr::Error);
        }
        let (attempt, arrow) = (attempt.is_some(), shape.arrow);
        Ok(Expr::Comm(Box::new(Comm { span, attempt, within, from, arrow, to, payload, ascribed })))
    }

    fn peek_comm<'a>(&self, cursor: Cursor<'a>) -> Result<Shape<'a>> {
        let (sender, rest) = peek_location(cursor)
            .map_or((String::new(), cursor), |(sender, rest)| (sender.text(), rest));
        let arrow = if punct(rest, "->").is_some() { Arrow::Move } else { Arrow::Copy };
        let to = super::head::arrow(rest).unwrap_or(rest);
        self.refuse_number(to)?;
        match peek_location(to) {
            Some((receiver, rest)) if self.are_roles(&receiver) || punct(rest, ":").is_some() => {
                Ok(Shape { sender, arrow, receiver })
            }
            _ if word(to, "each").is_some() => fail(
                to.span(),
                "a message to each member needs a name for the member",
                format_args!("write `each w in Workers {{ {sender} -> w: value }}`"),
            ),
            _ => fail(
                rest.span(),
                "this message has no receiver",
                format_args!(
                    "write `{sender} -> B: value`; the roles are {}",
                    self.roles_on_offer()
                ),
            ),
        }
    }

    /// `within d`
    fn parse_within(
        &mut self,
        input: ParseStream<'_>,
        shape: &Shape<'_>,
    ) -> Result<Option<syn::Expr>> {
        if word(input.cursor(), "within").is_none() {
            return Ok(None);
        }
        let at = input.span();
        skip_token(input);
        if input.is_empty() || input.peek(Token![;]) || punct(input.cursor(), ":").is_some() {
            return fail(
                at,
                "how long to wait is missing after `within`",
                format_args!("write `{} within Duration::from_secs(1): value`", shape.text()),
            );
        }
        let deadline = self.parse_rust(input, Flavour::NoBrace)?;
        Ok(self.check_outcome(at, "within", shape).then_some(deadline))
    }

    /// Reports `try` or `within` of a message that more than one role has the outcome of.
    fn check_outcome(&mut self, at: Span, word: &str, shape: &Shape<'_>) -> bool {
        let (sender, receiver) = (&shape.sender, shape.receiver.text());
        if shape.arrow == Arrow::Copy {
            let help = format!(
                "write `->`, and send the outcome on: `let x: T = {receiver} => {sender}: x;`"
            );
            let what =
                format!("`{word}` can't stand with `=>`: `{sender}` could not know the outcome");
            self.report(at, what, help);
            return false;
        }
        if shape.receiver.list || shape.receiver.names().any(|name| self.is_family(name)) {
            if shape.receiver.is_member() {
                return true;
            }
            self.report(
                at,
                format_args!(
                    "`{word}` needs one receiver: several could not know each other's outcome"
                ),
                "send to one role, and send the outcome on",
            );
            return false;
        }
        true
    }

    /// `a + b as T` ascribes nothing: `as` binds closer than `+`.
    fn refuse_inner_cast(&mut self, payload: &syn::Expr) -> Option<syn::Type> {
        let mut right = payload;
        while let syn::Expr::Binary(binary) = right {
            right = &binary.right;
        }
        if let syn::Expr::Cast(cast) = right
            && !std::ptr::eq(right, payload)
            && !rust::is_primitive(&cast.ty)
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

impl Shape<'_> {
    /// `A -> B`
    fn text(&self) -> String {
        let arrow = match self.arrow {
            Arrow::Move => "->",
            Arrow::Copy => "=>",
        };
        format!("{} {arrow} {}", self.sender, self.receiver.text())
    }
}

fn skip_arrow(input: ParseStream<'_>) -> Result<()> {
    if input.parse::<Option<Token![->]>>()?.is_none() {
        input.parse::<Token![=>]>()?;
    }
    Ok(())
}

/// The `:` after a receiver, and that something follows.
fn parse_colon(input: ParseStream<'_>, shape: &Shape<'_>, flavour: Flavour) -> Result<()> {
    let cursor = input.cursor();
    if arrow(cursor).is_some() {
        let sign = if shape.arrow == Arrow::Move { "->" } else { "=>" };
        let (sender, receiver) = (&shape.sender, shape.receiver.text());
        return fail(
            cursor.span(),
            "a message has one sender and one arrow",
            format_args!(
                "send it on in a message of its own, or to several: `{sender} {sign} [{receiver}, ..]: value`"
            ),
        );
    }
    let help = format!("write `{}: value`", shape.text());
    if punct(cursor, ":").is_none() {
        return fail(before(cursor), "`:` and the value to send are expected after this", help);
    }
    let colon = input.span();
    skip_token(input);
    refuse_block(input, flavour, &shape.text())?;
    if is_end(input, flavour) {
        return fail(colon, "the value to send is missing", help);
    }
    Ok(())
}

/// `e as T` as `e` and `T`; Rust's own casts stay.
fn split_cast(payload: syn::Expr) -> (syn::Expr, Option<syn::Type>) {
    match payload {
        syn::Expr::Cast(cast) if rust::is_primitive(&cast.ty) => {
            let ty = (*cast.ty).clone();
            (syn::Expr::Cast(cast), Some(ty))
        }
        syn::Expr::Cast(cast) => (*cast.expr, Some(*cast.ty)),
        other => (other, None),
    }
}
