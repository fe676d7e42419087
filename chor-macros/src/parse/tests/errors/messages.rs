//! Mistakes in messages and their payloads.

use super::says;

#[test]
fn broken_messages() {
    says(&[
        (
            "A -> B x;",
            "error",
            &["<B> `:` and the value to send are expected after this | write `A -> B: value`"],
        ),
        (
            "A -> B;",
            "error",
            &["<B> `:` and the value to send are expected after this | write `A -> B: value`"],
        ),
        (
            "A -> : x;",
            "error",
            &[
                "<-> this message has no receiver | write `A -> B: value`; the roles are `A`, `B` and `C`",
            ],
        ),
        (
            "A -> each Workers: x;",
            "error",
            &[
                "<each> a message to each member needs a name for the member | write `each w in Workers { A -> w: value }`",
            ],
        ),
        (
            "A -> x.y(): z;",
            "error",
            &[
                "<-> this message has no receiver | write `A -> B: value`; the roles are `A`, `B` and `C`",
            ],
        ),
        (
            "A ->;",
            "error",
            &[
                "<-> this message has no receiver | write `A -> B: value`; the roles are `A`, `B` and `C`",
            ],
        ),
        (
            "-> B: x; => B: y;",
            "error; error",
            &[
                "<-> this message has no sender | write `A -> B: value`; the roles are `A`, `B` and `C`",
                "<=> this message has no sender | write `A -> B: value`; the roles are `A`, `B` and `C`",
            ],
        ),
        (
            "A - > B: x; A = > B: x;",
            "error; error",
            &[
                "<-> `->` is written without a space | write `A -> B: value`",
                "<=> `=>` is written without a space | write `A => B: value`",
            ],
        ),
        (
            "A <- B: x; [A, B] <- C: x; A <= B: x;",
            "error; error; error",
            &[
                "<<> a message is written from its sender to its receiver | write `B -> A: value`",
                "<<> a message is written from its sender to its receiver | write `C -> [A, B]: value`",
                "<<> a message is written from its sender to its receiver | write `B -> A: value`",
            ],
        ),
        (
            "A -> B -> C: x;",
            "error",
            &[
                "<-> a message has one sender and one arrow | send it on in a message of its own, or to several: `A -> [B, ..]: value`",
            ],
        ),
        (
            "x.y() -> B: z; f(x) => B: y;",
            "error; error",
            &[
                "<-> a role, or a list of roles, is expected before this | write `A: code` or `A -> B: value`; the roles are `A`, `B` and `C`",
                "<=> a role, or a list of roles, is expected before this | write `A: code` or `A -> B: value`; the roles are `A`, `B` and `C`",
            ],
        ),
        (
            "let q = x -> B: y;",
            "let q = error",
            &["<x> `x` is not a role of `f` | its roles are `A`, `B` and `C`"],
        ),
        (
            "foo.bar: 3;",
            "error",
            &[
                "<:> a role, or a list of roles, is expected before this | write `A: code` or `A -> B: value`; the roles are `A`, `B` and `C`",
            ],
        ),
    ]);
}

#[test]
fn missing_values() {
    says(&[
        (
            "A -> B: ; let x = A => [B, C]: ;",
            "error; let x: error = error",
            &[
                "<:> the value to send is missing | write `A -> B: value`",
                "<:> the value to send is missing | write `A => [B, C]: value`",
            ],
        ),
        (
            "if A => B: { A: x }",
            "value if error {value A: x}",
            &["<:> the value to send is missing | write `A => B: value`"],
        ),
        (
            "if A => B: { x } { A: x }",
            "value if error {value A: x}",
            &[
                "<{> a block that is the value here stands in parentheses: the braces after it are the body | write `A => B: ({ .. })`",
            ],
        ),
        (
            "while [A, B]: { x } { A: x }",
            "value while error {value A: x}",
            &[
                "<{> a block that is the value here stands in parentheses: the braces after it are the body | write `[A, B]: ({ .. })`",
            ],
        ),
    ]);
}

#[test]
fn missing_code() {
    says(&[
        (
            "A: ; let x = A: ; [A, B]:",
            "error; let x: error = error; error",
            &[
                "<:> the code that `A` runs is missing | write `A: expression`, or `A: {}` for nothing",
                "<:> the code that `A` runs is missing | write `A: expression`, or `A: {}` for nothing",
                "<:> the code that `[A, B]` runs is missing | write `[A, B]: expression`, or `[A, B]: {}` for nothing",
            ],
        ),
        (
            "if A: { B: f() }",
            "value if error {value B: f()}",
            &[
                "<:> the code that `A` runs is missing | write `A: expression`, or `A: {}` for nothing",
            ],
        ),
        (
            "match x { y => A:, _ => B: }",
            "value match rust(x) {y => error, _ => error}",
            &[
                "<:> the code that `A` runs is missing | write `A: expression`, or `A: {}` for nothing",
                "<:> the code that `B` runs is missing | write `B: expression`, or `B: {}` for nothing",
            ],
        ),
        (
            "f(A:, B: x);",
            "call f(error, B: x)",
            &[
                "<:> the code that `A` runs is missing | write `A: expression`, or `A: {}` for nothing",
            ],
        ),
        (
            "return A: ; break A:",
            "error; error",
            &[
                "<:> the code that `A` runs is missing | write `A: expression`, or `A: {}` for nothing",
                "<:> the code that `A` runs is missing | write `A: expression`, or `A: {}` for nothing",
            ],
        ),
    ]);
}

#[test]
fn payload_casts() {
    says(&[
        (
            "A -> B: a + b as Price;",
            "A -> B: a+b as Price as! Price",
            &[
                "<as> this `as` belongs to the last operand only | put parentheses around the rest: `(a + b) as T`",
            ],
        ),
        (
            "A -> B: a && b == c as Vec<u32>;",
            "A -> B: a&&b==c as Vec<u32> as! Vec<u32>",
            &[
                "<as> this `as` belongs to the last operand only | put parentheses around the rest: `(a + b) as T`",
            ],
        ),
    ]);
}
