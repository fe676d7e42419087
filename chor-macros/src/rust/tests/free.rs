//! Which identifiers are free: the scopes of Rust.

use super::{free, maybe};

#[test]
fn values_are_free_in_source_order() {
    assert_eq!(free("b + a * b"), "b a b");
    assert_eq!(free("f(x, &y).g(z)[i]"), "f x y z i");
    assert_eq!(free("P { x, y: z, ..rest }"), "x z rest");
    assert_eq!(free("(a, [b, c], d as u8, e..=g, !h)"), "a b c d e g h");
    assert_eq!(free("x = y"), "x y");
    assert_eq!(free("return (a)"), "a");
    assert_eq!(free("r#type"), "r#type");
}

#[test]
fn paths_fields_methods_types_and_labels_are_not() {
    assert_eq!(free("a::b(self::c, <T as D>::e, f::<g>)"), "");
    assert_eq!(free("x.y.z(w).v as u"), "x w");
    assert_eq!(free("xs.iter().map::<y, z>(f)"), "xs f");
    assert_eq!(free("'a: loop { break 'a x }"), "x");
    assert_eq!(free("[0u8; { n }]"), "n");
}

#[test]
fn let_binds_what_follows() {
    assert_eq!(free("{ let x = x + 1; x }"), "x");
    assert_eq!(free("{ x; let x = 1; x }"), "x");
    assert_eq!(free("{ { let x = 1; } x }"), "x");
    assert_eq!(free("{ let (a, P { b, c: d, .. }) = e; a + b + c + d }"), "e c");
    assert_eq!(free("{ let x: [u8; n] = y; let z; z = x; }"), "y");
    assert_eq!(free("{ let r#type = 1; r#type }"), "");
}

#[test]
fn let_else_does_not_bind_in_the_else() {
    assert_eq!(free("{ let Some(x) = y else { return x }; x }"), "y x");
}

#[test]
fn capitals_in_patterns_are_constants() {
    assert_eq!(free("match x { None => a, MAX => b, y => y }"), "x a b");
    assert_eq!(free("match x { A | B => C, E..=F => G, path::H => 1, _ => 2 }"), "x C G");
}

#[test]
fn match_arms_have_scopes() {
    assert_eq!(free("match x { Some(y) if y > z => y + w, _ => y }"), "x z w y");
    assert_eq!(free("match x { n @ (1 | 2) => n, ref m | m => m }"), "x");
    assert_eq!(free("match x { Some(y) if let Some(z) = g(y) && z > 0 => z, _ => z }"), "x g z");
    assert_eq!(free("match s { [first, .., last @ ..] => first + last, _ => 0 }"), "s");
}

#[test]
fn conditions_bind_along_the_chain() {
    assert_eq!(free("if let Some(x) = x { x } else { x }"), "x x");
    assert_eq!(free("if let Some(a) = x && a > b && let Some(b) = a { b } else { a }"), "x b a");
    assert_eq!(free("while let Some(x) = xs.next() { x; }"), "xs");
    assert_eq!(free("{ while let Some(x) = xs.pop() && x > y { x; } x }"), "xs y x");
    assert_eq!(free("if a || b { c } else if let d = e { d } else { d }"), "a b c e d");
}

#[test]
fn loops_bind_their_pattern() {
    assert_eq!(free("for (i, x) in x.iter().enumerate() { i + x + y }"), "x y");
    assert_eq!(free("{ for x in 0..n {} x }"), "n x");
}

#[test]
fn closures_bind_their_parameters() {
    assert_eq!(free("|x, (y, z): (u8, u8)| x + y + z + w"), "w");
    assert_eq!(free("(|x| x)(x)"), "x");
    assert_eq!(free("move || async move { x.await }"), "x");
    assert_eq!(free("xs.iter().map(|x| ys.iter().map(|y| x + y + z))"), "xs ys z");
    assert_eq!(free("async |x| x + y"), "y");
}

#[test]
fn items_see_no_variables() {
    assert_eq!(free("{ fn f(a: u8) -> u8 { a + b } f(c) }"), "c");
    assert_eq!(free("{ f(c); fn f() {} }"), "c");
    assert_eq!(free("{ const X: u8 = y; static z: u8 = w; X + z }"), "");
    assert_eq!(free("{ struct S { a: [u8; n] } impl S { fn f(&self) { x } } S { a: b } }"), "b");
    assert_eq!(free("{ struct t(u8); t(x) }"), "x");
    assert_eq!(free("{ let x = 1; { const x: u8 = 2; x } }"), "");
    assert_eq!(free("{ { fn f() {} } f() }"), "f");
    assert_eq!(free("{ struct s { a: u8 } s }"), "s");
}

#[test]
fn imports_may_be_values() {
    assert_eq!(free("{ use a::{b, c as d, e::*}; b(c, d) }"), "c");
    assert_eq!(maybe("{ use a::{b, c as d, e::*}; b(c, d) }"), "b d");
    assert_eq!(maybe("{ use a::b; let b = 1; b }"), "");
}

#[test]
fn blocks_of_all_kinds_are_scopes() {
    assert_eq!(free("unsafe { let x = 1; x + y }"), "y");
    assert_eq!(free("'a: { let x = 1; break 'a x + y }"), "y");
    assert_eq!(free("const { x }"), "x");
    assert_eq!(free("{ async { let x = 1; x }; x }"), "x");
}
