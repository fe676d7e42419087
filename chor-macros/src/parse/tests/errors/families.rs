//! Mistakes with families and their members.
//!
//! In choreographies of a `Leader` and a family of `Workers`.

use super::{says_of_items, says_with_family};

#[test]
fn headers() {
    says_of_items(&[
        (
            "chor f[A[]]() {}",
            "f[A[..]]() {}",
            &[
                "<[]> the size of `A` is missing | write `A[..]` for any number of members, or `A[3]`",
            ],
        ),
        (
            "chor f[A[1..], B[\"x\"], C[|x| x], D[1, 2], E[*]]() { A: x }",
            "f[A[..] B[..] C[..] D[..] E[..]]() {value A: x}",
            &[
                "<[1..]> the size of `A` is one number | write `A[..]` for any number of members, or `A[3]`",
                "<[\"x\"]> the size of `B` is one number | write `B[..]` for any number of members, or `B[3]`",
                "<[|x| x]> the size of `C` is one number | write `C[..]` for any number of members, or `C[3]`",
                "<[1, 2]> the size of `D` is one number | write `D[..]` for any number of members, or `D[3]`",
                "<[*]> the size of `E` is one number | write `E[..]` for any number of members, or `E[3]`",
            ],
        ),
        (
            "chor f[A[..], A[..]]() {}",
            "f[A[..]]() {}",
            &["<A> `A` is named twice | name each role once"],
        ),
        (
            "chor f[A[..]](x: T @ A[0]) -> T @ A[1] {}",
            "f[A[..]](x: error) -> error {}",
            &[
                "<A> `A[0]` is a member, and which one is computed in the body | write `A`, `each A` or a role of the header",
                "<A> `A[1]` is a member, and which one is computed in the body | write `A`, `each A` or a role of the header",
            ],
        ),
        (
            "chor f[A[..], B](x: T @ each B, y: T @ each Z) -> T @ each {}",
            "f[A[..] B](x: error, y: error) -> error {}",
            &[
                "<B> `each` ranges over a family, but `B` is one role | write a family, like `A`, or a list of roles",
                "<Z> `Z` is not a role of `f` | its roles are `A` and `B`",
                "<{}> a role of `f` is expected here | its roles are `A` and `B`",
            ],
        ),
        (
            "chor f[a[..], B]() {}",
            "f[a[..] B]() {}",
            &["<a> the role `a` doesn't begin with a capital letter | write `A`"],
        ),
        (
            "chor f[A[..][..]]() {}",
            "f[A[..]]() {error}",
            &["<[> `,` is expected between roles | write `f[A, B](..)`"],
        ),
    ]);
}

#[test]
fn stated_sizes() {
    says_of_items(&[
        (
            "chor f[A[3]]() { A[2]: x; A[3]: y; A[3u8] -> A[0x3]: z; let next = A[(4)]; next: z }",
            "f[A[3]]() {member __A_0 = A[2]; __A_0: x; member __A_1 = A[3]; __A_1: y; __A_1 -> __A_1: z; member next = A[(4)]; value next: z}",
            &[
                "<3> `A` has 3 members, numbered from 0: there is no `A[3]` | the last is `A[2]`; how many there are is declared in the header",
                "<3u8> `A` has 3 members, numbered from 0: there is no `A[3u8]` | the last is `A[2]`; how many there are is declared in the header",
                "<0x3> `A` has 3 members, numbered from 0: there is no `A[0x3]` | the last is `A[2]`; how many there are is declared in the header",
                "<4> `A` has 3 members, numbered from 0: there is no `A[4]` | the last is `A[2]`; how many there are is declared in the header",
            ],
        ),
        (
            "chor f[A[(1)], B[0], C[N], D[..]]() { A[1]: x; B[0]: x; C[9]: x; D[9]: x; A[i]: x }",
            "f[A[(1)] B[0] C[N] D[..]]() {member __A_0 = A[1]; __A_0: x; member __B_1 = B[0]; __B_1: x; member __C_2 = C[9]; __C_2: x; member __D_3 = D[9]; __D_3: x; member __A_4 = A[i]; value __A_4: x}",
            &[
                "<1> `A` has 1 member, numbered 0: there is no `A[1]` | the last is `A[0]`; how many there are is declared in the header",
                "<0> `B` has no members: there is no `B[0]` | declare some in the header, or any number: `B[..]`",
            ],
        ),
    ]);
}

