//! `T @ A`, `(X @ A, Y @ B)`, `chor(X @ A) -> Y @ B | C`

use super::cursor::{Token as Next, group, next, punct, word};
use super::recover::{skip_element, skip_token};
use super::{Parser, fail};
use crate::ast::{ChorType, Location, Type};
use proc_macro2::Delimiter;
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{Result, Token, parenthesized};

impl Parser<'_> {
    /// A type that says where its values are.
    pub(super) fn parse_type(&mut self, input: ParseStream<'_>) -> Result<Type> {
        self.parse_any_type(input, true)
    }

    /// The type of a `let`, whose location may follow from its value.
    pub(super) fn parse_let_type(&mut self, input: ParseStream<'_>) -> Result<Type> {
        self.parse_any_type(input, false)
    }

    fn parse_any_type(&mut self, input: ParseStream<'_>, located: bool) -> Result<Type> {
        let cursor = input.cursor();
        let brace = group(cursor, Delimiter::Brace).is_some();
        if input.is_empty()
            || brace
            || ["=", ";", ",", "@", "|"].iter().any(|sign| punct(cursor, sign).is_some())
        {
            return fail(cursor.span(), "a type is expected here", "write `Type @ A`");
        }
        if word(cursor, "chor").is_some_and(|rest| group(rest, Delimiter::Parenthesis).is_some()) {
            return self.parse_chor_type(input);
        }
        if let Some((inside, rest)) = group(cursor, Delimiter::Parenthesis)
            && punct(rest, "@").is_none()
            && (inside.eof() && located || is_choreographic(inside))
        {
            return self.parse_tuple_type(input);
        }
        self.parse_located_type(input, located)
    }

    fn parse_located_type(&mut self, input: ParseStream<'_>, located: bool) -> Result<Type> {
        let ty: syn::Type = input.parse()?;
        if !input.peek(Token![@]) {
            if !located {
                return Ok(Type::Located { ty: Box::new(ty), at: None });
            }
            self.report(
                ty.span(),
                "this type doesn't say which roles hold its value",
                self.offer_locations(),
            );
            return Ok(Type::Error);
        }
        skip_token(input);
        if word(input.cursor(), "each").is_some() {
            return self.parse_each_type(input, ty);
        }
        let at = self.parse_location(input)?;
        Ok(match at {
            Some(at) => Type::Located { ty: Box::new(ty), at: Some(at) },
            None => Type::Error,
        })
    }

    /// `each F`
    fn parse_each_type(&mut self, input: ParseStream<'_>, ty: syn::Type) -> Result<Type> {
        skip_token(input);
        let at = self.parse_family(input, "each")?;
        Ok(at.map_or(Type::Error, |at| Type::Each { ty: Box::new(ty), at }))
    }

    fn offer_locations(&self) -> String {
        match self.role_names().collect::<Vec<_>>().as_slice() {
            [] => "write a role after it: `@ A`".to_owned(),
            [one] => format!("write `@ {one}` after it"),
            [one, two] => format!("write `@ {one}`, `@ {two}` or `@ [{one}, {two}]` after it"),
            [one, two, ..] => format!(
                "write `@ {one}` or `@ [{one}, {two}]` after it; the roles are {}",
                self.roles_on_offer()
            ),
        }
    }

    fn parse_tuple_type(&mut self, input: ParseStream<'_>) -> Result<Type> {
        let content;
        parenthesized!(content in input);
        let (mut elems, comma) = self.parse_type_list(&content);
        Ok(match elems.pop() {
            Some(only) if elems.is_empty() && !comma => only,
            last => {
                elems.extend(last);
                Type::Tuple { elems }
            }
        })
    }

    /// Types between commas, and whether there is a comma after the last.
    fn parse_type_list(&mut self, content: ParseStream<'_>) -> (Vec<Type>, bool) {
        let mut types = Vec::new();
        let mut comma = false;
        while !content.is_empty() {
            types.push(self.parse_type(content).unwrap_or_else(|error| {
                self.errors.push(error);
                skip_element(content);
                Type::Error
            }));
            comma = content.peek(Token![,]);
            if !comma && !content.is_empty() {
                self.report(
                    content.span(),
                    "`,` is expected between types",
                    "write `(X @ A, Y @ B)`",
                );
                skip_element(content);
            }
            skip_token(content);
        }
        (types, comma)
    }

    fn parse_chor_type(&mut self, input: ParseStream<'_>) -> Result<Type> {
        skip_token(input);
        let content;
        parenthesized!(content in input);
        let (inputs, _) = self.parse_type_list(&content);
        let output = match input.parse::<Option<Token![->]>>()? {
            Some(_) => Some(self.parse_type(input)?),
            None => None,
        };
        let auxiliary = self.parse_auxiliary(input)?;
        Ok(Type::Chor(Box::new(ChorType { inputs, output, auxiliary })))
    }

    /// `| C`
    pub(super) fn parse_auxiliary(&mut self, input: ParseStream<'_>) -> Result<Option<Location>> {
        if !input.peek(Token![|]) {
            return Ok(None);
        }
        skip_token(input);
        let auxiliary = self.parse_location(input)?;
        if input.peek(Token![|]) {
            return fail(
                input.span(),
                "the auxiliary roles of a choreography are named once",
                "write `| [C, D]`; a `chor` type that is a result stands in parentheses",
            );
        }
        Ok(auxiliary)
    }
}

/// Whether a parenthesised type has located elements.
fn is_choreographic(mut inside: Cursor<'_>) -> bool {
    let mut begins = true;
    while let Some((token, rest)) = next(inside) {
        let found = match &token {
            Next::Punct('@') => true,
            Next::Ident(name) => {
                begins && name == "chor" && group(rest, Delimiter::Parenthesis).is_some()
            }
            Next::Group(Delimiter::Parenthesis, inner) => begins && is_choreographic(*inner),
            _ => false,
        };
        if found {
            return true;
        }
        begins = matches!(token, Next::Punct(','));
        inside = rest;
    }
    false
}
