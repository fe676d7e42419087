//! Looking ahead: single tokens at a cursor, without consuming or copying them.
//!
//! Knows nothing of choreographies.

use proc_macro2::{Delimiter, Ident, Spacing, Span};
use syn::buffer::Cursor;

/// One token tree, and what follows.
pub(super) enum Token<'a> {
    Ident(Ident),
    Punct(char),
    Group(Delimiter, Cursor<'a>),
    /// A literal, a lifetime, or a fragment that a `macro_rules!` has parsed.
    Other,
}

/// The next token tree; a `None`-delimited group is one opaque token.
pub(super) fn next(cursor: Cursor<'_>) -> Option<(Token<'_>, Cursor<'_>)> {
    if cursor.eof() {
        return None;
    }
    if let Some((inside, delimiter, _, rest)) = cursor.any_group() {
        return Some(match delimiter {
            Delimiter::None => (Token::Other, rest),
            _ => (Token::Group(delimiter, inside), rest),
        });
    }
    if let Some((ident, rest)) = cursor.ident() {
        return Some((Token::Ident(ident), rest));
    }
    if let Some((punct, rest)) = cursor.punct() {
        return Some((Token::Punct(punct.as_char()), rest));
    }
    if let Some((_, rest)) = cursor.lifetime() {
        return Some((Token::Other, rest));
    }
    if let Some((_, rest)) = cursor.literal() {
        return Some((Token::Other, rest));
    }
    cursor.token_tree().map(|(_, rest)| (Token::Other, rest))
}

/// Past the operator `text`; `:` and `=` only if they aren't the start of a longer one.
pub(super) fn punct<'a>(cursor: Cursor<'a>, text: &str) -> Option<Cursor<'a>> {
    let mut at = cursor;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let (punct, rest) = at.punct()?;
        if punct.as_char() != char {
            return None;
        }
        let joint = punct.spacing() == Spacing::Joint;
        if chars.peek().is_some() && !joint {
            return None;
        }
        let goes_on = match text {
            ":" => joint && char_at(rest) == Some(':'),
            "=" => joint && matches!(char_at(rest), Some('=' | '>')),
            "." => joint && char_at(rest) == Some('.'),
            "!" => joint && char_at(rest) == Some('='),
            _ => false,
        };
        if goes_on {
            return None;
        }
        at = rest;
    }
    Some(at)
}

/// The punctuation character here.
pub(super) fn char_at(cursor: Cursor<'_>) -> Option<char> {
    cursor.punct().map(|(punct, _)| punct.as_char())
}

/// Past the identifier or keyword `text`.
pub(super) fn word<'a>(cursor: Cursor<'a>, text: &str) -> Option<Cursor<'a>> {
    cursor.ident().filter(|(ident, _)| ident == text).map(|(_, rest)| rest)
}

/// An identifier that is no keyword.
pub(super) fn name(cursor: Cursor<'_>) -> Option<(Ident, Cursor<'_>)> {
    cursor.ident().filter(|(ident, _)| !is_keyword(&ident.to_string()))
}

/// Inside and past a group.
pub(super) fn group(cursor: Cursor<'_>, delimiter: Delimiter) -> Option<(Cursor<'_>, Cursor<'_>)> {
    cursor.group(delimiter).map(|(inside, _, rest)| (inside, rest))
}

/// Past outer attributes.
pub(super) fn past_attributes(mut cursor: Cursor<'_>) -> Cursor<'_> {
    while let Some((_, rest)) = punct(cursor, "#").and_then(|rest| group(rest, Delimiter::Bracket))
    {
        cursor = rest;
    }
    cursor
}

/// The token before, to which something is missing.
pub(super) fn before(cursor: Cursor<'_>) -> Span {
    cursor.prev_span()
}

pub(super) fn is_keyword(text: &str) -> bool {
    matches!(
        text,
        "abstract"
            | "as"
            | "async"
            | "await"
            | "become"
            | "box"
            | "break"
            | "const"
            | "continue"
            | "crate"
            | "do"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "false"
            | "final"
            | "fn"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "macro"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "override"
            | "priv"
            | "pub"
            | "ref"
            | "return"
            | "Self"
            | "self"
            | "static"
            | "struct"
            | "super"
            | "trait"
            | "true"
            | "try"
            | "type"
            | "typeof"
            | "unsafe"
            | "unsized"
            | "use"
            | "virtual"
            | "where"
            | "while"
            | "yield"
            | "_"
    )
}
