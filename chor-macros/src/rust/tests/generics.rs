//! Types by their spelling.

use super::{expr, ty};
use crate::rust::{
    Unspeakable, field_name, full_text, literal_type, mentions, name_impls, name_lifetimes,
    substitute, unify, unspeakable,
};
use proc_macro2::{Ident, Span};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn literals_show_their_type() {
    let shown = |code| literal_type(&expr(code)).map(|ty| full_text(&ty)).unwrap_or_default();
    assert_eq!(shown("1u32"), "u32");
    assert_eq!(shown("(-1.5f64)"), "f64");
    assert_eq!(shown("-3i8"), "i8");
    assert_eq!(shown("true"), "bool");
    assert_eq!(shown("'c'"), "char");
    assert_eq!(shown("b'c'"), "u8");
    for code in ["1", "1.5", "\"x\"", "b\"x\"", "-x", "!1u8", "x", "1u8 + 2u8"] {
        assert_eq!(shown(code), "", "{code}");
    }
}

#[test]
fn some_types_are_unspeakable() {
    let found = |code| unspeakable(&ty(code)).map(|(_, what)| what);
    assert_eq!(found("Vec<_>"), Some(Unspeakable::Inferred));
    assert_eq!(found("[u8; _]"), Some(Unspeakable::Inferred));
    assert_eq!(found("(u8, &str)"), Some(Unspeakable::Reference));
    assert_eq!(found("&'static str"), Some(Unspeakable::Reference));
    assert_eq!(found("Cow<'_, str>"), Some(Unspeakable::ElidedLifetime));
    assert_eq!(found("Option<impl Fn()>"), Some(Unspeakable::ImplTrait));
    for code in ["u8", "Cow<'static, str>", "fn(&u8) -> &u8", "Box<dyn Fn(&u8)>", "[T; N]"] {
        assert_eq!(found(code), None, "{code}");
    }
}

fn bindings(pattern: &str, concrete: &str) -> BTreeMap<String, syn::Type> {
    let vars = ["K", "V", "N"].map(str::to_owned).into();
    let mut bound = BTreeMap::new();
    unify(&ty(pattern), &ty(concrete), &vars, &mut bound);
    bound
}

fn unified(pattern: &str, concrete: &str) -> String {
    let bound = bindings(pattern, concrete);
    bound
        .iter()
        .map(|(var, ty)| format!("{var} = {}", full_text(ty)))
        .collect::<Vec<_>>()
        .join(", ")
}

#[test]
fn variables_are_bound_by_spelling() {
    assert_eq!(unified("Vec<K>", "Vec<String>"), "K = String");
    assert_eq!(unified("K", "&'a [u8]"), "K = &'a [u8]");
    assert_eq!(
        unified("(K, Option<V>)", "(u8, std::option::Option<(u16,)>)"),
        "K = u8, V = (u16,)"
    );
    assert_eq!(unified("[K; N]", "[u8; 4]"), "K = u8, N = 4");
    assert_eq!(unified("Grid<N>", "Grid<4>"), "N = 4");
    assert_eq!(unified("[u8; N]", "[u8; a + 1]"), "N = { a + 1 }");
    assert_eq!(unified("&[K]", "&'a [u8]"), "K = u8");
    assert_eq!(unified("Foo<'a, K>", "Foo<u8>"), "K = u8");
    assert_eq!(unified("fn(K) -> V", "fn(u8) -> u16"), "K = u8, V = u16");
    assert_eq!(unified("Box<dyn Fn(K) -> V>", "Box<dyn Fn(u8) -> u16>"), "K = u8, V = u16");
    assert_eq!(unified("Box<dyn Iterator<Item = K>>", "Box<dyn Iterator<Item = u8>>"), "K = u8");
}

#[test]
fn differences_bind_nothing() {
    assert_eq!(unified("Vec<K>", "Option<u8>"), "");
    assert_eq!(unified("(K, V)", "(u8,)"), "");
    assert_eq!(unified("(K, K)", "(u8, u16)"), "K = u8");
    assert_eq!(unified("(K, K)", "(_, u16)"), "K = u16");
    assert_eq!(unified("T", "u8"), "");
}

