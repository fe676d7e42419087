//! Mistakes with what runs at once, and with what may not come.
//!
//! In choreographies of a `Leader` and a family of `Workers`.

use super::says_with_family;

#[test]
fn branches() {
    says_with_family(&[
        (
            "par Leader: x;",
            "error",
            &[
                "<par> the branches of `par` stand in braces | write each branch in braces: `par { { A: x } { B: y } }`",
            ],
        ),
        (
            "par { Leader: x }",
            "value error",
            &[
                "<Leader> a branch of `par` is a block | write each branch in braces: `par { { A: x } { B: y } }`",
            ],
        ),
        (
            "par { Leader: x; Leader: y }",
            "value error",
            &[
                "<Leader> a branch of `par` is a block | write each branch in braces: `par { { A: x } { B: y } }`",
            ],
        ),
        (
            "par { { Leader: x } Leader: y }",
            "value error",
            &[
                "<Leader> a branch of `par` is a block | write each branch in braces: `par { { A: x } { B: y } }`",
            ],
        ),
        (
            "par { }",
            "value error",
            &[
                "<par> this `par` has no branches | write each branch in braces: `par { { A: x } { B: y } }`",
            ],
        ),
        (
            "par { { Leader: x } }",
            "value error",
            &[
                "<par> this `par` has one branch, and nothing runs beside it | write a second branch, or leave `par` out",
            ],
        ),
        (
            "par { { Leader: x } { Leader: y } }.await;",
            "error",
            &["<.> `.` can't follow a choreographic expression | bind it with `let` first"],
        ),
        (
            "let x = par { { Leader: x } { Leader: y } } + 1;",
            "let x: error = error",
            &[
                "<+> a choreographic expression can only be an operand of `&&`, `||` and `!` | bind it with `let` first",
            ],
        ),
        (
            "Leader: f(par { { x } { y } });",
            "error",
            &["<par> `par` can't stand inside Rust code | bind it with `let` first"],
        ),
    ]);
}

#[test]
fn rounds() {
    says_with_family(&[
        (
            "each w in Workers first { }",
            "value error",
            &["<first> an expression is expected after `first` | write `first 2`"],
        ),
        (
            "each w in Workers first 2 within { }",
            "value error",
            &[
                "<within> an expression is expected after `within` | write `within Duration::from_secs(1)`",
            ],
        ),
        (
            "each w in Workers within d first 2 { }",
            "value each w in Workers first 2 within d {}",
            &[
                "<first> `first` stands before `within` | write `each w in Workers first k within d { .. }`",
            ],
        ),
        (
            "each w in Workers first 2 first 3 { }",
            "value each w in Workers first 3 {}",
            &["<first> `first` is written twice | write it once"],
        ),
        (
            "each w in Workers first 2 until |v| true { }",
            "value each w in Workers until |v|true {}",
            &[
                "<until> `until` can't stand beside `first` | write one of them: `first k` is `until |come| come.len() >= k`",
            ],
        ),
        (
            "each w in Workers within d within e { }",
            "value each w in Workers within e {}",
            &["<within> `within` is written twice | write it once"],
        ),
        (
            "try each w in Workers { }",
            "value error",
            &[
                "<each> `try` has nothing to turn into a value: this `each` waits for all | write how many are enough: `try each w in Workers first k { .. }`",
            ],
        ),
        (
            "try each Workers: x;",
            "error",
            &[
                "<each> `try` has nothing to turn into a value: this `each` waits for all | write `try each w in Workers first k { .. }`",
            ],
        ),
    ]);
}

