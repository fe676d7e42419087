//! Families, their members, branches at once and deadlines, as they are understood.
//!
//! In choreographies of a `Leader` and a family of `Workers`.

use super::{read, render};

fn reads(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        let (left, errors) = super::with_family(source);
        assert!(errors.is_empty(), "{source}\n{errors:#?}");
        assert_eq!(left, *expected, "{source}");
    }
}

#[test]
fn headers() {
    let (source, errors) = read(
        "chor f[A, B[..], C[3], D[N], E[{ N + 1 }], F[N * 2]](x: T @ each B, y: (X @ A, Y @ each [A, B])) -> V @ each C {}",
    );
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(
        render::item(&source.items[0]),
        "f[A B[..] C[3] D[N] E[{N+1}] F[N*2]](x: T @ each B, y: tuple(X @ A, Y @ each [A B])) -> V @ each C {}"
    );
}

#[test]
fn members() {
    reads(&[
        (
            "each w in Workers { let c: C = Leader -> w: jobs[w.index()].clone(); w -> Leader: c }",
            "value each w in Workers {let c: C = Leader -> w: jobs[__index_w].clone(); value w -> Leader: c}",
        ),
        (
            "let x: T @ each Workers = each Workers: f(me.index(), Workers.len());",
            "let x: T @ each Workers = each me in Workers {value me: f(__index_me,__len_Workers)}",
        ),
        (
            "each Workers: { f() } Leader: g()",
            "value each me in Workers {value me: {f()}}; value Leader: g()",
        ),
        (
            "for w in Workers { w => [Leader, Workers]: x; }",
            "value for member w in Workers {w => [Leader Workers]: x}",
        ),
        (
            "'a: for w in [Leader, Workers] { break 'a; }",
            "value 'a:for member w in [Leader Workers] {break 'a}",
        ),
        (
            "for x in xs { each w in Workers { w: x } }",
            "value for x in rust(xs) {value each w in Workers {value w: x}}",
        ),
        ("for x in [x, Leader] { }", "value for x in rust([x,Leader]) {}"),
        (
            "each u in Workers { each v in Workers { if edges.contains(&(u.index(), v.index())) { u -> v: x } } }",
            "value each u in Workers {value each v in Workers {value if rust(edges.contains(&(__index_u,__index_v))) {value u -> v: x}}}",
        ),
        (
            "each w in Workers { w: println!(\"{} {x}\", w.index() + Workers.len()) }",
            "value each w in Workers {value w: println!(\"{}{x}\",__index_w+__len_Workers)}",
        ),
        (
            "each w in Workers { w: m!(a.w.index(), x::w.index(), 0..w.index(), [w.index()]) }",
            "value each w in Workers {value w: m!(a.w.index(),x::w.index(),0..__index_w,[__index_w])}",
        ),
        (
            "x = each w in Workers { w -> Leader: x };",
            "x = each w in Workers {value w -> Leader: x}",
        ),
    ]);
}

#[test]
fn branches() {
    reads(&[
        (
            "par { { Leader: x } { Workers[0] -> Leader: y } }",
            "value par({value Leader: x}, {member __Workers_0 = Workers[0]; value __Workers_0 -> Leader: y})",
        ),
        (
            "let (a, b) = par { { Leader: x }, { Leader: y }, };",
            "let (a,b) = par({value Leader: x}, {value Leader: y})",
        ),
        (
            "f(each Workers: x, par { { Leader: x } { Workers: y } })",
            "value call f(each me in Workers {value me: x}, par({value Leader: x}, {value Workers: y}))",
        ),
    ]);
}

#[test]
fn deadlines() {
    reads(&[
        (
            "let v: Vec<(Member, V)> @ Leader = each w in Workers first n / 2 + 1 { w -> Leader: vote(&p) };",
            "let v: Vec<(Member,V)> @ Leader = each w in Workers first n/2+1 {value w -> Leader: vote(&p)}",
        ),
        (
            "let v = try each w in Workers until |come| come.len() >= 2 within Duration::from_secs(1) { w -> Leader: x };",
            "let v = try each w in Workers until |come|come.len()>=2 within Duration::from_secs(1) {value w -> Leader: x}",
        ),
        (
            "each w in Workers within d { w -> Leader: x }",
            "value each w in Workers within d {value w -> Leader: x}",
        ),
        (
            "let r: Option<T> @ Leader = Workers[0] -> Leader within d: e as T;",
            "member __Workers_0 = Workers[0]; let r: Option<T> @ Leader = __Workers_0 -> Leader within d: e as! T",
        ),
        (
            "let r: Result<T, Lost> @ Leader = try Workers[i + 1] -> Leader: e;",
            "member __Workers_0 = Workers[i+1]; let r: Result<T,Lost> @ Leader = try __Workers_0 -> Leader: e",
        ),
    ]);
}

