//! `if`, loops and blocks, and where these end.

use super::cursor::{Token as Next, group, next, punct, word};
use super::head::Head;
use super::members::Early;
use super::recover::{continues, skip_to_block, skip_token};
use super::scan::{Stop, operand};
use super::{Flavour, Parser, fail};
use crate::ast::{Expr, For, Guard, If, Link, Loop, While};
use proc_macro2::Delimiter;
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::{Label, Result, Token, token};

/// Whether `if`, `match`, a loop or a block begins here.
pub(super) fn begins(cursor: Cursor<'_>) -> bool {
    let labelled = past_label(cursor);
    labelled != cursor
        || group(cursor, Delimiter::Brace).is_some()
        || ["if", "match", "while", "loop"].iter().any(|text| word(cursor, text).is_some())
        || word(cursor, "for").is_some_and(|rest| punct(rest, "<").is_none())
}

fn past_label(cursor: Cursor<'_>) -> Cursor<'_> {
    cursor.lifetime().and_then(|(_, rest)| punct(rest, ":")).unwrap_or(cursor)
}

/// Whether what begins here is only the first operand of an expression: `match x { .. } + 1`.
pub(super) fn goes_on(cursor: Cursor<'_>, flavour: Flavour) -> bool {
    let Some(rest) = past(past_label(cursor)) else { return false };
    match flavour {
        Flavour::Full | Flavour::NoBrace => continues(rest),
        Flavour::Stmt => punct(rest, ".").is_some() || punct(rest, "?").is_some(),
    }
}

fn past(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let mut at = start;
    // The blocks still to come; one in the condition belongs to a keyword there.
    let mut blocks = usize::from(group(at, Delimiter::Brace).is_some());
    loop {
        let (token, rest) = next(at)?;
        at = rest;
        match token {
            Next::Ident(name) => {
                let keyword = name.to_string();
                blocks += usize::from(matches!(
                    keyword.as_str(),
                    "if" | "match" | "while" | "for" | "loop" | "unsafe"
                ));
            }
            Next::Punct(';') => return None,
            Next::Group(Delimiter::Brace, _) => {
                blocks = blocks.saturating_sub(1);
                match word(at, "else") {
                    Some(rest) if blocks == 0 => {
                        blocks = usize::from(word(rest, "if").is_none());
                        at = rest;
                    }
                    _ if blocks == 0 => return Some(at),
                    _ => {}
                }
            }
            Next::Punct(_) | Next::Group(..) | Next::Other => {}
        }
    }
}

impl Parser<'_> {
    pub(super) fn parse_flow(&mut self, input: ParseStream<'_>) -> Result<Expr> {
        let cursor = past_label(input.cursor());
        let label = if cursor == input.cursor() { None } else { Some(input.parse()?) };
        if word(cursor, "while").is_some() {
            return self.parse_while(input, label);
        }
        if word(cursor, "for").is_some() {
            return self.parse_for(input, label);
        }
        if word(cursor, "loop").is_some() {
            return self.parse_loop(input, label);
        }
        if group(cursor, Delimiter::Brace).is_some() {
            return Ok(Expr::Block { label, block: self.parse_block(input) });
        }
        if let Some(label) = label {
            return fail(
                label.name.span(),
                "a label stands before a loop or a block",
                "leave it out",
            );
        }
        if word(cursor, "match").is_some() { self.parse_match(input) } else { self.parse_if(input) }
    }

    fn parse_if(&mut self, input: ParseStream<'_>) -> Result<Expr> {
        let span = input.span();
        skip_token(input);
        let guard = self.parse_guard(input)?;
        let then = self.require_block(input, "if")?;
        let otherwise = match input.parse::<Option<Token![else]>>()? {
            Some(_) if input.peek(Token![if]) => {
                Some(self.parse_apart(input.span(), |this| this.parse_if(input))?)
            }
            Some(_) => Some(Expr::Block { label: None, block: self.require_block(input, "else")? }),
            None => None,
        };
        Ok(Expr::If(Box::new(If { span, guard, then, otherwise })))
    }

    fn parse_guard(&mut self, input: ParseStream<'_>) -> Result<Guard> {
        if !has_let(input.cursor()) {
            return self.parse_subject(input).map(Guard::Bool);
        }
        let mut links = Vec::new();
        if let Err(error) = self.parse_links(input, &mut links) {
            links.push(Link::Bool(self.lost_subject(input, error)?));
        }
        Ok(Guard::Chain(links))
    }

    fn parse_links(&mut self, input: ParseStream<'_>, links: &mut Vec<Link>) -> Result<()> {
        loop {
            let early = if links.is_empty() { Early::Any } else { Early::Nothing };
            links.push(self.at_most(early, |this| this.parse_link(input))?);
            if input.peek(Token![||]) {
                return fail(
                    input.span(),
                    "`||` can't stand beside `let`",
                    "use `match`, or two `if let`s",
                );
            }
            if input.parse::<Option<Token![&&]>>()?.is_none() {
                return self.expect_block(input);
            }
        }
    }

    fn parse_link(&mut self, input: ParseStream<'_>) -> Result<Link> {
        if !input.peek(Token![let]) {
            return Ok(Link::Bool(self.parse_operand(input, Flavour::NoBrace)?));
        }
        skip_token(input);
        let pat = self.parse_pattern(input)?;
        input.parse::<Token![=]>()?;
        // Code and payloads extend as far as they can.
        let value = match self.head(input.cursor()) {
            Some(Head::Code | Head::Comm) => self.parse_expr(input, Flavour::NoBrace),
            _ => self.parse_operand(input, Flavour::NoBrace),
        };
        let value = match value {
            Ok(value) => value,
            Err(error) => self.lost_subject(input, error)?,
        };
        Ok(Link::Let { pat, value })
    }

    /// A guard, a scrutinee or what a `for` iterates over: up to a `{`.
    pub(super) fn parse_subject(&mut self, input: ParseStream<'_>) -> Result<Expr> {
        let subject = self.parse_expr(input, Flavour::NoBrace).and_then(|subject| {
            self.expect_block(input)?;
            Ok(subject)
        });
        subject.or_else(|error| self.lost_subject(input, error))
    }

    /// Goes on with the block, if there is one.
    pub(super) fn lost_subject(
        &mut self,
        input: ParseStream<'_>,
        error: syn::Error,
    ) -> Result<Expr> {
        skip_to_block(input);
        if !input.peek(token::Brace) {
            return Err(error);
        }
        self.errors.push(error);
        Ok(Expr::Error)
    }

    fn expect_block(&self, input: ParseStream<'_>) -> Result<()> {
        if input.peek(token::Brace) || input.is_empty() {
            return Ok(());
        }
        self.explain_operator(input.cursor())?;
        if input.peek(Token![;]) {
            return fail(input.span(), "a block is expected before this", "write `{ .. }`");
        }
        fail(
            input.span(),
            "`{` is expected here",
            "end the condition before this, or join it by an operator",
        )
    }

    fn parse_while(&mut self, input: ParseStream<'_>, label: Option<Label>) -> Result<Expr> {
        let span = input.span();
        skip_token(input);
        let guard = self.at_most(Early::Literal, |this| this.parse_guard(input))?;
        let body = self.require_block(input, "while")?;
        Ok(Expr::While(Box::new(While { span, label, guard, body })))
    }

    fn parse_for(&mut self, input: ParseStream<'_>, label: Option<Label>) -> Result<Expr> {
        let span = input.span();
        skip_token(input);
        let pat = self.parse_pattern(input)?;
        input.parse::<Token![in]>()?;
        if self.are_members(input.cursor()) {
            return self.parse_for_member(input, span, label, &pat);
        }
        let iter = self.parse_subject(input)?;
        let body = self.require_block(input, "for")?;
        Ok(Expr::For(Box::new(For { span, label, pat, iter, body })))
    }

    fn parse_loop(&mut self, input: ParseStream<'_>, label: Option<Label>) -> Result<Expr> {
        let span = input.span();
        skip_token(input);
        let body = self.require_block(input, "loop")?;
        Ok(Expr::Loop(Box::new(Loop { span, label, body })))
    }
}

/// Whether an operand of the guard at `start` is a `let`.
fn has_let(start: Cursor<'_>) -> bool {
    let mut at = start;
    loop {
        if word(at, "let").is_some() {
            return true;
        }
        let reach = operand(at, Flavour::NoBrace);
        if !matches!(reach.stop, Stop::And | Stop::Or) {
            return false;
        }
        at = reach.rest;
    }
}