#[test]
fn deadlines() {
    says_with_family(&[
        (
            "Leader => Workers[0] within d: x;",
            "member __Workers_0 = Workers[0]; Leader => __Workers_0: x",
            &[
                "<within> `within` can't stand with `=>`: `Leader` could not know the outcome | write `->`, and send the outcome on: `let x: T = Workers[0] => Leader: x;`",
            ],
        ),
        (
            "Leader -> Workers within d: x;",
            "Leader -> Workers: x",
            &[
                "<within> `within` needs one receiver: several could not know each other's outcome | send to one role, and send the outcome on",
            ],
        ),
        (
            "Leader -> [Leader, Workers] within d: x;",
            "Leader -> [Leader Workers]: x",
            &[
                "<within> `within` needs one receiver: several could not know each other's outcome | send to one role, and send the outcome on",
            ],
        ),
        (
            "Leader -> Workers[0] within: x;",
            "member __Workers_0 = Workers[0]; error",
            &[
                "<within> how long to wait is missing after `within` | write `Leader -> Workers[0] within Duration::from_secs(1): value`",
            ],
        ),
        (
            "try Leader => Workers[0]: x;",
            "member __Workers_0 = Workers[0]; error",
            &[
                "<try> `try` can't stand with `=>`: `Leader` could not know the outcome | write `->`, and send the outcome on: `let x: T = Workers[0] => Leader: x;`",
            ],
        ),
        (
            "try Leader -> Workers: x;",
            "error",
            &[
                "<try> `try` needs one receiver: several could not know each other's outcome | send to one role, and send the outcome on",
            ],
        ),
        (
            "try Leader: x;",
            "error",
            &[
                "<try> `try` stands before a message or an `each` | write `try A -> B: value` or `try each w in Workers first k { .. }`",
            ],
        ),
        (
            "try par { { Leader: x } { Leader: y } };",
            "error",
            &[
                "<try> `try` stands before a message or an `each` | write `try A -> B: value` or `try each w in Workers first k { .. }`",
            ],
        ),
        (
            "Leader: f(try Leader -> Workers: x);",
            "error",
            &["<try> `try` can't stand inside Rust code | bind it with `let` first"],
        ),
        (
            "x = try Leader: x;",
            "error",
            &[
                "<try> `try` stands before a message or an `each` | write `try A -> B: value` or `try each w in Workers first k { .. }`",
            ],
        ),
        (
            "let r = try Workers[i] -> Leader within S { d }.d: e;",
            "member __Workers_0 = Workers[i]; let r: error = error",
            &[
                "<S> `:` and the value to send are expected after this | write `Workers[i] -> Leader: value`",
            ],
        ),
    ]);
}

#[test]
fn shapes() {
    says_with_family(&[
        (
            "par { { Leader: x } { Leader: y }; }",
            "value par({value Leader: x}, {value Leader: y})",
            &[
                "<;> a branch of `par` is a block | write each branch in braces: `par { { A: x } { B: y } }`",
            ],
        ),
        (
            "par [ { Leader: x } ];",
            "error",
            &[
                "<par> the branches of `par` stand in braces | write each branch in braces: `par { { A: x } { B: y } }`",
            ],
        ),
        (
            "each w in Workers first k within d until x { w: x }",
            "value each w in Workers until x within d {value w: x}",
            &[
                "<until> `until` can't stand beside `first` | write one of them: `first k` is `until |come| come.len() >= k`",
            ],
        ),
        (
            "each w in Workers within { w: x }",
            "value error",
            &[
                "<within> an expression is expected after `within` | write `within Duration::from_secs(1)`",
            ],
        ),
        (
            "each w in Workers until { w: x }",
            "value error",
            &[
                "<until> an expression is expected after `until` | write `until |come| come.len() >= 2`",
            ],
        ),
        (
            "each w in Workers first 1, within d { w -> Leader: x }",
            "value error",
            &[
                "<,> `{` is expected here | write `each w in Workers { .. }`, with `first k` or `until |come| ..`, then `within d`, in front of the block",
            ],
        ),
        (
            "try Workers[0] - > Leader: x;",
            "error",
            &[
                "<try> `try` stands before a message or an `each` | write `try A -> B: value` or `try each w in Workers first k { .. }`",
            ],
        ),
        (
            "let x = try f(y);",
            "let x: error = error",
            &[
                "<try> `try` stands before a message or an `each` | write `try A -> B: value` or `try each w in Workers first k { .. }`",
            ],
        ),
        (
            "try kv[Leader, Workers](x);",
            "error",
            &[
                "<try> `try` stands before a message or an `each` | write `try A -> B: value` or `try each w in Workers first k { .. }`",
            ],
        ),
        (
            "try for w in Workers { }",
            "error",
            &[
                "<try> `try` stands before a message or an `each` | write `try A -> B: value` or `try each w in Workers first k { .. }`",
            ],
        ),
        (
            "Leader -> Workers[0] within d x;",
            "member __Workers_0 = Workers[0]; error",
            &[
                "<d> `:` and the value to send are expected after this | write `Leader -> Workers[0]: value`",
            ],
        ),
        (
            "Leader -> Workers[0] first 2: x;",
            "member __Workers_0 = Workers[0]; error",
            &[
                "<]> `:` and the value to send are expected after this | write `Leader -> Workers[0]: value`",
            ],
        ),
    ]);
}