#[test]
fn numbers() {
    reads(&[
        (
            "let left = Workers[(i + Workers.len() - 1) % Workers.len()]; left -> Leader: x; Leader: f(left.index())",
            "member left = Workers[(i+__len_Workers-1)%__len_Workers]; left -> Leader: x; value Leader: f(__index_left)",
        ),
        (
            "Workers[0]: x; Workers[0] -> Workers[1]: y; if Workers[i] => [Leader, Workers[0]]: p { Workers[0]: z } else if Workers[j] => Workers: p { Leader: x }",
            "member __Workers_0 = Workers[0]; __Workers_0: x; member __Workers_1 = Workers[1]; __Workers_0 -> __Workers_1: y; member __Workers_2 = Workers[i]; value if __Workers_2 => [Leader __Workers_0]: p {member __Workers_3 = Workers[0]; value __Workers_3: z} else {member __Workers_4 = Workers[j]; value if __Workers_4 => Workers: p {value Leader: x}}",
        ),
        (
            "match x { 1 => Workers[x]: f(), _ => Leader: g() }",
            "value match rust(x) {1 => {member __Workers_0 = Workers[x]; value __Workers_0: f()}, _ => Leader: g()}",
        ),
        (
            "while Workers[0] => Leader: p { Workers[1]: f() }",
            "member __Workers_0 = Workers[0]; value while __Workers_0 => Leader: p {member __Workers_1 = Workers[1]; value __Workers_1: f()}",
        ),
        (
            "let x: Vec<T> @ [Leader, Workers[0]] = Leader => Workers[0]: y;",
            "member __Workers_0 = Workers[0]; let x: Vec<T> @ [Leader __Workers_0] = Leader => __Workers_0: y",
        ),
        (
            "let c = chor(x) Workers[x]: f();",
            "let c = chor(x) {member __Workers_0 = Workers[x]; value __Workers_0: f()}",
        ),
        (
            "if Leader => Workers: p { each w in Workers { w: x } } else { let w = Workers[0]; w: y } each w in Workers { w: z }",
            "value if Leader => Workers: p {value each w in Workers {value w: x}} else {member w = Workers[0]; value w: y}; value each w in Workers {value w: z}",
        ),
    ]);
}

#[test]
fn calls() {
    reads(&[
        (
            "kv[Leader, Workers[0], [Workers], []]::<T>(Leader: x)",
            "member __Workers_0 = Workers[0]; value call kv[Leader __Workers_0 [Workers] []]::<T>(Leader: x)",
        ),
        (
            "kv[Leader, [Workers[1], Leader]]",
            "member __Workers_0 = Workers[1]; value instance kv[Leader [__Workers_0 Leader]]",
        ),
    ]);
}

#[test]
fn rust() {
    reads(&[
        (
            "let a = table[[i, j]]; Leader: m[[i, j]]; Leader: a[b[i]]",
            "let a = rust(table[[i,j]]); Leader: m[[i,j]]; value Leader: a[b[i]]",
        ),
        (
            "let x = data[0]; let y = Leader: data[0];",
            "let x = rust(data[0]); let y = Leader: data[0]",
        ),
        (
            "try { f()? }; each(x); par(y); let first = within + until;",
            "rust(try{f()?}); rust(each(x)); rust(par(y)); let first = rust(within+until)",
        ),
    ]);
}

#[test]
fn numbers_in_code() {
    reads(&[
        (
            "each w in Workers { w: println!(\"{w}\", w = w.index()) }",
            "value each w in Workers {value w: println!(\"{w}\",w=__index_w)}",
        ),
        (
            "each w in Workers { w: f(S { w: w.index() }) }",
            "value each w in Workers {value w: f(S{w:__index_w})}",
        ),
        (
            "each w in Workers { w: f::<{ w.index() }>() }",
            "value each w in Workers {value w: f::<{__index_w}>()}",
        ),
        (
            "each w in Workers { w: self.w.index() }",
            "value each w in Workers {value w: self.w.index()}",
        ),
        (
            "each w in Workers { w: async move { w.index() }.await }",
            "value each w in Workers {value w: async move{__index_w}.await}",
        ),
        (
            "each w in Workers { w: select! { x = f(w.index()) => x } }",
            "value each w in Workers {value w: select!{x=f(__index_w)=>x}}",
        ),
        (
            "for i in 0..Workers.len() { Workers[i]: f(i) }",
            "value for i in rust(0..__len_Workers) {member __Workers_0 = Workers[i]; value __Workers_0: f(i)}",
        ),
        ("xs[Workers.len()] = Leader: y;", "xs[__len_Workers] = Leader: y"),
        ("Workers.len()", "value rust(__len_Workers)"),
        ("let n = Workers.len(); Leader: f(n)", "let n = rust(__len_Workers); value Leader: f(n)"),
        (
            "each w in Workers first quorum(Workers.len()) { w -> Leader: x }",
            "value each w in Workers first quorum(__len_Workers) {value w -> Leader: x}",
        ),
        (
            "each w in Workers until |v| { v.len() > 2 } { w -> Leader: x }",
            "value each w in Workers until |v|{v.len()>2} {value w -> Leader: x}",
        ),
        (
            "each w in Workers until |v| v.len() > 2 && ok { w -> Leader: x }",
            "value each w in Workers until |v|v.len()>2&&ok {value w -> Leader: x}",
        ),
        (
            "each w in Workers { each Workers: f(w.index(), me.index()) }",
            "value each w in Workers {value each me in Workers {value me: f(__index_w,__index_me)}}",
        ),
        (
            "each r#type in Workers { r#type: f(r#type.index()) }",
            "value each r#type in Workers {value r#type: f(__index_type)}",
        ),
    ]);
}

