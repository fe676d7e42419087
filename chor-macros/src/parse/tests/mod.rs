//! Each form, each message, and arbitrary tokens.

mod arbitrary;
mod errors;
mod families;
mod flow;
mod forms;
mod render;
mod speed;

use super::parse;
use crate::ast::Source;
use crate::error::Errors;
use proc_macro2::{TokenStream, TokenTree};

/// Parses items; the facade is `::chor`. Each mistake with the tokens it points at.
fn read(items: &str) -> (Source, Vec<String>) {
    let mut errors = Errors::new();
    let text = format!("::chor; {items}");
    let source = parse(text.parse().expect("tokens"), &mut errors);
    let messages = errors.messages();
    let places = places(errors.into_compile_errors(), &text);
    assert_eq!(places.len(), messages.len());
    let messages = places.iter().zip(messages).map(|(place, message)| {
        let message = message.replace("\nhelp: ", " | ");
        format!("<{place}> {message}")
    });
    (source, messages.collect())
}

/// What each `::core::compile_error!{..}` points at, in a text of one line.
fn places(errors: TokenStream, text: &str) -> Vec<String> {
    let mut places = Vec::new();
    let mut start = None;
    for token in errors {
        let first = *start.get_or_insert(token.span().start().column);
        if let TokenTree::Group(group) = token {
            let end = group.span_close().end().column;
            places.push(text.chars().skip(first).take(end.saturating_sub(first)).collect());
            start = None;
        }
    }
    places
}

/// The statements of a body between `A`, `B` and `C`.
fn body(stmts: &str) -> String {
    let (rest, errors) = mistakes(stmts);
    assert!(errors.is_empty(), "{stmts}\n{errors:#?}");
    rest
}

/// What is left of a body between a `Leader` and `Workers`, and what is said about it.
fn with_family(stmts: &str) -> (String, Vec<String>) {
    let (source, errors) = read(&format!("chor f[Leader, Workers[..]]() {{ {stmts} }}"));
    assert_eq!(source.items.len(), 1, "{stmts}");
    (render::stmts(&source.items[0].body), errors)
}

/// What is left of a body between `A`, `B` and `C`, and what is said about it.
fn mistakes(stmts: &str) -> (String, Vec<String>) {
    let (source, errors) = read(&format!("chor f[A, B, C]() {{ {stmts} }}"));
    assert_eq!(source.items.len(), 1, "{stmts}");
    (render::stmts(&source.items[0].body), errors)
}

/// Each statement list with how it is understood.
fn reads(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(body(source), *expected, "{source}");
    }
}