#[test]
fn ranges() {
    says_with_family(&[
        (
            "each w in Wokers { w -> Leader: x; w: w.index() } Leader: g();",
            "value error; Leader: g()",
            &[
                "<Wokers> `Wokers` is not a role of `f` | did you mean `Workers`? its roles are `Leader` and `Workers`",
            ],
        ),
        (
            "each w in Leader { w: x }",
            "value error",
            &[
                "<Leader> `each` ranges over a family, but `Leader` is one role | write a family, like `Workers`, or a list of roles",
            ],
        ),
        (
            "for w in Leader { w: x }",
            "value error",
            &[
                "<Leader> `for` ranges over a family, but `Leader` is one role | write a family, like `Workers`, or a list of roles",
            ],
        ),
        (
            "each Leader: x;",
            "error",
            &[
                "<Leader> `each` ranges over a family, but `Leader` is one role | write a family, like `Workers`, or a list of roles",
            ],
        ),
        (
            "each Unknown: x;",
            "error",
            &["<Unknown> `Unknown` is not a role of `f` | its roles are `Leader` and `Workers`"],
        ),
        (
            "each w in Workers: x;",
            "error",
            &[
                "<:> what a member with a name does stands in a block | write `each w in Workers { w: code }`, or `each Workers: code`",
            ],
        ),
        (
            "each w in Workers",
            "error",
            &["<}> the block of `each` is expected here | write `{ .. }`"],
        ),
        (
            "each w in Workers second 2 { }",
            "value error",
            &[
                "<second> `{` is expected here | write `each w in Workers { .. }`, with `first k` or `until |come| ..`, then `within d`, in front of the block",
            ],
        ),
        (
            "each Workers { f() }",
            "error",
            &[
                "<{ f() }> `:` and the code that each member runs are expected here | write `each Workers: code`, or `each w in Workers { .. }`",
            ],
        ),
        (
            "each Workers -> Leader: x;",
            "error",
            &[
                "<-> a message of each member needs a name for the member | write `each w in Workers { w -> B: value }`",
            ],
        ),
        (
            "let x: T @ each Leader = Leader: x;",
            "let x: error = error",
            &[
                "<Leader> `each` ranges over a family, but `Leader` is one role | write a family, like `Workers`, or a list of roles",
            ],
        ),
        (
            "let x: T @ each Nobody = Leader: x;",
            "let x: error = Leader: x",
            &["<Nobody> `Nobody` is not a role of `f` | its roles are `Leader` and `Workers`"],
        ),
        (
            "'a: each w in Workers { }",
            "error",
            &["<'a> a label stands before a loop or a block | leave it out"],
        ),
        (
            "f(each w in Workers { w: x } + 1);",
            "call f(error)",
            &[
                "<+> a choreographic expression can only be an operand of `&&`, `||` and `!` | bind it with `let` first",
            ],
        ),
        ("ok && each w in Workers { w: x };", "{rust(ok) && each w in Workers {value w: x}}", &[]),
        (
            "each [Leader, Workers]: f() Leader: g()",
            "each me in [Leader Workers] {value me: f()}; value Leader: g()",
            &["<)> `;` is missing after this | end the statement with `;`"],
        ),
    ]);
}

#[test]
fn names() {
    says_with_family(&[
        (
            "each (a, b) in Workers { }",
            "error",
            &["<(> a name for the member is expected here | write `each w in Workers { .. }`"],
        ),
        (
            "each 3 in Workers { }",
            "error",
            &["<3> a name for the member is expected here | write `each w in Workers { .. }`"],
        ),
        (
            "each { Leader: x }",
            "error",
            &[
                "<{ Leader: x }> a role of `f` is expected here | its roles are `Leader` and `Workers`",
            ],
        ),
        (
            "for (i, w) in Workers { w: x }",
            "value error",
            &[
                "<(i, w)> a member is bound by a name alone | write `for w in Workers { .. }`; its number is `w.index()`",
            ],
        ),
        (
            "for _ in Workers { Leader: x }",
            "value error",
            &[
                "<_> a member is bound by a name alone | write `for w in Workers { .. }`; its number is `w.index()`",
            ],
        ),
        (
            "each Leader in Workers { }",
            "value error",
            &["<Leader> `Leader` is already a role here | give the member another name"],
        ),
        (
            "each w in Workers { each w in Workers { w: x } }",
            "value each w in Workers {value error}",
            &["<w> `w` is already a role here | give the member another name"],
        ),
        (
            "each w in Workers { for w in Workers { w: x } }",
            "value each w in Workers {value error}",
            &[
                "<w> `w` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
            ],
        ),
        (
            "each w in Workers { let w = Leader: x; }",
            "value each w in Workers {let w = Leader: x}",
            &[
                "<w> `w` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
            ],
        ),
        (
            "each w in Workers { } w: x;",
            "value each w in Workers {}; error",
            &[
                "<w> `w` is not a role of `f` | if it is the number of a member, write `Workers[w]`; its roles are `Leader` and `Workers`",
            ],
        ),
    ]);
}
