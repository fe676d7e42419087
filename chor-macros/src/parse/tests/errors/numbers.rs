//! Mistakes with the numbers of members in code, and forms that stand in code.
//!
//! In choreographies of a `Leader` and a family of `Workers`.

use super::{read, says_with_family};

#[test]
fn numbers() {
    says_with_family(&[
        (
            "each me in Workers { }",
            "value error",
            &["<me> `me` is reserved inside `chor!` | choose another name"],
        ),
        (
            "each w in Workers { w: f(w) }",
            "value each w in Workers {value w: f(w)}",
            &["<w> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "each w in Workers { w: println!(\"{w}\") }",
            "value each w in Workers {value w: println!(\"{w}\")}",
            &["<\"{w}\"> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "each w in Workers { w: xs.map(|w| w.index()) }",
            "value each w in Workers {value w: xs.map(|w|__index_w)}",
            &[
                "<w> `w` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
            ],
        ),
        (
            "each w in Workers { w: vec![xs.map(|w| w.index())] }",
            "value each w in Workers {value w: vec![xs.map(|w|__index_w)]}",
            &[
                "<w> `w` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
            ],
        ),
        (
            "each w in Workers { Leader: jobs[w] }",
            "value each w in Workers {value Leader: jobs[w]}",
            &["<w> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "each w in Workers { Leader -> w: jobs[w].clone() }",
            "value each w in Workers {value Leader -> w: jobs[w].clone()}",
            &["<w> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "Leader: f(Workers)",
            "value Leader: f(Workers)",
            &[
                "<Workers> `Workers` is a family of roles | for the number of its members write `Workers.len()`",
            ],
        ),
        (
            "Leader: Workers[0].f()",
            "value Leader: Workers[0].f()",
            &[
                "<Workers> `Workers` is a family of roles | for the number of its members write `Workers.len()`",
            ],
        ),
        (
            "Leader: me.index()",
            "value Leader: me.index()",
            &[
                "<me> `me` is the member that runs the code of `each Workers: code`, and this is none | name the member, `each w in Workers { .. }`, and write `w.index()`",
            ],
        ),
        (
            "each Workers: f(me);",
            "each me in Workers {value me: f(me)}",
            &["<me> `me` is a role | for its number write `me.index()`"],
        ),
        (
            "if let Some(i) = Leader => Workers: x && (Workers[i] => Leader: p) { }",
            "value if let Some(i) = error {}",
            &[
                "<Workers> a message can't stand inside Rust code | bind the message with `let` first",
            ],
        ),
        (
            "let x: T @ Workers = Leader: f(each Workers: x);",
            "let x: T @ Workers = error",
            &["<each> `each` can't stand inside Rust code | bind it with `let` first"],
        ),
    ]);
}

#[test]
fn places() {
    says_with_family(&[
        (
            "Leader: f(Workers[0] -> Leader: x);",
            "error",
            &[
                "<Workers> a message can't stand inside Rust code | bind the message with `let` first",
            ],
        ),
        (
            "Leader: each w in Workers { w: x }",
            "error",
            &["<each> `each` can't stand inside Rust code | bind it with `let` first"],
        ),
        (
            "Leader: f(kv[Leader, [Workers]](x));",
            "error",
            &[
                "<kv> the call of a choreography can't stand inside Rust code | bind its result with `let` first",
            ],
        ),
        (
            "kv[Leader, Wrkers[0]](x);",
            "error",
            &[
                "<Wrkers> `Wrkers` is not a role of `f` | did you mean `Workers`? its roles are `Leader` and `Workers`",
            ],
        ),
        (
            "kv[Leader, [Wokers]](x);",
            "error",
            &[
                "<Wokers> `Wokers` is not a role of `f` | did you mean `Workers`? its roles are `Leader` and `Workers`",
            ],
        ),
    ]);
}

#[test]
fn roles_as_values() {
    says_with_family(&[
        (
            "each w in Workers { w: f(S { w }) }",
            "value each w in Workers {value w: f(S{w})}",
            &["<w> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "each w in Workers { w: match x { w => w.index() } }",
            "value each w in Workers {value w: match x{w=>__index_w}}",
            &[
                "<w> `w` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
            ],
        ),
        (
            "each w in Workers { w: vec![w, w.index()] }",
            "value each w in Workers {value w: vec![w,__index_w]}",
            &["<w> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "each w in Workers { w: (w).index() }",
            "value each w in Workers {value w: (w).index()}",
            &["<w> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "each w in Workers { w: w.index::<u8>() }",
            "value each w in Workers {value w: w.index::<u8>()}",
            &["<w> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "each w in Workers { w: w.index(3) }",
            "value each w in Workers {value w: w.index(3)}",
            &["<w> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "each w in Workers { w: w.len() }",
            "value each w in Workers {value w: w.len()}",
            &["<w> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "each w in Workers { w: Workers.index() }",
            "value each w in Workers {value w: Workers.index()}",
            &[
                "<Workers> `Workers` is a family of roles | for the number of its members write `Workers.len()`",
            ],
        ),
        (
            "for w in Workers.iter() { Leader: x }",
            "value for w in rust(Workers.iter()) {value Leader: x}",
            &[
                "<Workers> `Workers` is a family of roles | for the number of its members write `Workers.len()`",
            ],
        ),
        (
            "let w = Workers[i].f(); w: x",
            "let w = rust(Workers[i].f()); value error",
            &[
                "<Workers> `Workers` is a family of roles | for the number of its members write `Workers.len()`",
                "<w> `w` is not a role of `f` | if it is the number of a member, write `Workers[w]`; its roles are `Leader` and `Workers`",
            ],
        ),
        (
            "Workers[Workers[0]]: x;",
            "member __Workers_0 = Workers[Workers[0]]; __Workers_0: x",
            &[
                "<Workers> `Workers` is a family of roles | for the number of its members write `Workers.len()`",
            ],
        ),
        (
            "each w in Workers { Workers[w]: x }",
            "value each w in Workers {member __Workers_0 = Workers[w]; value __Workers_0: x}",
            &["<w> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "each w in Workers { let n = Workers[w]; n: x }",
            "value each w in Workers {member n = Workers[w]; value n: x}",
            &["<w> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "each w in Workers { let y = jobs[w]; }",
            "value each w in Workers {let y = rust(jobs[w])}",
            &["<w> `w` is a role | for its number write `w.index()`"],
        ),
        (
            "Workers[0];",
            "rust(Workers[0])",
            &[
                "<Workers> `Workers` is a family of roles | for the number of its members write `Workers.len()`",
            ],
        ),
        (
            "let n = Workers.len;",
            "let n = rust(Workers.len)",
            &[
                "<Workers> `Workers` is a family of roles | for the number of its members write `Workers.len()`",
            ],
        ),
    ]);
}

#[test]
fn a_misplaced_me_is_told_the_families_of_the_choreography() {
    let cases = [
        ("chor f[Boss, Shops[..]]() { Boss: me.index() }", "Shops"),
        ("chor f[A, B, C]() { each r in [A, B] { r: me.index() } }", "[A, B, C]"),
    ];
    for (source, members) in cases {
        let said = format!(
            "<me> `me` is the member that runs the code of `each {members}: code`, and this is none \
             | name the member, `each w in {members} {{ .. }}`, and write `w.index()`"
        );
        assert_eq!(read(source).1, [said], "{source}");
    }
}
