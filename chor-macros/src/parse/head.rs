//! Which form of a choreography begins at a place, if any.
//!
//! Looks only at the first few tokens, and never fails.

use super::Parser;
use super::cursor::{group, name, next, punct, word};
use super::location::peek_location;
use super::roles::Sort;
use proc_macro2::{Delimiter, Ident, Spacing};
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
    /// `each w in F { .. }`, `each F: e`
    Each,
    /// `par { .. }`
    Par,
    /// `try A -> B: e`, `try each ..`
    Try,
    /// Something that means a message, but isn't one: `A - > B`, `A <- B`, `-> B: x`.
    Broken,
}

impl Parser<'_> {
    pub(super) fn head(&self, cursor: Cursor<'_>) -> Option<Head> {
        if let Some(head) = at_once(cursor) {
            return Some(head);
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
        if is_list(inside) {
            return Some(brackets);
        }
        let names = self.peek_role_args(inside)?;
        let called = group(rest, Delimiter::Parenthesis).is_some();
        let index = !called && punct(rest, "::").is_none() && self.are_bound(&names);
        let sure = !names.is_empty() && !index && names.iter().all(|name| self.is_role(name))
            || called && names.iter().all(|name| is_title_case(&name.to_string()));
        sure.then_some(brackets)
    }

    /// `w` of `x[w]`: more likely a mistake for `x[w.index()]` than a choreography of one role.
    fn are_bound(&self, names: &[Ident]) -> bool {
        names.iter().all(|name| matches!(self.sort(name), Some(Sort::Member | Sort::Lost)))
    }

    /// All names in `A, F[0], [B, F[1]], []`, if it is nothing else.
    pub(super) fn peek_role_args(&self, mut cursor: Cursor<'_>) -> Option<Vec<Ident>> {
        let mut names = Vec::new();
        while !cursor.eof() {
            let rest = match group(cursor, Delimiter::Bracket) {
                Some((inside, rest)) => {
                    names.extend(self.peek_members(inside)?);
                    rest
                }
                None => self.peek_member(cursor, &mut names)?,
            };
            if rest.eof() {
                break;
            }
            cursor = punct(rest, ",")?;
        }
        Some(names)
    }

    fn peek_members(&self, mut cursor: Cursor<'_>) -> Option<Vec<Ident>> {
        let mut names = Vec::new();
        while !cursor.eof() {
            let rest = self.peek_member(cursor, &mut names)?;
            if rest.eof() {
                break;
            }
            cursor = punct(rest, ",")?;
        }
        Some(names)
    }

    /// A name; with a number only if it can be a family's, since `x[i]` is Rust.
    fn peek_member<'a>(&self, cursor: Cursor<'a>, names: &mut Vec<Ident>) -> Option<Cursor<'a>> {
        let (name, rest) = name(cursor)?;
        let family = self.is_family(&name) || is_title_case(&name.to_string());
        let number = group(rest, Delimiter::Bracket).filter(|_| family);
        names.push(name);
        Some(number.map_or(rest, |(_, rest)| rest))
    }
}

/// What begins with a name or a group and a `,` is no index of Rust's.
fn is_list(inside: Cursor<'_>) -> bool {
    let past = |at| group(at, Delimiter::Bracket).map(|(_, rest)| rest);
    let first = name(inside).map(|(_, rest)| past(rest).unwrap_or(rest));
    first.or_else(|| past(inside)).is_some_and(|rest| punct(rest, ",").is_some())
}

/// `each`, `par` and `try`, which are reserved, before what can't go on with a Rust expression.
fn at_once(cursor: Cursor<'_>) -> Option<Head> {
    let (keyword, rest) = cursor.ident()?;
    let ranges = || next(rest).is_some_and(|(_, rest)| word(rest, "in").is_some());
    let named = rest.ident().is_some() || group(rest, Delimiter::Bracket).is_some();
    let braced = group(rest, Delimiter::Brace).is_some();
    match keyword.to_string().as_str() {
        "each" if named || braced || ranges() => Some(Head::Each),
        "par" if named || braced => Some(Head::Par),
        // `try { .. }` is Rust.
        "try" if named => Some(Head::Try),
        _ => None,
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

/// `Buyer`, unlike `buyer` and `BUYER`.
pub(super) fn is_title_case(text: &str) -> bool {
    text.starts_with(char::is_uppercase) && text.contains(char::is_lowercase)
}
