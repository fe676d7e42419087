//! Where something is: a role, a member of a family by its number, a list of these.

use super::cursor::{Token, group, is_keyword, name, next, punct};
use super::recover::skip_token;
use super::{Parser, fail};
use crate::ast::Location;
use crate::rust;
use proc_macro2::{Delimiter, Ident, Span};
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::{Result, bracketed, token};

/// What has the shape of a location, whether its names are roles or not.
pub(super) struct Peeked<'a> {
    parts: Vec<Part<'a>>,
    /// It stands in brackets.
    pub(super) list: bool,
    pub(super) span: Span,
}

/// `A`, or `F[e]`.
struct Part<'a> {
    name: Ident,
    index: Option<Cursor<'a>>,
}

impl Peeked<'_> {
    pub(super) fn names(&self) -> impl Iterator<Item = &Ident> {
        self.parts.iter().map(|part| &part.name)
    }

    /// `F[e]`
    pub(super) fn is_member(&self) -> bool {
        !self.list && self.parts.iter().any(|part| part.index.is_some())
    }

    /// `A`, `F[0]` or `[A, B]`
    pub(super) fn text(&self) -> String {
        let parts: Vec<String> = self.parts.iter().map(Part::text).collect();
        if parts.len() == 1 { parts.concat() } else { format!("[{}]", parts.join(", ")) }
    }
}

impl Part<'_> {
    fn text(&self) -> String {
        match self.index {
            Some(index) => member_text(&self.name, &index.token_stream()),
            None => self.name.to_string(),
        }
    }
}

/// `F[e]`
pub(super) fn member_text(family: &Ident, index: &impl quote::ToTokens) -> String {
    format!("{family}[{}]", rust::text(index))
}

pub(super) fn peek_location(cursor: Cursor<'_>) -> Option<(Peeked<'_>, Cursor<'_>)> {
    if let Some((part, rest)) = peek_part(cursor) {
        let span = part.name.span();
        return Some((Peeked { parts: vec![part], list: false, span }, rest));
    }
    let (inside, span, rest) = cursor.group(Delimiter::Bracket)?;
    let parts = peek_parts(inside)?;
    (!parts.is_empty()).then(|| (Peeked { parts, list: true, span: span.join() }, rest))
}

/// Before a `:`, an arrow and the like: whatever stands in brackets is an index.
fn peek_part(cursor: Cursor<'_>) -> Option<(Part<'_>, Cursor<'_>)> {
    let (name, rest) = name(cursor)?;
    match group(rest, Delimiter::Bracket) {
        Some((index, rest)) => Some((Part { name, index: Some(index) }, rest)),
        None => Some((Part { name, index: None }, rest)),
    }
}

/// `A, B, F[0]`, and nothing else.
fn peek_parts(mut cursor: Cursor<'_>) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    while !cursor.eof() {
        let (part, rest) = peek_part(cursor)?;
        parts.push(part);
        if rest.eof() {
            break;
        }
        cursor = punct(rest, ",")?;
    }
    Some(parts)
}

impl Parser<'_> {
    /// `A`, `F[e]` or `[A, F[e]]`; `None` if a name in it is no role, which has been reported.
    pub(super) fn parse_location(&mut self, input: ParseStream<'_>) -> Result<Option<Location>> {
        let Some((peeked, _)) = peek_location(input.cursor()) else {
            return self.no_location(input.cursor());
        };
        if !peeked.list {
            let role = self.parse_part(input)?;
            return Ok(role.map(|role| Location { roles: vec![role], span: peeked.span }));
        }
        let content;
        bracketed!(content in input);
        self.parse_list(&content, peeked.span)
    }

    /// What stands in the brackets.
    pub(super) fn parse_list(
        &mut self,
        content: ParseStream<'_>,
        span: Span,
    ) -> Result<Option<Location>> {
        let mut roles = Some(Vec::new());
        while !content.is_empty() {
            let role = self.parse_part(content)?;
            roles = roles.zip(role).map(|(mut roles, role)| {
                roles.push(role);
                roles
            });
            parse_comma(content)?;
        }
        Ok(roles.map(|roles| Location { roles, span }))
    }

    pub(super) fn parse_part(&mut self, input: ParseStream<'_>) -> Result<Option<Ident>> {
        let Some((role, _)) = name(input.cursor()) else {
            return self.no_location(input.cursor());
        };
        skip_token(input);
        if input.peek(token::Bracket) {
            return self.parse_member_of(input, &role);
        }
        Ok(self.require_role(&role).then_some(role))
    }

    fn no_location<T>(&self, cursor: Cursor<'_>) -> Result<T> {
        let help = format!("its roles are {}", self.roles_on_offer());
        let odd = match group(cursor, Delimiter::Bracket) {
            Some((inside, _)) if inside.eof() => {
                return fail(cursor.span(), "this list of roles is empty", help);
            }
            Some((inside, _)) => first_odd(inside).unwrap_or(inside),
            None => cursor,
        };
        self.refuse_number(odd)?;
        fail(odd.span(), format_args!("a role of `{}` is expected here", self.name), help)
    }

    /// A literal where a role is expected means a member.
    pub(super) fn refuse_number(&self, cursor: Cursor<'_>) -> Result<()> {
        match (cursor.literal(), self.first_family()) {
            (Some((number, _)), Some(family)) => fail(
                cursor.span(),
                "a number is no role",
                format_args!("the member of this number is `{family}[{number}]`"),
            ),
            _ => Ok(()),
        }
    }

    pub(super) fn are_roles(&self, location: &Peeked<'_>) -> bool {
        location.names().all(|role| self.is_role(role))
    }

    /// `F`, or a list of families and roles, over whose members `of` ranges.
    pub(super) fn parse_family(
        &mut self,
        input: ParseStream<'_>,
        of: &str,
    ) -> Result<Option<Location>> {
        let peeked = peek_location(input.cursor());
        if let Some((peeked, _)) = &peeked
            && !peeked.list
            && self.are_roles(peeked)
            && peeked.parts.iter().any(|part| part.index.is_some() || !self.is_family(&part.name))
        {
            let help = match self.first_family() {
                Some(family) => format!("write a family, like `{family}`, or a list of roles"),
                None => format!(
                    "declare a family in the header, `Workers[..]`, or write a list: `[{}]`",
                    peeked.text()
                ),
            };
            let what = format!("`{of}` ranges over a family, but `{}` is one role", peeked.text());
            return fail(peeked.span, what, help);
        }
        if let Some((peeked, _)) = &peeked
            && self.first_family().is_none()
            && let Some(name) = peeked.names().find(|name| !self.is_role(name))
        {
            return fail(
                name.span(),
                format_args!("`{name}` is not a role of `{}`", self.name),
                format_args!("declare a family in the header: `{name}[..]`"),
            );
        }
        self.parse_location(input)
    }
}

/// Between roles, or behind the last.
pub(super) fn parse_comma(content: ParseStream<'_>) -> Result<()> {
    if content.parse::<Option<syn::Token![,]>>()?.is_some() || content.is_empty() {
        return Ok(());
    }
    fail(
        super::cursor::before(content.cursor()),
        "`,` is missing after this",
        "separate the roles by commas",
    )
}

/// The first thing in a list that is no name.
fn first_odd(mut cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    while let Some((token, rest)) = next(cursor) {
        match token {
            Token::Ident(ident) if !is_keyword(&ident.to_string()) => {}
            Token::Punct(',') => {}
            _ => return Some(cursor),
        }
        cursor = rest;
    }
    None
}
