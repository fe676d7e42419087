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