#[test]
fn places() {
    reads(&[
        (
            "return try Workers[0] -> Leader: x;",
            "member __Workers_0 = Workers[0]; return try __Workers_0 -> Leader: x",
        ),
        ("return each w in Workers { w: x };", "return each w in Workers {value w: x}"),
        (
            "let r = try Workers[0] -> Leader: x else { return };",
            "member __Workers_0 = Workers[0]; let r = try __Workers_0 -> Leader: x else {value return}",
        ),
        (
            "match each w in Workers first 1 { w -> Leader: x } { _ => Leader: y }",
            "value match each w in Workers first 1 {value w -> Leader: x} {_ => Leader: y}",
        ),
        (
            "match x { _ => each w in Workers { w: x } _ => each Workers: x, _ => par { { Leader: x } { Leader: y } } }",
            "value match rust(x) {_ => each w in Workers {value w: x}, _ => each me in Workers {value me: x}, _ => par({value Leader: x}, {value Leader: y})}",
        ),
        (
            "Workers -> Leader: x; Leader => Workers: y; [Leader, Workers]: z",
            "Workers -> Leader: x; Leader => Workers: y; value [Leader Workers]: z",
        ),
        ("each w in [Workers] { w: x }", "value each w in Workers {value w: x}"),
        (
            "each w in [Workers[0], Leader] { w: x }",
            "member __Workers_0 = Workers[0]; value each w in [__Workers_0 Leader] {value w: x}",
        ),
        (
            "each w in Workers { sub[w, Leader](x) }",
            "value each w in Workers {value call sub[w Leader](rust(x))}",
        ),
        (
            "each w in Workers { let y = jobs[w](x); }",
            "value each w in Workers {let y = call jobs[w](rust(x))}",
        ),
        (
            "let w: T @ Workers[0] = Workers[0]: x;",
            "member __Workers_0 = Workers[0]; let w: T @ __Workers_0 = __Workers_0: x",
        ),
        (
            "let w: T @ Workers[i] = Leader -> Workers[i]: x;",
            "member __Workers_0 = Workers[i]; let w: T @ __Workers_0 = Leader -> __Workers_0: x",
        ),
        (
            "let y = Workers[i]: { let z = x; z }; Leader: f(y)",
            "member __Workers_0 = Workers[i]; let y = __Workers_0: {let z=x;z}; value Leader: f(y)",
        ),
        (
            "x = Workers[0]: y; x += Leader -> Workers[1]: z;",
            "member __Workers_0 = Workers[0]; x = __Workers_0: y; member __Workers_1 = Workers[1]; x += Leader -> __Workers_1: z",
        ),
        (
            "agree!(Leader: x, Workers[0]: y)",
            "member __Workers_0 = Workers[0]; value agree(Leader: x, __Workers_0: y)",
        ),
        (
            "f(Workers[i]: x, Workers[j]: y)",
            "member __Workers_0 = Workers[i]; member __Workers_1 = Workers[j]; value call f(__Workers_0: x, __Workers_1: y)",
        ),
        ("kv[[], []](x)", "value call kv[[] []](rust(x))"),
        ("kv[[]]", "value rust(kv[[]])"),
        (
            "while ok { let w = Workers[0]; w: x }",
            "value while rust(ok) {member w = Workers[0]; value w: x}",
        ),
        (
            "let (a, b): (T @ each Workers, U @ Leader) = par { { each Workers: x } { Leader: y } };",
            "let (a,b): tuple(T @ each Workers, U @ Leader) = par({value each me in Workers {value me: x}}, {value Leader: y})",
        ),
        (
            "let c: chor(T @ each Workers) -> U @ Leader | Workers[0] = g;",
            "member __Workers_0 = Workers[0]; let c: chor(T @ each Workers) -> U @ Leader | __Workers_0 = rust(g)",
        ),
    ]);
}

/// As a `macro_rules!` hands over an expression.
#[test]
fn groups_without_brackets() {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    use quote::quote;
    let group = |tokens: TokenStream| TokenTree::from(Group::new(Delimiter::None, tokens));
    let (member, number) = (group(quote!(w)), group(quote!(Workers.len() - 1)));
    let mut errors = crate::error::Errors::new();
    let source = super::super::parse(
        quote!(; chor f[Workers[..]]() { each w in Workers { Workers[#number] -> w: #member.index() } }),
        &mut errors,
    );
    assert!(errors.is_empty(), "{:#?}", errors.messages());
    assert_eq!(
        render::stmts(&source.items[0].body),
        "value each w in Workers {member __Workers_0 = Workers[__len_Workers-1]; \
         value __Workers_0 -> w: __index_w}",
    );
}
