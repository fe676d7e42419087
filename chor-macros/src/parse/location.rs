//! Roles and lists of roles.

use super::cursor::{Token, group, is_keyword, name, next, punct};
use super::{Parser, fail, refuse};
use crate::ast::Location;
use proc_macro2::{Delimiter, Ident};
use syn::Result;
use syn::buffer::Cursor;
use syn::parse::ParseStream;

/// What has the shape of a location, whether its names are roles or not.
pub(super) fn peek_location(cursor: Cursor<'_>) -> Option<(Location, Cursor<'_>)> {
    if let Some((role, rest)) = name(cursor) {
        let span = role.span();
        return Some((Location { roles: vec![role], span }, rest));
    }
    let (inside, span, rest) = cursor.group(Delimiter::Bracket)?;
    let roles = peek_names(inside)?;
    (!roles.is_empty()).then(|| (Location { roles, span: span.join() }, rest))
}

/// `A, B, C`, and nothing else.
pub(super) fn peek_names(mut cursor: Cursor<'_>) -> Option<Vec<Ident>> {
    let mut names = Vec::new();
    while !cursor.eof() {
        let (found, rest) = name(cursor)?;
        names.push(found);
        if rest.eof() {
            break;
        }
        cursor = punct(rest, ",")?;
    }
    Some(names)
}

impl Parser<'_> {
    /// `A` or `[A, B]`; `None` if a name in it is no role, which has been reported.
    pub(super) fn parse_location(&mut self, input: ParseStream<'_>) -> Result<Option<Location>> {
        let cursor = input.cursor();
        if refuse::is_family_location(cursor) {
            return refuse::family(cursor.span());
        }
        let Some((location, _)) = peek_location(cursor) else {
            return self.no_location(cursor);
        };
        super::recover::skip_token(input);
        let mut known = true;
        for role in &location.roles {
            known &= self.require_role(role);
        }
        Ok(known.then_some(location))
    }

    fn no_location<T>(&self, cursor: Cursor<'_>) -> Result<T> {
        let help = format!("its roles are {}", self.roles_on_offer());
        match group(cursor, Delimiter::Bracket) {
            Some((inside, _)) if inside.eof() => {
                fail(cursor.span(), "this list of roles is empty", help)
            }
            Some((inside, _)) => {
                let odd = first_odd(inside).unwrap_or(inside);
                fail(odd.span(), format_args!("a role of `{}` is expected here", self.name), help)
            }
            None => fail(
                cursor.span(),
                format_args!("a role of `{}` is expected here", self.name),
                help,
            ),
        }
    }

    pub(super) fn is_role(&self, ident: &Ident) -> bool {
        let text = ident.to_string();
        self.role_names.contains(&text)
    }

    pub(super) fn are_roles(&self, location: &Location) -> bool {
        location.roles.iter().all(|role| self.is_role(role))
    }

    /// Reports a name that is no role.
    fn require_role(&mut self, role: &Ident) -> bool {
        if self.is_role(role) {
            return true;
        }
        if !self.readable {
            return false;
        }
        let what = format!("`{role}` is not a role of `{}`", self.name);
        let offer = self.roles_on_offer();
        let verb = if self.role_names.len() == 1 { "its role is" } else { "its roles are" };
        match self.closest_role(&role.to_string()) {
            Some(close) => {
                let help = format!("did you mean `{close}`? {verb} {offer}");
                self.report(role.span(), what, help);
            }
            None => self.report(role.span(), what, format_args!("{verb} {offer}")),
        }
        false
    }

    /// `` `A`, `B` and `C` ``
    pub(super) fn roles_on_offer(&self) -> String {
        let quoted: Vec<String> = self.role_names.iter().map(|role| format!("`{role}`")).collect();
        match quoted.as_slice() {
            [] => "not known".to_owned(),
            [one] => one.clone(),
            [most @ .., last] => format!("{} and {last}", most.join(", ")),
        }
    }

    fn closest_role(&self, name: &str) -> Option<&str> {
        let typed = name.to_lowercase();
        self.role_names
            .iter()
            .map(|role| (distance(&typed, &role.to_lowercase()), role.as_str()))
            .filter(|(distance, role)| *distance <= role.chars().count() / 3)
            .min()
            .map(|(_, role)| role)
    }
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

/// The number of letters to change, add or drop.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, char) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in right.iter().enumerate() {
            let changed = diagonal + usize::from(char != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
