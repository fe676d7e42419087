//! Mistakes in Rust code: operators, and choreographic forms inside of it.

use super::says;

#[test]
fn operators() {
    says(&[
        (
            "(A: x) == 3;",
            "error",
            &[
                "<A> code of a role can't stand inside Rust code | bind it with `let` first, or write it as a statement of its own",
            ],
        ),
        (
            "let x = auth[A, B](y) + 1;",
            "let x: error = error",
            &[
                "<auth> the call of a choreography can't stand inside Rust code | bind its result with `let` first",
            ],
        ),
        (
            "let x = ok && A => B: p();",
            "let x = {rust(ok) && A => B: p()}",
            &[
                "<A> this operand of `&&`, `||` or `!` needs parentheses | write `(A => B: value)`: without them, everything that follows is the value",
            ],
        ),
        (
            "let x = !A => B: q();",
            "let x = !A => B: q()",
            &[
                "<A> this operand of `&&`, `||` or `!` needs parentheses | write `(A => B: value)`: without them, everything that follows is the value",
            ],
        ),
        (
            "let x = 3 == (A -> B: y);",
            "let x: error = error",
            &["<A> a message can't stand inside Rust code | bind the message with `let` first"],
        ),
        ("{ A: x } + 1", "value {value A: x}; error", &["<+> expected an expression"]),
        (
            "let x = match y { _ => A: 1 } as u32;",
            "let x: error = error",
            &[
                "<A> code of a role can't stand inside Rust code | bind it with `let` first, or write it as a statement of its own",
            ],
        ),
    ]);
}

#[test]
fn messages_inside_rust() {
    says(&[
        (
            "A: out.push(B -> A: x);",
            "error",
            &["<B> a message can't stand inside Rust code | bind the message with `let` first"],
        ),
        (
            "let y = f(g(B => [A, C]: x)) + 1;",
            "let y: error = error",
            &["<B> a message can't stand inside Rust code | bind the message with `let` first"],
        ),
        (
            "A: println!(\"{}\", B -> A: x);",
            "error",
            &["<B> a message can't stand inside Rust code | bind the message with `let` first"],
        ),
        (
            "A => B: p() && (B => A: x);",
            "error",
            &["<B> a message can't stand inside Rust code | bind the message with `let` first"],
        ),
        (
            "A: B -> A: x;",
            "error",
            &["<B> a message can't stand inside Rust code | bind the message with `let` first"],
        ),
        (
            "A: x + B -> C: y;",
            "error",
            &["<B> a message can't stand inside Rust code | bind the message with `let` first"],
        ),
        (
            "let f = |x| A -> B: x;",
            "let f: error = error",
            &["<A> a message can't stand inside Rust code | bind the message with `let` first"],
        ),
        (
            "A: f(|x| { B -> A: x })",
            "error",
            &["<B> a message can't stand inside Rust code | bind the message with `let` first"],
        ),
        (
            "match x { y if (A -> B: y) => 1, _ => 2 }",
            "value match rust(x) {_ => rust(2)}",
            &["<A> a message can't stand inside Rust code | bind the message with `let` first"],
        ),
        (
            "A: f(B -> A within d: x)",
            "error",
            &["<B> a message can't stand inside Rust code | bind the message with `let` first"],
        ),
    ]);
}

#[test]
fn code_inside_rust() {
    says(&[
        (
            "A: f(B: x);",
            "error",
            &[
                "<B> code of a role can't stand inside Rust code | bind it with `let` first, or write it as a statement of its own",
            ],
        ),
        (
            "A: { B: x };",
            "error",
            &[
                "<B> code of a role can't stand inside Rust code | bind it with `let` first, or write it as a statement of its own",
            ],
        ),
        (
            "A: if y { B: x } else { C: z };",
            "error",
            &[
                "<B> code of a role can't stand inside Rust code | bind it with `let` first, or write it as a statement of its own",
            ],
        ),
        (
            "A: B: x;",
            "error",
            &[
                "<B> code of a role can't stand inside Rust code | bind it with `let` first, or write it as a statement of its own",
            ],
        ),
        (
            "A: auth[A, B](x);",
            "error",
            &[
                "<auth> the call of a choreography can't stand inside Rust code | bind its result with `let` first",
            ],
        ),
        (
            "A: f(auth[A, B](x));",
            "error",
            &[
                "<auth> the call of a choreography can't stand inside Rust code | bind its result with `let` first",
            ],
        ),
        (
            "let z = 3 + auth[A](y);",
            "let z: error = error",
            &[
                "<auth> the call of a choreography can't stand inside Rust code | bind its result with `let` first",
            ],
        ),
        (
            "A: x.y[A, B]",
            "error",
            &[
                "<y> the call of a choreography can't stand inside Rust code | bind its result with `let` first",
            ],
        ),
        (
            "A: let x = 5;",
            "error",
            &["<let> `let` comes before the role | write `let x = A: value;`"],
        ),
        (
            "A: agree!(B: x, A: y);",
            "error",
            &["<agree> `agree!` can't stand inside Rust code | write it as a statement of its own"],
        ),
        (
            "A: chor(x) { x };",
            "error",
            &["<chor> a choreography can't stand inside Rust code | bind it with `let` first"],
        ),
        (
            "A: [B: x]",
            "error",
            &[
                "<B> code of a role can't stand inside Rust code | bind it with `let` first, or write it as a statement of its own",
            ],
        ),
        (
            "A: { let y = B: x; }",
            "error",
            &[
                "<B> code of a role can't stand inside Rust code | bind it with `let` first, or write it as a statement of its own",
            ],
        ),
        (
            "A: x = B: y;",
            "error",
            &[
                "<B> code of a role can't stand inside Rust code | bind it with `let` first, or write it as a statement of its own",
            ],
        ),
    ]);
}
