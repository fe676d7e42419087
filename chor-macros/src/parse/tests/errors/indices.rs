//! Mistakes with members that are named by their number.
//!
//! In choreographies of a `Leader` and a family of `Workers`.

use super::says_with_family;

#[test]
fn numbers() {
    says_with_family(&[
        (
            "Leader -> 0: x;",
            "error",
            &["<0> a number is no role | the member of this number is `Workers[0]`"],
        ),
        (
            "Leader -> i: x;",
            "error",
            &[
                "<i> `i` is not a role of `f` | if it is the number of a member, write `Workers[i]`; its roles are `Leader` and `Workers`",
            ],
        ),
        (
            "0 -> Leader: x;",
            "error",
            &[
                "<-> a role, or a list of roles, is expected before this | write `A: code` or `A -> B: value`; the roles are `Leader` and `Workers`",
            ],
        ),
        (
            "i: x;",
            "error",
            &[
                "<i> `i` is not a role of `f` | if it is the number of a member, write `Workers[i]`; its roles are `Leader` and `Workers`",
            ],
        ),
        (
            "each w in Workers { w.index() -> Leader: x; Leader -> w.index(): x }",
            "value each w in Workers {error; error}",
            &[
                "<-> a role, or a list of roles, is expected before this | write `A: code` or `A -> B: value`; the roles are `Leader`, `Workers` and `w`",
                "<w> `:` and the value to send are expected after this | write `Leader -> w: value`",
            ],
        ),
        (
            "Leader[0]: x;",
            "error",
            &["<Leader> `Leader` is one role, not a family | write `Leader` without a number"],
        ),
        (
            "Unknown[0]: x;",
            "error",
            &["<Unknown> `Unknown` is not a role of `f` | its roles are `Leader` and `Workers`"],
        ),
        (
            "Workers[]: x;",
            "error",
            &["<[]> the number of the member is missing | write `Workers[number]`"],
        ),
        (
            "Workers[0, 1]: x;",
            "error",
            &["<,> a member is named by one number | write `Workers[number]`"],
        ),
        (
            "Workers[..]: x;",
            "error",
            &["<..> a member is named by one number, not by a range | all of them are `Workers`"],
        ),
        (
            "Workers[0..2] -> Leader: x;",
            "error",
            &["<0..2> a member is named by one number, not by a range | all of them are `Workers`"],
        ),
    ]);
}

#[test]
fn bindings() {
    says_with_family(&[
        (
            "let left = Leader[0]; left: x;",
            "error; error",
            &["<Leader> `Leader` is one role, not a family | write `Leader` without a number"],
        ),
        (
            "let left: T = Workers[0]; Leader: x",
            "let left: T = error; value Leader: x",
            &[
                "<Workers> a member is bound by a name alone | write `let member = Workers[number];`, without a type, a pattern or `mut`",
            ],
        ),
        (
            "let mut left = Workers[0];",
            "let mut left: error = error",
            &[
                "<Workers> a member is bound by a name alone | write `let member = Workers[number];`, without a type, a pattern or `mut`",
            ],
        ),
        (
            "let left = Workers[1..]; left: x;",
            "error; error",
            &["<1..> a member is named by one number, not by a range | all of them are `Workers`"],
        ),
        (
            "let Leader = Workers[0];",
            "error",
            &["<Leader> `Leader` is already a role here | give the member another name"],
        ),
        (
            "let left = Workers[0]; let left = Workers[1]; left: x;",
            "member left = Workers[0]; error; left: x",
            &["<left> `left` is already a role here | give the member another name"],
        ),
    ]);
}

#[test]
fn conditions() {
    says_with_family(&[
        (
            "while Workers[i] => Leader: p { }",
            "value while error {}",
            &[
                "<Workers> `Workers[i]` can't be computed in the middle of a condition | give the member a name first: `let member = Workers[i];`",
            ],
        ),
        (
            "if ok && (Workers[0] => Leader: p) { }",
            "value if {rust(ok) && (error)} {}",
            &[
                "<Workers> `Workers[0]` can't be computed in the middle of a condition | give the member a name first: `let member = Workers[0];`",
            ],
        ),
    ]);
}

