//! Forms that the language has a place for but that aren't implemented: families of roles,
//! branches that run at once, deadlines and failures as values.

use super::cursor::{group, name, punct, word};
use super::fail;
use super::head::arrow;
use super::location::peek_location;
use proc_macro2::{Delimiter, Span};
use syn::Result;
use syn::buffer::Cursor;

/// `each w in ..`, `each W: ..`, `par { .. }`, `try A -> ..`, `try each ..`, `W[i]: ..`
pub(super) fn is_refused(cursor: Cursor<'_>) -> bool {
    is_each(cursor) || is_par(cursor) || is_try(cursor) || is_member(cursor)
}

pub(super) fn is_each(cursor: Cursor<'_>) -> bool {
    word(cursor, "each").is_some_and(|rest| peek_location(rest).is_some())
}

fn is_par(cursor: Cursor<'_>) -> bool {
    word(cursor, "par").is_some_and(|rest| group(rest, Delimiter::Brace).is_some())
}

fn is_try(cursor: Cursor<'_>) -> bool {
    word(cursor, "try").is_some_and(|rest| {
        is_each(rest)
            || peek_location(rest).is_some_and(|(_, rest)| arrow(rest).is_some())
            || past_member(rest).is_some_and(|rest| arrow(rest).is_some())
    })
}

/// `Workers[i]` before a `:` or an arrow.
fn is_member(cursor: Cursor<'_>) -> bool {
    past_member(cursor).is_some_and(|rest| punct(rest, ":").is_some() || arrow(rest).is_some())
}

/// Past `Workers[i]`.
fn past_member(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let (_, rest) = name(cursor)?;
    group(rest, Delimiter::Bracket).map(|(_, rest)| rest)
}

/// `each W`, `W[i]`, where a location stands.
pub(super) fn is_family_location(cursor: Cursor<'_>) -> bool {
    is_each(cursor) || past_member(cursor).is_some()
}

pub(super) fn family<T>(at: Span) -> Result<T> {
    Err(family_error(at))
}

pub(super) fn family_error(at: Span) -> syn::Error {
    let help = "name each role in the header, and here the roles that are meant";
    syn::Error::new(at, format_args!("families of roles are not implemented yet\nhelp: {help}"))
}

pub(super) fn deadline<T>(at: Span) -> Result<T> {
    fail(
        at,
        "`within` is not implemented yet",
        "leave it out: the message is awaited without a deadline",
    )
}

/// Says which of them it is.
pub(super) fn refuse<T>(cursor: Cursor<'_>) -> Result<T> {
    let at = cursor.span();
    if is_each(cursor) {
        return fail(
            at,
            "`each` and families of roles are not implemented yet",
            "name each role in the header, and write what each of them does",
        );
    }
    if is_par(cursor) {
        return fail(at, "`par` is not implemented yet", "write the branches one after the other");
    }
    if is_try(cursor) {
        return fail(
            at,
            "`try` is not implemented yet",
            "leave it out: a role that is gone fails its peers",
        );
    }
    family(at)
}
