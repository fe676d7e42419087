//! Which form of a choreography begins at a place, if any.
//!
//! Looks only at the first few tokens, and never fails.

use super::Parser;
use super::cursor::{Token, group, name, next, punct, word};
use super::location::{peek_location, peek_names};
use super::refuse;
use proc_macro2::{Delimiter, Spacing};
use syn::buffer::Cursor;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Head {
    /// `A: e`
    Code,
    /// `A -> B: e`
    Comm,
    /// `name[A, B]`, `name[A, B](x)`
    Call,
    /// `agree!(..)`
    Agree,
    /// `chor(x) { .. }`
    Anonymous,
    /// `each`, `par`, `try`, `Family[i]:`
    Refused,
    /// Something that means a message, but isn't one: `A - > B`, `A <- B`, `-> B: x`.
    Broken,
}

impl Parser<'_> {
    pub(super) fn head(&self, cursor: Cursor<'_>) -> Option<Head> {
        if refuse::is_refused(cursor) {
            return Some(Head::Refused);
        }
        if punct_after(cursor, "agree", "!").is_some() {
            return Some(Head::Agree);
        }
        let bare = word(cursor, "move").unwrap_or(cursor);
        if word(bare, "chor").is_some_and(|rest| group(rest, Delimiter::Parenthesis).is_some()) {
            return Some(Head::Anonymous);
        }
        if arrow(cursor).is_some() {
            return Some(Head::Broken);
        }
        if let Some((location, rest)) = peek_location(cursor) {
            if punct(rest, ":").is_some() {
                return Some(Head::Code);
            }
            if arrow(rest).is_some() {
                return Some(Head::Comm);
            }
            let split = split_arrow(rest).is_some() && self.are_roles(&location);
            if split || back_arrow(rest).is_some() {
                return Some(Head::Broken);
            }
        }
        self.call(cursor).map(|_| Head::Call)
    }

    /// The brackets of `a::name[A, B]`, if what they hold can only be roles.
    pub(super) fn call<'a>(&self, cursor: Cursor<'a>) -> Option<Cursor<'a>> {
        let brackets = past_path(cursor)?;
        let (inside, rest) = group(brackets, Delimiter::Bracket)?;
        if inside.eof() {
            return Some(brackets);
        }
        let Some(names) = peek_names(inside) else {
            return nested_lists(inside).then_some(brackets);
        };
        let called = group(rest, Delimiter::Parenthesis).is_some();
        let sure = names.len() > 1
            || names.iter().all(|name| self.is_role(name))
            || called && names.iter().all(|name| is_title_case(&name.to_string()));
        sure.then_some(brackets)
    }
}

/// Past `->` or `=>`.
pub(super) fn arrow(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    punct(cursor, "->").or_else(|| punct(cursor, "=>"))
}

/// Past `- >` or `= >`, when a location follows.
pub(super) fn split_arrow(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let (first, rest) = cursor.punct()?;
    if !matches!(first.as_char(), '-' | '=') || first.spacing() == Spacing::Joint {
        return None;
    }
    let rest = punct(rest, ">")?;
    peek_location(rest)?;
    Some(rest)
}

/// Past `<-` or `<=`, when a location and a `:` follow.
pub(super) fn back_arrow(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let rest = punct(cursor, "<-").or_else(|| punct(cursor, "<="))?;
    let (_, colon) = peek_location(rest)?;
    punct(colon, ":")?;
    Some(rest)
}

/// Past `a::b::c`; turbofish and generics are no part of it.
pub(super) fn past_path(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let mut at = punct(cursor, "::").unwrap_or(cursor);
    loop {
        let rest = match name(at) {
            Some((_, rest)) => rest,
            None => ["self", "super", "crate"]
                .iter()
                .find_map(|keyword| word(at, keyword))
                .filter(|rest| punct(*rest, "::").is_some())?,
        };
        match punct(rest, "::") {
            Some(next) if next.ident().is_some() => at = next,
            _ => return Some(rest),
        }
    }
}

fn punct_after<'a>(cursor: Cursor<'a>, text: &str, then: &str) -> Option<Cursor<'a>> {
    word(cursor, text).and_then(|rest| punct(rest, then))
}

/// `[A, [B]]`
fn nested_lists(mut cursor: Cursor<'_>) -> bool {
    let mut lists = false;
    let mut element = true;
    while let Some((token, rest)) = next(cursor) {
        match token {
            Token::Ident(_) if element => {}
            Token::Group(Delimiter::Bracket, _) if element => lists = true,
            Token::Punct(',') if !element => {}
            _ => return false,
        }
        element = !element;
        cursor = rest;
    }
    lists
}

/// `Buyer`, unlike `buyer` and `BUYER`.
fn is_title_case(text: &str) -> bool {
    text.starts_with(char::is_uppercase) && text.contains(char::is_lowercase)
}