#[test]
fn shapes() {
    says_with_family(&[
        (
            "#[cfg(test)] each w in Workers { w: x }",
            "value each w in Workers {value w: x}",
            &[
                "<#> an attribute can't stand on this statement | put it on a `let`, on an arm of a `match` or on the choreography",
            ],
        ),
        (
            "#[cfg(test)] let w = Workers[0]; w: x",
            "#[cfg(test)] let w: error = error; value error",
            &[
                "<Workers> a member is bound by a name alone | write `let member = Workers[number];`, without a type, a pattern or `mut`",
                "<w> `w` is not a role of `f` | if it is the number of a member, write `Workers[w]`; its roles are `Leader` and `Workers`",
            ],
        ),
        (
            "let w = Workers[0] w: x",
            "member w = Workers[0]; value w: x",
            &["<]> `;` is missing after this | end the statement with `;`"],
        ),
        (
            "each w in [] { w: x }",
            "value error",
            &["<[]> this list of roles is empty | its roles are `Leader` and `Workers`"],
        ),
        (
            "each w in Workers[0] { w: x }",
            "value error",
            &[
                "<Workers> `each` ranges over a family, but `Workers[0]` is one role | write a family, like `Workers`, or a list of roles",
            ],
        ),
        (
            "each w in Workers { w[0]: x }",
            "value each w in Workers {value error}",
            &["<w> `w` is one role, not a family | write `w` without a number"],
        ),
        (
            "each u in Workers { let v = Workers[u.index() + 1]; u -> v: x } v: x;",
            "value each u in Workers {member v = Workers[__index_u+1]; value u -> v: x}; error",
            &[
                "<v> `v` is not a role of `f` | if it is the number of a member, write `Workers[v]`; its roles are `Leader` and `Workers`",
            ],
        ),
        (
            "if let Some(x) = Workers[i] => Workers: y && (Leader => Workers: x) { }",
            "member __Workers_0 = Workers[i]; value if let Some(x) = error {}",
            &[
                "<Leader> a message can't stand inside Rust code | bind the message with `let` first",
            ],
        ),
        (
            "ok || Workers[0] => Leader: p",
            "member __Workers_0 = Workers[0]; value {rust(ok) || __Workers_0 => Leader: p}",
            &[
                "<Workers> this operand of `&&`, `||` or `!` needs parentheses | write `(A => B: value)`: without them, everything that follows is the value",
            ],
        ),
        (
            "Leader -> Workers[0] -> Leader: x;",
            "member __Workers_0 = Workers[0]; error",
            &[
                "<-> a message has one sender and one arrow | send it on in a message of its own, or to several: `Leader -> [Workers[0], ..]: value`",
            ],
        ),
        (
            "Leader - > Workers[0]: x;",
            "error",
            &["<-> `->` is written without a space | write `Leader -> Workers[0]: value`"],
        ),
        (
            "Leader <- Workers[0]: x;",
            "error",
            &[
                "<<> a message is written from its sender to its receiver | write `Workers[0] -> Leader: value`",
            ],
        ),
        (
            "-> Workers[0]: x;",
            "error",
            &[
                "<-> this message has no sender | write `A -> B: value`; the roles are `Leader` and `Workers`",
            ],
        ),
        (
            "Workers[0]: { each Workers: x }",
            "member __Workers_0 = Workers[0]; error",
            &["<each> `each` can't stand inside Rust code | bind it with `let` first"],
        ),
    ]);
}

#[test]
fn calls() {
    says_with_family(&[
        (
            "kv[Leader, [Workers, ]](x); kv[Leader [Workers]](x);",
            "call kv[Leader [Workers]](rust(x)); error",
            &["<Leader> `Leader` is one role, not a family | write `Leader` without a number"],
        ),
        (
            "kv[Leader, [[Workers]]](x);",
            "error",
            &["<Workers> a role of `f` is expected here | its roles are `Leader` and `Workers`"],
        ),
        (
            "kv[Leader, [0]](x);",
            "error",
            &["<0> a number is no role | the member of this number is `Workers[0]`"],
        ),
        (
            "kv[Leader, Workers[]](x);",
            "error",
            &["<[]> the number of the member is missing | write `Workers[number]`"],
        ),
        (
            "kv[Leader, [Leader Workers]](x);",
            "error",
            &["<Leader> `,` is missing after this | separate the roles by commas"],
        ),
        (
            "kv[Leader, Leader Workers](x);",
            "error",
            &["<Leader> `,` is missing after this | separate the roles by commas"],
        ),
    ]);
}
