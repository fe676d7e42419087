//! What the arguments of macros use, and what macros can hide.

use super::{facts, free, joined, maybe};

#[test]
fn arguments_are_expressions() {
    assert_eq!(free("vec![a, b.c(d)]"), "a b d");
    assert_eq!(free("vec![x; n]"), "x n");
    assert_eq!(free("dbg!(&x)"), "x");
    assert_eq!(free("{ let a = 1; println!(\"{}\", a + b); }"), "b");
    assert_eq!(free("unheard_of!(a, |b| b + c)"), "a c");
    assert_eq!(free("assert!(x == y)"), "x y");
    assert_eq!(free("std::assert_eq!(x, y,)"), "x y");
}

#[test]
fn format_strings_have_inline_arguments() {
    assert_eq!(free(r#"println!("{total}")"#), "total");
    assert_eq!(free(r##"format!(r#"{a} {b:?} {c:>8} {d:#?}"#)"##), "a b c d");
    assert_eq!(free(r#"format!("{0} {} {1:?} {:8.3} {:?}")"#), "");
    assert_eq!(free(r#"format!("{{no}} {{{yes}}}")"#), "yes");
    assert_eq!(
        free(r#"format!("{:width$} {x:>w$.p$} {:.*} {:1$} {y:0z$} {:}^v$}")"#),
        "width x w p y z v"
    );
    assert_eq!(free(r#"format!("{ x } {_} {self} {type} {x y} {")"#), "x self r#type");
    assert_eq!(free(r#"format!("{äöü}")"#), "äöü");
}

#[test]
fn named_arguments_are_not_inline() {
    assert_eq!(free(r#"println!("{a} {b} {c:d$}", a = x, d = 2)"#), "b c x");
    assert_eq!(free(r#"println!("{r}", r#type = 1, r = 2)"#), "");
}

#[test]
fn only_the_format_string_is_one() {
    assert_eq!(free(r#"println!("{}", "{x}")"#), "");
    assert_eq!(free(r#"write!(out, "{x}")"#), "out x");
    assert_eq!(free(r#"assert!(ok, "{x}")"#), "ok x");
    assert_eq!(free(r#"assert_eq!("{a}", "{b}", "{c}")"#), "c");
    assert_eq!(free(r#"dbg!("{a}")"#), "");
    assert_eq!(free(r#"(panic!("{a}"), todo!("{b}"), anyhow!("{c}"))"#), "a b c");
    assert_eq!(free("stringify!(x)"), "");
}

#[test]
fn inline_arguments_stand_at_their_literal() {
    let code = r#"println!("{x}")"#;
    let span = facts(code).free[0].span();
    assert_eq!((span.start().column, span.end().column), (9, 14));
}

#[test]
fn matches_tests_a_pattern() {
    assert_eq!(free("matches!(x, Some(y) | Other(y) if y > z)"), "x z");
    assert_eq!(free("matches!(x, | None)"), "x");
    assert_eq!(free("{ matches!(x, y); y }"), "x y");
}

#[test]
fn events_have_fields() {
    assert_eq!(free(r#"tracing::info!("sent {x}")"#), "x");
    assert_eq!(free(r#"info!(target: "t", a = 1, b.c = ?d, %e, f, "{g} {h}", h = 2)"#), "d e f g");
    assert_eq!(free(r#"event!(Level::INFO, r#type = x, "{y}")"#), "x y");
    assert_eq!(free(r#"info_span!("{no}", x = y)"#), "y");
    assert_eq!(free(r#"log::warn!(a:? = b, c = d; "{e}")"#), "b d e");
    assert_eq!(free(r#"debug!(x == y, "quoted {key}" = z)"#), "x y z");
    assert!(!facts(r#"info!(a, ?b, "c")"#).opaque_macro);
}

#[test]
fn json_is_understood() {
    assert_eq!(free(r#"json!({"a": x, "b": [y, null, {"c": z.w()}], (k): null})"#), "x y z k");
    assert_eq!(free("serde_json::json!(x)"), "x");
}

#[test]
fn other_tokens_may_be_uses() {
    let code = "select! { a = b.c() => d::e(f), 'g: loop { h!(i) } ..j => k, }";
    assert_eq!(free(code), "");
    assert_eq!(maybe(code), "a b f i j k");
    assert_eq!(maybe("{ let a = 1; odd!(a => b) }"), "b");
    assert_eq!(maybe(r#"odd!("{a}" => "{b}")"#), "a b");
    assert_eq!(maybe(r#"odd!("{a}", b = c)"#), "a b");
    assert_eq!(free(r#"odd!("{a}", b = c)"#), "c");
    assert_eq!(maybe("{ macro_rules! m { () => { a } } m!() }"), "a");
}

#[test]
fn harmless_macros_are_known() {
    for code in [
        r#"println!("{x}")"#,
        "vec![f(x)]",
        "assert!(x)",
        "matches!(x, None)",
        "std::todo!()",
        "|| odd!()",
        "async { bail!(x) }",
        "{ fn f() { odd!() } }",
    ] {
        assert!(!facts(code).opaque_macro, "{code}");
    }
    for code in ["odd!()", "vec![odd!()]", "{ bail!(\"x\"); }", "ensure!(x)", "vec![a => b]"] {
        assert!(facts(code).opaque_macro, "{code}");
    }
}

#[test]
fn control_flow_inside_arguments_counts() {
    let found = facts("println!(\"{}\", f().await?)");
    assert!(found.awaits && found.questions);
    let found = facts("vec![if x { return 1 } else { break }]");
    assert_eq!(found.stray.len(), 2);
    assert!(facts("join!(a, b)").awaits);
    assert!(facts("odd!(a => b.await)").awaits);
    assert!(facts("odd!(a => b?)").questions);
    assert!(!facts("odd!(T: ?Sized)").questions);
    assert_eq!(joined(&facts("ensure!(x > y, \"{z}\")").free), "x y z");
}
