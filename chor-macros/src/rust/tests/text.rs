//! Code as text reads as it would be written.

use super::expr;
use crate::rust::{full_text, text};
use proc_macro2::TokenStream;

fn shown(code: &str) -> String {
    let tokens: TokenStream = code.parse().expect(code);
    full_text(&tokens)
}

#[test]
fn code_reads_as_written() {
    for code in [
        "order.title.clone()",
        "price.is_some_and(|price| price <= order.budget)",
        "a + b * -c - !d && *e || &f == &&g",
        "&mut x[1..=n]",
        "(a, (b,), [c; 2], ())",
        "Vec::<u32>::new()",
        "f::<A, Vec<Vec<u8>>>(x)",
        "HashMap<String, Vec<Option<u8>>>",
        "&'a mut [T; N]",
        "Box<dyn for<'a> Fn(&'a u8, &u8) -> &'a u8 + Send + 'static>",
        "<T as Iterator>::Item",
        "<<T as A>::B as C>::D",
        "impl Fn(u8) -> u8 + ?Sized",
        "*const u8",
        "Result<&&str, ::std::io::Error>",
        "P { a, b: c, ref d, mut e, .. }",
        "x @ 1..=5",
        "Some(1) | None",
        "if a < b { c } else { d }",
        "match x { Some(y) if y > 1 => y, _ => 0 }",
        "println!(\"{x} {}\", y)",
        "vec![1, 2]",
        "f().await?.g()?",
        "move |a, mut b: Vec<u8>| a | b",
        "|| ()",
        "async move { x }",
        "a << 2 >> b",
        "a <<= 1",
        "a >>= 1",
        "x as u32 < y",
        "MAX < x",
        "'a: loop { break 'a x; }",
        "{ let x: u8 = 1; x }",
        "{}",
        "S {}",
        "return (a, b)",
        "for (i, x) in xs {}",
        "x..",
        "..",
        "[..n]",
        "crate::a::b",
        "#[cfg(x)] y",
        "r#type",
        "x.0.1",
        "unsafe { *p }",
        "[1, 2][0]",
        "(f)(x)",
        "-1",
        "fn(u8, &str) -> !",
        "if !x {}",
    ] {
        assert_eq!(shown(code), code);
        let spaced = code.replace(' ', "  \n ");
        if !code.contains('"') {
            assert_eq!(shown(&spaced), code);
        }
    }
}

#[test]
fn loose_code_is_tightened() {
    assert_eq!(shown("a . b ( c , d ) [ 0 ]"), "a.b(c, d)[0]");
    assert_eq!(shown("Vec < u32 >"), "Vec<u32>");
    assert_eq!(shown("println ! (\"x\")"), "println!(\"x\")");
    assert_eq!(shown("& x"), "&x");
    assert_eq!(shown("a+b"), "a + b");
}

#[test]
fn parsed_code_reads_the_same() {
    for code in ["a.b(|x| x + 1)?", "if let Some(x) = y { x } else { 0 }", "S { a, ..b }"] {
        assert_eq!(full_text(&expr(code)), code);
    }
}

#[test]
fn numbers_of_members_read_as_they_were_written() {
    for (code, shown) in [
        ("jobs[__index_w].clone()", "jobs[w.index()].clone()"),
        (
            "(__index_w + __len_Nodes - 1) % __len_Nodes",
            "(w.index() + Nodes.len() - 1) % Nodes.len()",
        ),
        ("f(&__index_me, m!(__len_F))", "f(&me.index(), m!(F.len()))"),
    ] {
        assert_eq!(full_text(&expr(code)), shown);
    }
}

#[test]
fn long_text_is_bounded() {
    assert_eq!(text(&expr("short(x)")), "short(x)");
    let deep = "outer(first, inner(second, third, fourth, { fifth(sixth) }), seventh, eighth)";
    assert_eq!(text(&expr(deep)), "outer(first, inner(..), seventh, eighth)");
    let long = text(&expr(&format!("\"{}\"", "ä".repeat(100))));
    assert_eq!(long.chars().count(), 60);
    assert!(long.ends_with(".."));
    assert_eq!(text(&expr("\"a\n   b\"")), "\"a b\"");
}
