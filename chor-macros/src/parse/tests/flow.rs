//! Branches, loops and what leaves them, as they are understood.

use super::reads;

#[test]
fn branches() {
    reads(&[
        (
            "if A => B: x { A: f() } else if y { B: g(); } else { C: h() }",
            "value if A => B: x {value A: f()} else if rust(y) {B: g()} else {value C: h()}",
        ),
        ("if x { } A: f()", "value if rust(x) {}; value A: f()"),
        (
            "if x { A: 1 } else { A: 2 } [A, B]: f()",
            "value if rust(x) {value A: 1} else {value A: 2}; value [A B]: f()",
        ),
        (
            "let x = if a { A: 1 } else { A: 2 };",
            "let x = if rust(a) {value A: 1} else {value A: 2}",
        ),
        ("if a { if b { A: f() } }", "value if rust(a) {value if rust(b) {value A: f()}}"),
        (
            "if match x { _ => true } { A: f() }",
            "value if match rust(x) {_ => rust(true)} {value A: f()}",
        ),
        ("if x.any(|y| { y }) { A: f() }", "value if rust(x.any(|y|{y})) {value A: f()}"),
        ("return if x { A: 1 } else { A: 2 };", "return if rust(x) {value A: 1} else {value A: 2}"),
    ]);
}

#[test]
fn let_chains() {
    reads(&[
        ("if let Some(x) = y { }", "value if let Some(x) = rust(y) {}"),
        ("if let Some(x) = A => B: y() { }", "value if let Some(x) = A => B: y() {}"),
        (
            "if let Some(x) = y && x > 3 && let Ok(z) = f(x) { }",
            "value if let Some(x) = rust(y) & rust(x>3) & let Ok(z) = rust(f(x)) {}",
        ),
        (
            "if ok && let Some(x) = (A => B: y) && (B => A: z) { }",
            "value if rust(ok) & let Some(x) = (A => B: y) & (B => A: z) {}",
        ),
        (
            "if let Some(x) = auth[A, B](y) && ok { }",
            "value if let Some(x) = call auth[A B](rust(y)) & rust(ok) {}",
        ),
        (
            "while let Some(x) = A => B: it.next() { }",
            "value while let Some(x) = A => B: it.next() {}",
        ),
        ("if let A::X | B::Y = x { }", "value if let A::X|B::Y = rust(x) {}"),
    ]);
}

#[test]
fn matches() {
    reads(&[
        (
            "match A => B: f() { Some(x) if x > 3 => A: f(x), None => { B: g() } _ => A -> B: y, }",
            "value match A => B: f() {Some(x) if x>3 => A: f(x), None => {value B: g()}, _ => A -> B: y}",
        ),
        (
            "match x { 1 | 2 => A => B: g(), S { a, .. } => return, #[cfg(test)] y @ 3..=4 => B: { g() } _ => {} }",
            "value match rust(x) {1|2 => A => B: g(), S{a,..} => return, #[cfg(test)] y@3..=4 => B: {g()}, _ => {}}",
        ),
        (
            "match x { A::X => B: 1, m::Y => B: 2 }",
            "value match rust(x) {A::X => B: 1, m::Y => B: 2}",
        ),
        (
            "let x = match y { | 1 => A: 1, _ => A: 2, };",
            "let x = match rust(y) {|1 => A: 1, _ => A: 2}",
        ),
        ("match x {}", "value match rust(x) {}"),
        (
            "match auth[A, B](x) { (x, y) => auth[A](y), _ => (A: x, B: y) }",
            "value match call auth[A B](rust(x)) {(x,y) => call auth[A](rust(y)), _ => tuple(A: x, B: y)}",
        ),
        (
            "match x { y if let Some(z) = y && z => A: z }",
            "value match rust(x) {y if let Some(z)=y&&z => A: z}",
        ),
    ]);
}

#[test]
fn loops() {
    reads(&[
        ("'a: while A => B: p() { continue 'a; }", "value 'a:while A => B: p() {continue 'a}"),
        ("loop { break; }", "value loop {break}"),
        ("let x = 'b: loop { break 'b A: x; };", "let x = 'b:loop {break 'b A: x}"),
        ("loop { break (A: 1, B: 2) }", "value loop {value break tuple(A: 1, B: 2)}"),
        (
            "for (i, x) in xs.iter().enumerate() { A: f(x); } A: g()",
            "value for (i,x) in rust(xs.iter().enumerate()) {A: f(x)}; value A: g()",
        ),
        ("for x in A => B: xs.clone() { }", "value for x in A => B: xs.clone() {}"),
        ("let x = 'b: { break 'b 3; };", "let x = 'b:{break 'b rust(3)}"),
        ("{ A: f() } {} B: g()", "value {value A: f()}; value {}; value B: g()"),
        (";;", ""),
    ]);
}

#[test]
fn returns() {
    reads(&[
        ("return;", "return"),
        ("return", "value return"),
        ("return A: x;", "return A: x"),
        ("return A -> B: x", "value return A -> B: x"),
        (
            "match x { 1 => return, _ => break 1 }",
            "value match rust(x) {1 => return, _ => break rust(1)}",
        ),
        ("A: return", "value A: return"),
    ]);
}
