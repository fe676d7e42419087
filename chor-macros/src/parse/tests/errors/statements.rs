//! Mistakes in calls, statements, branches and loops.

use super::says;
use crate::parse::tests::render;

#[test]
fn calls() {
    says(&[
        (
            "auth[](x);",
            "error",
            &["<[]> a call of a choreography names its roles | write `name[A, B, C](..)`"],
        ),
        (
            "auth[A, B](x, y z);",
            "call auth[A B](rust(x), error)",
            &["<y> `,` is missing after this | separate the elements by commas"],
        ),
        (
            "f(A: x B: y);",
            "call f(error)",
            &["<x> `,` is missing after this | separate the elements by commas"],
        ),
        (
            "agree!(A: x, y);",
            "error",
            &["<y> each part of `agree!` is code of a role | write `agree!(A: x, B: y)`"],
        ),
        (
            "agree![A: x];",
            "error",
            &["<agree> `agree!` takes its values in parentheses | write `agree!(A: x, B: y)`"],
        ),
        (
            "agree!(A: , B: y)",
            "value error",
            &[
                "<:> the code that `A` runs is missing | write `A: expression`, or `A: {}` for nothing",
            ],
        ),
        (
            "let c = chor(x: T @ A) -> U @ B x;",
            "let c: error = error",
            &["<x> the block of `chor` is expected here | write `{ .. }`"],
        ),
        ("chor(x y) { }", "error", &["<y> expected `,`"]),
    ]);
}

#[test]
fn semicolons() {
    says(&[
        (
            "A: f() B: g()",
            "A: f(); value B: g()",
            &["<)> `;` is missing after this | end the statement with `;`"],
        ),
        (
            "let x = A: f() let y = 3;",
            "let x = A: f(); let y = rust(3)",
            &["<)> `;` is missing after this | end the statement with `;`"],
        ),
        (
            "A -> B: x A -> B: y; auth[A, B]() A: z",
            "A -> B: x; A -> B: y; call auth[A B](); value A: z",
            &[
                "<x> `;` is missing after this | end the statement with `;`",
                "<)> `;` is missing after this | end the statement with `;`",
            ],
        ),
        (
            "A: f() else { }",
            "error",
            &["<else> `;` is expected before this | end the statement with `;`"],
        ),
        (
            "A: a b",
            "A: a; value rust(b)",
            &["<a> `;` is missing after this | end the statement with `;`"],
        ),
        (
            "let x: u32 @ A 3; A: y",
            "let x: u32 @ A = error; value A: y",
            &["<3> `=` or `;` is expected here | write `let x = ..;` or `let x: Type @ A = ..;`"],
        ),
        (
            "let x u32 = 3; let = 3; let x = ; let x: = 3;",
            "let x: error = error; error; let x: error = error; let x: error = error",
            &[
                "<u32> `=` or `;` is expected here | write `let x = ..;` or `let x: Type @ A = ..;`",
                "<let> a name is expected after `let` | write `let x = A: value;`",
                "<=> a value is expected after `=` | write `let x = A: expression;`",
                "<=> a type is expected here | write `Type @ A`",
            ],
        ),
    ]);
}

#[test]
fn branches_and_loops() {
    says(&[
        (
            "while { } A: f()",
            "error",
            &[
                "<A> `{` is expected here | end the condition before this, or join it by an operator",
            ],
        ),
        (
            "loop x { } A: f()",
            "error; value A: f()",
            &["<x> the block of `loop` is expected here | write `{ .. }`"],
        ),
        (
            "if ok B { A: x }",
            "value if error {value A: x}",
            &[
                "<B> `{` is expected here | end the condition before this, or join it by an operator",
            ],
        ),
        (
            "if let Some(x) = y || z { A: x }",
            "value if let Some(x) = rust(y) & error {value A: x}",
            &["<|> `||` can't stand beside `let` | use `match`, or two `if let`s"],
        ),
        (
            "for x in { A: y }",
            "error",
            &["<}> the block of `for` is expected here | write `{ .. }`"],
        ),
        ("match x;", "error", &["<;> a block is expected before this | write `{ .. }`"]),
        ("'a: A: x;", "error", &["<'a> a label stands before a loop or a block | leave it out"]),
        (
            "if A => B: x; A: f()",
            "error; value A: f()",
            &["<;> a block is expected before this | write `{ .. }`"],
        ),
        (
            "if x { A: y } else A: z;",
            "error",
            &["<A> the block of `else` is expected here | write `{ .. }`"],
        ),
        ("if let Some(x) y { A: z }", "value if error {value A: z}", &["<y> expected `=`"]),
    ]);
}

