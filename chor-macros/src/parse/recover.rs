//! After a mistake: how much to skip.

use super::cursor::{Token, group, next, word};
use super::head::arrow;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::buffer::Cursor;
use syn::parse::ParseStream;

pub(super) fn skip_token(input: ParseStream<'_>) {
    let skipped = input.step(|cursor| match cursor.token_tree() {
        Some((_, rest)) => Ok(((), rest)),
        None => Ok(((), *cursor)),
    });
    debug_assert!(skipped.is_ok(), "a step that can't fail");
}

/// Past the next `;`, or past a block that a new statement follows.
pub(super) fn skip_statement(input: ParseStream<'_>) {
    while !input.is_empty() {
        if input.peek(syn::Token![;]) {
            return skip_token(input);
        }
        let block = input.peek(syn::token::Brace);
        skip_token(input);
        if block && begins_statement(input.cursor()) {
            return;
        }
    }
}

/// Up to the next `,`.
pub(super) fn skip_element(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(syn::Token![,]) {
        skip_token(input);
    }
}

/// Past the next `,`, or past a block that ends an arm.
pub(super) fn skip_arm(input: ParseStream<'_>) {
    while !input.is_empty() {
        if input.peek(syn::Token![,]) {
            return skip_token(input);
        }
        let block = input.peek(syn::token::Brace);
        skip_token(input);
        if block && !continues(input.cursor()) {
            let _: syn::Result<Option<syn::Token![,]>> = input.parse();
            return;
        }
    }
}

/// Up to the next block, if there is one before the statement ends.
pub(super) fn skip_to_block(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(syn::Token![;]) && !input.peek(syn::token::Brace) {
        skip_token(input);
    }
}

/// Up to the `=` of a `let`.
pub(super) fn skip_to_value(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(syn::Token![;]) && !input.peek(syn::Token![=]) {
        skip_token(input);
    }
}

/// Up to the next `chor name`, with its attributes and visibility.
pub(super) fn skip_to_item(input: ParseStream<'_>) {
    while !input.is_empty() && !begins_item(input.cursor()) {
        skip_token(input);
    }
}

pub(super) fn begins_item(cursor: Cursor<'_>) -> bool {
    let cursor = super::cursor::past_attributes(cursor);
    let cursor = word(cursor, "pub")
        .map_or(cursor, |rest| group(rest, Delimiter::Parenthesis).map_or(rest, |(_, rest)| rest));
    word(cursor, "chor").is_some_and(|rest| rest.ident().is_some())
}

/// Whether what stands here can only be a new statement.
pub(super) fn begins_statement(cursor: Cursor<'_>) -> bool {
    match next(cursor) {
        Some((Token::Ident(ident), _)) => ident != "else" && ident != "as",
        Some((Token::Punct(char), _)) => char == '#',
        Some((Token::Group(..) | Token::Other, _)) | None => true,
    }
}

/// Whether an operator goes on with the expression before.
pub(super) fn continues(cursor: Cursor<'_>) -> bool {
    match next(cursor) {
        Some((Token::Ident(ident), _)) => ident == "as",
        Some((Token::Punct(char), _)) => arrow(cursor).is_none() && "+-*/%^&|<>=.?".contains(char),
        _ => false,
    }
}

/// The tokens up to `end`, consumed.
pub(super) fn take_until(input: ParseStream<'_>, end: Cursor<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && input.cursor() != end {
        tokens.extend(input.parse::<TokenTree>());
    }
    tokens
}