#[test]
fn variables_are_replaced() {
    let substituted = |code: &str| {
        let mut ty = ty(code);
        substitute(&mut ty, &bindings("(K, V, Grid<N>)", "(String, dyn A + B, Grid<4>)"));
        full_text(&ty)
    };
    assert_eq!(substituted("HashMap<K, Vec<K>>"), "HashMap<String, Vec<String>>");
    assert_eq!(substituted("(K, T)"), "(String, T)");
    assert_eq!(substituted("[K; N]"), "[String; 4]");
    assert_eq!(substituted("Grid<N>"), "Grid<4>");
    assert_eq!(substituted("[u8; N + 1]"), "[u8; 4 + 1]");
    assert_eq!(substituted("&mut V"), "&mut (dyn A + B)");
    assert_eq!(substituted("Box<V>"), "Box<dyn A + B>");
    assert_eq!(substituted("K::Item"), "<String>::Item");
    assert_eq!(substituted("<K as Tr>::Item"), "<String as Tr>::Item");
    assert_eq!(substituted("[u8; K::SIZE]"), "[u8; <String>::SIZE]");
    assert_eq!(substituted("a::K"), "a::K");
    assert_eq!(substituted("Box<dyn Fn(K) -> V>"), "Box<dyn Fn(String) -> dyn A + B>");
}

#[test]
fn elided_lifetimes_are_named() {
    let named = |code: &str| {
        let mut ty = ty(code);
        let names = name_lifetimes(&mut ty, &mut 0);
        format!("{} for {}", full_text(&ty), names.len())
    };
    assert_eq!(named("&u8"), "&'__0 u8 for 1");
    assert_eq!(named("&mut &'a Foo<'_, '_>"), "&'__0 mut &'a Foo<'__1, '__2> for 3");
    assert_eq!(named("fn(&u8) -> &u8"), "fn(&u8) -> &u8 for 0");
    assert_eq!(named("impl Fn(&u8) -> &u8 + '_"), "impl Fn(&u8) -> &u8 + '__0 for 1");
    assert_eq!(named("&dyn for<'a> Fn(&'a u8)"), "&'__0 dyn for<'a> Fn(&'a u8) for 1");
    assert_eq!(named("impl Iterator<Item = &u8>"), "impl Iterator<Item = &'__0 u8> for 1");
    let mut counter = 3;
    let fresh = name_lifetimes(&mut ty("(&u8, &u8)"), &mut counter);
    assert_eq!((fresh[1].to_string(), counter), ("'__4".to_owned(), 5));
}

#[test]
fn impls_become_parameters() {
    let named = |code: &str| {
        let mut ty = ty(code);
        let params = name_impls(&mut ty, &mut 0);
        let params: Vec<_> = params.iter().map(full_text).collect();
        format!("{} where {}", full_text(&ty), params.join("; "))
    };
    assert_eq!(named("impl Fn(u8) -> u8"), "__Impl0 where __Impl0: Fn(u8) -> u8");
    assert_eq!(named("&mut (impl A + ?Sized)"), "&mut __Impl0 where __Impl0: A + ?Sized");
    assert_eq!(
        named("(impl Iterator<Item = impl B>, impl C)"),
        "(__Impl0, __Impl2) where __Impl0: Iterator<Item = __Impl1>; __Impl1: B; __Impl2: C"
    );
    assert_eq!(named("u8"), "u8 where ");
}

#[test]
fn mentions_are_found() {
    let found = |code: &str| {
        let names: BTreeSet<String> = ["T", "N", "'a"].map(str::to_owned).into();
        let found = mentions(code.parse().expect(code), &names);
        found.into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found("Vec<T>"), "T");
    assert_eq!(found("{ let x: &'a [u8; N] = f(T::new()); }"), "'a N T");
    assert_eq!(found("a::T + x.T + 'T + a"), "");
    assert_eq!(found("0..N"), "N");
    assert_eq!(found("println!(\"{N}\")"), "N");
}

#[test]
fn roles_name_fields() {
    let named = |name: &str| field_name(&Ident::new(name, Span::call_site())).to_string();
    for (role, field) in [
        ("Buyer", "buyer"),
        ("Buyer1", "buyer1"),
        ("PrimaryServer", "primary_server"),
        ("HTTPServer", "http_server"),
        ("Http2Server", "http2_server"),
        ("A", "a"),
        ("AB", "ab"),
        ("X509", "x509"),
        ("My_Role", "my_role"),
        ("_Hidden", "_hidden"),
        ("Type", "r#type"),
        ("Gen", "r#gen"),
        ("Crate", "crate_"),
        ("Super", "super_"),
        ("Ärzte", "ärzte"),
    ] {
        assert_eq!(named(role), field);
    }
}
