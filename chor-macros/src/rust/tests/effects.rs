//! What code does, and what it is as a whole.

use super::{expr, facts};
use crate::rust::{StrayKind, full_text, rewrite_questions};
use quote::quote;

#[test]
fn pure_code_has_no_effect() {
    for code in [
        "1",
        "x",
        "a::B",
        "x.y[0].z + !w as u8",
        "Some((a, [b; 2], &c))",
        "Order { id, ..base }",
        "Shape::New(1..2, ..=3)",
        "|| f()",
        "async { f().await }",
        "if let Some(x) = y && x > 1 { x } else { 0 }",
        "match x { Some(y) if y > 1 => { let z = y; z } _ => 0 }",
        "{ fn f() { g() } ; 1 }",
        "const { f() }",
    ] {
        assert!(facts(code).pure, "{code}");
    }
}

#[test]
fn other_code_may_have_one() {
    for code in [
        "f()",
        "x.f()",
        "Vec::new()",
        "vec![]",
        "{ println!() }",
        "x = 1",
        "x += 1",
        "&mut x",
        "x?",
        "x.await",
        "Some(f())",
        "match x { y if f(y) => 1, _ => 2 }",
        "if f() { 1 } else { 2 }",
        "{ let x = f(); 1 }",
        "loop {}",
        "return",
        "Order { ..f() }",
        "unsafe { x }",
    ] {
        assert!(!facts(code).pure, "{code}");
    }
}

#[test]
fn awaits_and_questions_belong_to_the_outermost_code() {
    for code in ["f().await", "{ if x { y.await } }", "f(|| g())(x.await)"] {
        assert!(facts(code).awaits, "{code}");
    }
    for code in ["async { f().await? }", "|| f()?", "async || f().await?", "{ fn f() { g()? } }"] {
        let found = facts(code);
        assert!(!found.awaits && !found.questions, "{code}");
    }
    assert!(facts("g(f()?)").questions);
    assert!(!facts("try { f()? }").questions);
}

fn stray(code: &str) -> String {
    let found = facts(code).stray.into_iter().map(|stray| {
        let kind = match stray.kind {
            StrayKind::Return => "return",
            StrayKind::Break => "break",
            StrayKind::Continue => "continue",
        };
        stray.label.map_or_else(|| kind.to_owned(), |label| format!("{kind} {label}"))
    });
    found.collect::<Vec<_>>().join(", ")
}

#[test]
fn control_flow_must_stay_inside() {
    assert_eq!(stray("{ return 1 }"), "return");
    assert_eq!(stray("if x { break } else { continue }"), "break, continue");
    assert_eq!(stray("loop { break; }"), "");
    assert_eq!(stray("'a: { break 'a 1 }"), "");
    assert_eq!(stray("'a: { break }"), "break");
    assert_eq!(stray("'a: for x in y { while z { continue 'a; } break; }"), "");
    assert_eq!(stray("loop { break 'out; continue 'out }"), "break 'out, continue 'out");
    assert_eq!(stray("{ 'a: loop { break 'a; } break 'a }"), "break 'a");
    assert_eq!(stray("for x in { break } {}"), "break");
    assert_eq!(stray("loop { return }"), "return");
    assert_eq!(stray("{ || return; async { return }; fn f() { return } }"), "");
    assert_eq!(stray("try { return f()? }"), "return");
}

#[test]
fn divergence_is_seen() {
    for code in [
        "panic!()",
        "{ std::todo!(\"x\") }",
        "{ f(); unreachable!(); }",
        "return 1",
        "std::process::exit(1)",
        "if x { panic!() } else { loop {} }",
        "match x { 1 => panic!(), _ => return }",
        "loop { for x in y { break } }",
        "'a: loop { loop { break } || loop { break 'a } }",
        "{ let x = panic!(); }",
        "f(panic!())",
    ] {
        assert!(facts(code).diverges, "{code}");
    }
    for code in [
        "1",
        "if x { panic!() }",
        "'a: { break 'a; panic!() }",
        "loop { break }",
        "'a: loop { loop { break 'a } }",
        "loop { odd!() }",
        "loop { vec![if x { break }]; }",
        "|| panic!()",
        "match x {}",
        "exit(1)",
    ] {
        assert!(!facts(code).diverges, "{code}");
    }
}

#[test]
fn the_whole_is_recognised() {
    let name = |ident: Option<proc_macro2::Ident>| ident.map(|ident| ident.to_string());
    assert_eq!(name(facts("((x))").variable).as_deref(), Some("x"));
    assert_eq!(name(facts("x.y").variable), None);
    assert_eq!(name(facts("a::x").variable), None);
    assert_eq!(name(facts("(&x)").reference).as_deref(), Some("x"));
    assert_eq!(name(facts("&mut x").reference), None);
    assert_eq!(name(facts("&x.y").reference), None);
    let mutable = |code| name(facts(code).mutable_reference.map(|(ident, _)| ident));
    assert_eq!(mutable("&mut x").as_deref(), Some("x"));
    assert_eq!(mutable("&mut (*x.f)[i]").as_deref(), Some("x"));
    assert_eq!(mutable("&mut f(x)"), None);
    assert_eq!(mutable("&x"), None);
}

#[test]
fn assignments_have_roots() {
    let name = |code| facts(code).assigned.map(|ident| ident.to_string());
    for code in ["x = 1", "x.f[i] += 1", "*x = y", "(x).0 <<= 1", "(x = 1)"] {
        assert_eq!(name(code).as_deref(), Some("x"), "{code}");
    }
    for code in ["x == 1", "f(x).y = 1", "{ x = 1 }", "_ = x", "(x, y) = z"] {
        assert_eq!(name(code), None, "{code}");
    }
    assert_eq!(
        super::joined(&facts("(x, [y.z, _], S { a: *w, .. }, T(v)) = u").targets),
        "x y w v"
    );
}

fn rewritten(code: &str) -> String {
    let mut expr = expr(code);
    rewrite_questions(&mut expr, &quote!(k::__private));
    full_text(&expr).replace("k::__private::OrFail::or_fail", "ok")
}

#[test]
fn questions_are_wrapped() {
    assert_eq!(rewritten("f()?"), "(ok(f()))?");
    assert_eq!(rewritten("a?.b(c?)?.d"), "(ok((ok(a))?.b((ok(c))?)))?.d");
    assert_eq!(
        rewritten("{ let x = y?; if z? { w?; } }"),
        "{ let x = (ok(y))?; if (ok(z))? { (ok(w))?; } }"
    );
    assert_eq!(rewritten("f().await?"), "(ok(f().await))?");
    assert_eq!(
        rewritten("match x { y if z? => w?, _ => 0 }"),
        "match x { y if (ok(z))? => (ok(w))?, _ => 0 }"
    );
    for code in ["|| f()?", "async { f()? }", "{ fn f() { g()? } }", "vec![f()?]", "try { f()? }"] {
        assert_eq!(rewritten(code), full_text(&expr(code)));
    }
}

#[test]
fn questions_keep_their_place() {
    let mut expr = expr("long()?");
    rewrite_questions(&mut expr, &quote!(k));
    let columns: Vec<_> =
        quote!(#expr).into_iter().map(|token| token.span().start().column).collect();
    assert_eq!(columns.last(), Some(&6));
    assert!(columns[..columns.len() - 1].iter().all(|column| *column == 0), "{columns:?}");
}
