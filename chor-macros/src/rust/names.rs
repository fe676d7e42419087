//! Names in tokens whose grammar is not known, and names made from other names.

use super::format;
use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeSet;
use syn::LitStr;
use syn::ext::IdentExt;

/// What tokens of unknown grammar may do.
#[derive(Debug, Default)]
pub struct Hints {
    pub idents: Vec<Ident>,
    pub awaits: bool,
    pub questions: bool,
}

/// Every identifier that may be the use of a variable: no keyword, field, method, path segment,
/// label or macro name. Strings may be format strings.
pub fn scan(tokens: TokenStream) -> Hints {
    let mut hints = Hints::default();
    scan_into(tokens, &mut hints);
    hints
}

fn scan_into(tokens: TokenStream, hints: &mut Hints) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let (before, after) = tokens.split_at(index);
        match token {
            TokenTree::Group(group) => scan_into(group.stream(), hints),
            TokenTree::Ident(ident) if follows_dot(before) => hints.awaits |= ident == "await",
            TokenTree::Ident(ident) => {
                if may_be_variable(ident, before, &after[1..]) {
                    hints.idents.push(ident.clone());
                }
            }
            TokenTree::Literal(literal) => {
                hints.idents.extend(string_names(literal));
            }
            TokenTree::Punct(punct) => {
                hints.questions |= punct.as_char() == '?' && ends_operand(before.last());
            }
        }
    }
}

fn may_be_variable(ident: &Ident, before: &[TokenTree], after: &[TokenTree]) -> bool {
    let in_path = ends_with(before, "::") || starts_with(after, "::");
    let is_macro = starts_with(after, "!") && !starts_with(after, "!=");
    !in_path && !is_macro && !ends_with(before, "'") && !is_keyword(ident)
}

fn is_keyword(ident: &Ident) -> bool {
    ident == "_" || syn::parse2::<Ident>(ident.to_token_stream()).is_err() && ident != "self"
}

/// Behind the `.` of a field or a method, not behind the `..` of a range.
fn follows_dot(before: &[TokenTree]) -> bool {
    ends_with(before, ".") && !ends_with(before, "..")
}

fn ends_operand(token: Option<&TokenTree>) -> bool {
    match token {
        Some(TokenTree::Ident(ident)) => ident == "await" || ident == "self" || !is_keyword(ident),
        Some(TokenTree::Punct(punct)) => punct.as_char() == '?',
        Some(_) => true,
        None => false,
    }
}

fn ends_with(tokens: &[TokenTree], puncts: &str) -> bool {
    let count = puncts.chars().count();
    tokens.len() >= count && starts_with(&tokens[tokens.len() - count..], puncts)
}

fn starts_with(tokens: &[TokenTree], puncts: &str) -> bool {
    let mut expected = puncts.chars().peekable();
    for token in tokens {
        let (Some(next), TokenTree::Punct(punct)) = (expected.next(), token) else { return false };
        let joined = punct.spacing() == Spacing::Joint;
        match expected.peek() {
            _ if punct.as_char() != next => return false,
            Some(_) if joined => {}
            Some(_) => return false,
            None => return true,
        }
    }
    false
}

fn string_names(literal: &proc_macro2::Literal) -> Vec<Ident> {
    let token = TokenTree::Literal(literal.clone());
    syn::parse2::<LitStr>(token.into()).map_or_else(|_| Vec::new(), |it| format::inline_names(&it))
}

/// Which of the names (types and constants; lifetimes as `'a`) the tokens may mention. Constants
/// count in format strings too.
pub fn mentions(tokens: TokenStream, names: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    mentions_into(tokens, names, &mut found);
    found
}

fn mentions_into(tokens: TokenStream, names: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let before = &tokens[..index];
        let mut mention = |name: String| {
            if names.contains(&name) {
                found.insert(name);
            }
        };
        match token {
            TokenTree::Group(group) => mentions_into(group.stream(), names, found),
            TokenTree::Ident(ident) if ends_with(before, "'") => mention(format!("'{ident}")),
            TokenTree::Ident(_) if follows_dot(before) || ends_with(before, "::") => {}
            TokenTree::Ident(ident) => mention(ident.unraw().to_string()),
            TokenTree::Literal(literal) => {
                for name in string_names(literal) {
                    mention(name.to_string());
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// The name of a role's field in an outcome: `PrimaryServer` gives `primary_server`.
pub fn field_name(role: &Ident) -> Ident {
    let name = snake_case(&role.unraw().to_string());
    match &*name {
        "self" | "super" | "crate" | "_" => Ident::new(&format!("{name}_"), role.span()),
        // Reserved since edition 2024.
        "gen" => Ident::new_raw(&name, role.span()),
        _ if syn::parse_str::<Ident>(&name).is_err() => Ident::new_raw(&name, role.span()),
        _ => Ident::new(&name, role.span()),
    }
}

fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| chars[before]);
        let after = chars.get(index + 1);
        // A word starts after a small letter, and with the last capital of several: `HTTPServer`.
        let starts = before.is_some_and(|before| {
            before != '_' && (!before.is_uppercase() || after.is_some_and(|c| c.is_lowercase()))
        });
        if c.is_uppercase() && starts {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}
