//! Forms of ours that stand inside Rust code, where they can't.
//!
//! Walks the tokens of code once, into all groups, macros' included.

use super::Parser;
use super::cursor::{Token, group, name, next, punct, word};
use super::head::{arrow, past_path};
use super::location::peek_location;
use proc_macro2::{Delimiter, Span};
use syn::buffer::Cursor;

impl Parser<'_> {
    /// The first form of ours between `start` and `stop` that stands inside Rust code.
    /// With `blocks`, located code counts in braces too, where Rust has struct literals.
    pub(super) fn find_embedded(
        &self,
        start: Cursor<'_>,
        stop: Cursor<'_>,
        blocks: bool,
    ) -> Option<syn::Error> {
        Search { parser: self, blocks }.search(start, Some(stop), None)
    }

    /// Whether a form of ours stands anywhere in the statement that begins at `start`.
    pub(super) fn mentions_ours(&self, start: Cursor<'_>) -> bool {
        let mut stop = start;
        while let Some((token, rest)) = next(stop)
            && !matches!(token, Token::Punct(';'))
        {
            stop = rest;
        }
        self.find_embedded(start, stop, true).is_some() || self.shows_ours(start, Some(stop))
    }

    /// Jumps, located types and code of a role, in any group.
    fn shows_ours(&self, start: Cursor<'_>, stop: Option<Cursor<'_>>) -> bool {
        let mut at = start;
        while let Some((token, rest)) = next(at)
            && stop != Some(at)
        {
            let found = match token {
                Token::Ident(name) => {
                    let jump = ["return", "break", "continue"].iter().any(|word| name == word);
                    let placed = punct(rest, ":").is_some() && punct(rest, "::").is_none();
                    jump || placed && self.is_role(&name)
                }
                Token::Punct(char) => char == '@',
                Token::Group(_, inner) => self.shows_ours(inner, None),
                Token::Other => false,
            };
            if found {
                return true;
            }
            at = rest;
        }
        false
    }
}

impl Parser<'_> {
    /// `name[A, B]`, `name[A](..)` with roles in scope, wherever it stands.
    fn has_roles(&self, at: Cursor<'_>) -> bool {
        let Some((inside, rest)) = past_path(at).and_then(|at| group(at, Delimiter::Bracket))
        else {
            return false;
        };
        let names = self.peek_role_args(inside).unwrap_or_default();
        let called = group(rest, Delimiter::Parenthesis).is_some() || punct(rest, "::").is_some();
        (names.len() > 1 || called && !names.is_empty())
            && names.iter().all(|name| self.is_role(name))
    }
}

struct Search<'p, 'e> {
    parser: &'p Parser<'e>,
    blocks: bool,
}

impl Search<'_, '_> {
    fn search(
        &self,
        start: Cursor<'_>,
        stop: Option<Cursor<'_>>,
        inside: Option<Delimiter>,
    ) -> Option<syn::Error> {
        let mut at = start;
        let mut begins = inside.is_some();
        let mut before = ' ';
        while let Some((token, rest)) = next(at)
            && stop != Some(at)
        {
            // `stop` may be inside of a macro's fragment, which is one token here.
            if inside.is_none() && matches!(token, Token::Punct(';')) {
                break;
            }
            let attribute = before == '#';
            let place = begins.then_some(inside.unwrap_or(Delimiter::None));
            if let Some(found) = self.at(at, place).filter(|_| !attribute) {
                return Some(found);
            }
            if let Token::Group(delimiter, inner) = token
                && !attribute
                && let Some(found) = self.search(inner, None, Some(delimiter))
            {
                return Some(found);
            }
            let block = matches!(token, Token::Group(Delimiter::Brace, _));
            before = match token {
                Token::Punct(char) => char,
                Token::Ident(_) | Token::Group(..) | Token::Other => ' ',
            };
            let arm = punct(at, "=>").is_some();
            begins = matches!(before, ',' | ';' | '=') || block && inside == Some(Delimiter::Brace);
            at = rest;
            if arm
                && stop != Some(at)
                && let Some((_, rest)) = next(at)
            {
                at = rest;
            }
        }
        None
    }

    /// What begins here; `place` is the group that it is an element of.
    fn at(&self, at: Cursor<'_>, place: Option<Delimiter>) -> Option<syn::Error> {
        if let Some((location, rest)) = peek_location(at)
            && self.parser.are_roles(&location)
        {
            if is_message(rest) {
                return Some(embedded_message(location.span));
            }
            let element = match place {
                Some(Delimiter::Brace) => self.blocks,
                Some(_) => true,
                None => false,
            };
            if element && punct(rest, ":").is_some() {
                return Some(embedded_code(location.span));
            }
        }
        if is_at_once(at) {
            return Some(embedded_at_once(at));
        }
        self.parser.has_roles(at).then(|| embedded_call(at.span()))
    }
}

/// `-> B:`, `=> [B, C]:`, `-> B within ..`
fn is_message(rest: Cursor<'_>) -> bool {
    arrow(rest)
        .and_then(peek_location)
        .is_some_and(|(_, rest)| punct(rest, ":").is_some() || word(rest, "within").is_some())
}

/// `each w in F`, `each F:`, `par { {`, `try A ->`; elsewhere the words may be Rust's.
fn is_at_once(at: Cursor<'_>) -> bool {
    let Some((keyword, rest)) = at.ident() else { return false };
    match keyword.to_string().as_str() {
        "each" => {
            name(rest).is_some_and(|(_, rest)| word(rest, "in").is_some())
                || peek_location(rest).is_some_and(|(_, rest)| punct(rest, ":").is_some())
        }
        "par" => group(rest, Delimiter::Brace)
            .is_some_and(|(inside, _)| group(inside, Delimiter::Brace).is_some()),
        "try" => peek_location(rest).is_some_and(|(_, rest)| arrow(rest).is_some()),
        _ => false,
    }
}

pub(super) fn embedded_at_once(at: Cursor<'_>) -> syn::Error {
    let keyword = at.ident().map_or(String::new(), |(keyword, _)| keyword.to_string());
    error(
        at.span(),
        &format!("`{keyword}` can't stand inside Rust code"),
        "bind it with `let` first",
    )
}

pub(super) fn embedded_message(at: Span) -> syn::Error {
    error(at, "a message can't stand inside Rust code", "bind the message with `let` first")
}

pub(super) fn embedded_code(at: Span) -> syn::Error {
    error(
        at,
        "code of a role can't stand inside Rust code",
        "bind it with `let` first, or write it as a statement of its own",
    )
}

pub(super) fn embedded_call(at: Span) -> syn::Error {
    error(
        at,
        "the call of a choreography can't stand inside Rust code",
        "bind its result with `let` first",
    )
}

fn error(at: Span, what: &str, help: &str) -> syn::Error {
    syn::Error::new(at, format_args!("{what}\nhelp: {help}"))
}
