//! Nothing panics, whatever stands there.

use crate::rust::{
    discard, examine, examine_pattern, full_text, literal_type, mentions, name_impls,
    name_lifetimes, rewrite_questions, text, unify, unspeakable,
};
use proc_macro2::TokenStream;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use syn::parse::Parser;
use syn::{Expr, Pat, Type};

const WORDS: &[&str] = &[
    "x",
    "y",
    "Some",
    "T",
    "self",
    "_",
    "1",
    "1u8",
    "'c'",
    "\"{x:y$}\"",
    "\"{\"",
    "'a",
    "'a:",
    "let",
    "if",
    "else",
    "match",
    "loop",
    "while",
    "for",
    "in",
    "break",
    "continue",
    "return",
    "move",
    "async",
    "fn",
    "mut",
    "ref",
    "as",
    "impl",
    "dyn",
    "const",
    "use",
    "macro_rules!",
    "await",
    "?",
    ".",
    "..",
    "..=",
    ",",
    ";",
    ":",
    "::",
    "=",
    "==",
    "=>",
    "->",
    "+",
    "-",
    "*",
    "&",
    "&&",
    "|",
    "||",
    "!",
    "<",
    ">",
    "<<",
    ">>",
    "+=",
    "@",
    "#",
    "'_",
    "println!",
    "matches!",
    "info!",
    "json!",
    "odd!",
    "%",
    "null",
    "$",
];

/// Tokens in balanced brackets.
fn soup() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(WORDS).prop_map(str::to_owned);
    word.prop_recursive(5, 60, 7, |inner| {
        (proptest::collection::vec(inner, 0..7), 0..4).prop_map(|(words, brackets)| {
            let words = words.join(" ");
            match brackets {
                0 => format!("({words})"),
                1 => format!("[{words}]"),
                2 => format!("{{{words}}}"),
                _ => words,
            }
        })
    })
}

/// Code that parses more often than not.
fn code() -> impl Strategy<Value = String> {
    let leaf =
        proptest::sample::select(&["x", "y", "1", "f()", "x?", "x.await", "break", "None"][..]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 40, 3, |inner| {
        let shape = proptest::sample::select(
            &[
                "{ let x = A; B }",
                "|x| A + B",
                "if let Some(y) = A { B } else { C }",
                "match A { y if B => C, _ => x }",
                "for y in A { B; }",
                "'a: loop { A; break 'a B }",
                "println!(\"{x} {}\", A, k = B)",
                "odd!(A => B; C)",
                "matches!(A, Some(y) if B)",
                "{ fn f() { A } use a::x; B }",
                "(A, B)[C]",
                "async { A }",
                "x.f = A",
                "json!({\"a\": A})",
                "info!(x = ?A, \"{y}\", B)",
                "&mut A.f",
                "while A && let y = B { C }",
            ][..],
        );
        (shape, inner.clone(), inner.clone(), inner).prop_map(|(shape, a, b, c)| {
            let filled: Vec<&str> = shape.split_inclusive(['A', 'B', 'C']).collect();
            filled
                .concat()
                .replace('A', &format!("({a})"))
                .replace('B', &format!("({b})"))
                .replace('C', &format!("({c})"))
        })
    })
}

fn everything(stream: &TokenStream) {
    let names: BTreeSet<String> = ["T", "x", "'a"].map(str::to_owned).into();
    let _ = (text(stream), full_text(stream), mentions(stream.clone(), &names));
    if let Ok(mut expr) = syn::parse2::<Expr>(stream.clone()) {
        let _ = (examine(&expr), literal_type(&expr));
        rewrite_questions(&mut expr, &quote::quote!(k));
        let _ = examine(&expr);
    }
    if let Ok(mut pat) = Pat::parse_multi_with_leading_vert.parse2(stream.clone()) {
        let _ = examine_pattern(&pat);
        discard(&mut pat, &|_| true);
    }
    if let Ok(mut ty) = syn::parse2::<Type>(stream.clone()) {
        let _ = unspeakable(&ty);
        unify(&ty, &ty, &names, &mut BTreeMap::new());
        let _ = (name_lifetimes(&mut ty, &mut 0), name_impls(&mut ty, &mut 0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn token_soup_is_survived(code in soup()) {
        if let Ok(stream) = code.parse::<TokenStream>() {
            everything(&stream);
        }
    }

    #[test]
    fn nested_code_is_survived(code in code()) {
        let stream = code.parse::<TokenStream>().expect("balanced");
        prop_assert!(syn::parse2::<Expr>(stream.clone()).is_ok());
        everything(&stream);
    }

    /// Text keeps every token.
    #[test]
    fn text_is_the_same_code(code in code()) {
        let stream = code.parse::<TokenStream>().expect("balanced");
        let again = full_text(&stream).parse::<TokenStream>().expect("still balanced");
        prop_assert_eq!(full_text(&stream), full_text(&again));
        prop_assert_eq!(flat(&stream.to_string()), flat(&again.to_string()));
    }
}

fn flat(code: &str) -> String {
    code.split_whitespace().collect()
}
