//! The names that patterns bind, and dropping them.

use super::tokens;
use crate::rust::{discard, examine_pattern};
use syn::Pat;
use syn::parse::Parser;

fn pat(code: &str) -> Pat {
    Pat::parse_multi_with_leading_vert.parse_str(code).expect(code)
}

fn names(code: &str) -> String {
    let names = examine_pattern(&pat(code));
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[test]
fn bindings_are_found_in_order() {
    assert_eq!(names("x"), "x");
    assert_eq!(names("(a, mut b, ref c, ref mut d)"), "a, b, c, d");
    assert_eq!(names("P { a, b: c, ref d, mut e, .. }"), "a, c, d, e");
    assert_eq!(names("n @ Some(m @ 1..=2)"), "n, m");
    assert_eq!(names("[first, .., rest @ ..]"), "first, rest");
    assert_eq!(names("A(x) | B(x, y) | C { x, y }"), "x, y");
    assert_eq!(names("&(a, &mut b)"), "a, b");
    assert_eq!(names("_ | 1 | \"x\" | a::B | C::D(..)"), "");
}

#[test]
fn capitals_are_constants_unless_marked() {
    assert_eq!(names("(None, MAX, _X, x)"), "_X, x");
    assert_eq!(names("(mut A, ref B, C @ 1)"), "A, B, C");
}

fn discarded(code: &str, kept: &[&str]) -> String {
    let mut pat = pat(code);
    discard(&mut pat, &|ident| !kept.contains(&&*ident.to_string()));
    tokens(&pat)
}

#[test]
fn unused_bindings_are_renamed() {
    assert_eq!(discarded("x", &[]), "_x");
    assert_eq!(discarded("x", &["x"]), "x");
    assert_eq!(discarded("(mut a, mut b)", &["b"]), "(_a, mut b)");
    assert_eq!(discarded("(ref a, ref mut b, mut _c)", &[]), "(ref _a, ref mut _b, mut _c)");
    assert_eq!(discarded("x @ Some(y)", &["y"]), "_x @ Some(y)");
    assert_eq!(discarded("(None, r#type)", &[]), "(None, _type)");
    assert_eq!(discarded("[a, rest @ ..]", &[]), "[_a, _rest @ ..]");
}

#[test]
fn shorthand_gets_its_field() {
    assert_eq!(discarded("P { a, .. }", &[]), "P { a: _a, .. }");
    assert_eq!(
        discarded("P { mut a, ref b, c: d, _e, f }", &["f"]),
        "P { a: _a, b: ref _b, c: _d, _e, f }"
    );
}

#[test]
fn alternatives_stay_consistent() {
    assert_eq!(discarded("A(x, y) | B { x, y }", &["y"]), "A(_x, y) | B { x: _x, y }");
}