#[test]
fn arms() {
    says(&[
        (
            "match x { Some(x) => A: f(x) None => B: g(), _ => C: h() }",
            "value match rust(x) {Some(x) => A: f(x), None => B: g(), _ => C: h()}",
            &["<)> `,` is missing after this | end the arm with `,`"],
        ),
        (
            "match x { 3 -> 4, _ => A: f() }",
            "value match rust(x) {_ => A: f()}",
            &["<-> `=>` is expected after the pattern | write `pattern => expression,`"],
        ),
        (
            "match x { _ => A: f(); y => B: g(); }",
            "value match rust(x) {_ => A: f(), y => B: g()}",
            &[
                "<;> an arm ends in `,` | write `,`, or put the statements into a block",
                "<;> an arm ends in `,` | write `,`, or put the statements into a block",
            ],
        ),
        (
            "match x { y => A: , z => B: f(), w => { C: } _ => A: }",
            "value match rust(x) {y => error, z => B: f(), w => {error}, _ => error}",
            &[
                "<:> the code that `A` runs is missing | write `A: expression`, or `A: {}` for nothing",
                "<:> the code that `C` runs is missing | write `C: expression`, or `C: {}` for nothing",
                "<:> the code that `A` runs is missing | write `A: expression`, or `A: {}` for nothing",
            ],
        ),
        (
            "match x { y if => 3, _ => A: x }",
            "value match rust(x) {_ => A: x}",
            &["<=> expected an expression"],
        ),
    ]);
}

#[test]
fn statements() {
    says(&[
        (
            "chor inner[A]() { } A: f();",
            "error; A: f()",
            &["<chor> a choreography can't stand in the body of another | move it out of the body"],
        ),
        (
            "#[cfg(x)] A: f(); #[cfg(x)] auth[A, B](); #[cfg(x)] if a { A: x }",
            "A: f(); call auth[A B](); value if rust(a) {value A: x}",
            &[
                "<#> an attribute can't stand on this statement | put it on a `let`, on an arm of a `match` or on the choreography",
                "<#> an attribute can't stand on this statement | put it on a `let`, on an arm of a `match` or on the choreography",
                "<#> an attribute can't stand on this statement | put it on a `let`, on an arm of a `match` or on the choreography",
            ],
        ),
        ("A: f(+); B: g();", "error; B: g()", &["<+> expected an expression"]),
        ("x[a b]; A: f()", "rust(x[a]); value A: f()", &["<b> unexpected token, expected `]`"]),
        (
            "fn f() -> { } A: x",
            "error; value A: x",
            &[
                "<{> expected one of: `for`, parentheses, `unsafe`, `fn`, `extern`, identifier, `::`, `<`, `dyn`, square brackets, `*`, `&`, `!`, `impl`, `_`, lifetime",
            ],
        ),
        (
            "x = A: ; B: f()",
            "error; value B: f()",
            &[
                "<:> the code that `A` runs is missing | write `A: expression`, or `A: {}` for nothing",
            ],
        ),
    ]);
}

#[test]
fn several() {
    says(&[(
        "let x = A - > B: y; C: f(+); A: g(A -> B: x); let z @ [A, B] = w; if A => B: { Bob: y } match x { A => 1, _ => C -> D: 2 } A: h()",
        "let x: error = error; error; error; let z: error = rust(w); value if error {value error}; value match rust(x) {A => rust(1), _ => error}; value A: h()",
        &[
            "<-> `->` is written without a space | write `A -> B: value`",
            "<+> expected an expression",
            "<A> a message can't stand inside Rust code | bind the message with `let` first",
            "<@> a location stands after a type | write `z: Type @ [A, B]`",
            "<:> the value to send is missing | write `A => B: value`",
            "<Bob> `Bob` is not a role of `f` | its roles are `A`, `B` and `C`",
            "<A> `A` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
            "<D> `D` is not a role of `f` | its roles are `A`, `B` and `C`",
        ],
    )]);
}
/// What a `macro_rules!` has parsed is one token, and recovery finds its way around it.
#[test]
fn macro_fragments() {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    let inner: TokenStream = "x +".parse().expect("tokens");
    let fragment = TokenTree::from(Group::new(Delimiter::None, inner));
    let tokens = quote::quote!(::chor; chor f[A, B]() { A: #fragment; A -> B: y; g((A -> B: #fragment)); B: z });
    let mut errors = crate::error::Errors::new();
    let source = crate::parse::parse(tokens, &mut errors);
    assert_eq!(
        render::item(&source.items[0]),
        "f[A B]() {error; A -> B: y; call g((error)); value B: z}"
    );
    assert_eq!(errors.messages().len(), 2);
}
