//! Each mistake: what is left of the code, and what is said, with the tokens it points at.

use super::{mistakes, read, render};

/// Of bodies between `A`, `B` and `C`.
fn says(cases: &[(&str, &str, &[&str])]) {
    for (source, rest, expected) in cases {
        let (left, errors) = mistakes(source);
        assert_eq!(errors, *expected, "{source}");
        assert_eq!(left, *rest, "{source}");
    }
}

/// Of whole items.
fn says_of_items(cases: &[(&str, &str, &[&str])]) {
    for (source, rest, expected) in cases {
        let (left, errors) = read(source);
        assert_eq!(errors, *expected, "{source}");
        let left: Vec<_> = left.items.iter().map(render::item).collect();
        assert_eq!(left.join("\n"), *rest, "{source}");
    }
}

#[test]
fn roles() {
    says_of_items(&[
        (
            "chor f(x: T @ A) { A: x }",
            "f[](x: error) {error}",
            &["<f> `f` names no roles | write `f[A, B](..)`"],
        ),
        (
            "chor f[](x: T @ A) { A: x }",
            "f[](x: error) {error}",
            &["<f> `f` has no roles | write `f[A, B](..)`"],
        ),
        (
            "chor f[buyer, book_shop](x: T @ buyer) { buyer: x }",
            "f[buyer book_shop](x: T @ buyer) {value buyer: x}",
            &[
                "<buyer> the role `buyer` doesn't begin with a capital letter | write `Buyer`",
                "<book_shop> the role `book_shop` doesn't begin with a capital letter | write `BookShop`",
            ],
        ),
        (
            "chor f[A, B, A]() { A: x }",
            "f[A B]() {value A: x}",
            &["<A> `A` is named twice | name each role once"],
        ),
        (
            "chor f[me, A]() { B: x }",
            "f[A]() {error}",
            &["<me> `me` can't name a role | write a name like `Buyer`"],
        ),
        (
            "chor f[A B](x: T @ C) { A: }",
            "f[A](x: error) {error}",
            &["<B> `,` is expected between roles | write `f[A, B](..)`"],
        ),
        (
            "chor f[A, 3]() {}",
            "f[A]() {error}",
            &["<3> the name of a role is expected here | write `[A, B]`"],
        ),
        (
            "chor f[A]<A>() {}",
            "f[A]<A>() {}",
            &["<A> `A` is already a role of `f` | choose another name for the generic"],
        ),
        (
            "chor f[A]<const A: u32>() {}",
            "f[A]<const A:u32>() {}",
            &["<A> `A` is already a role of `f` | choose another name for the generic"],
        ),
    ]);
}

#[test]
fn families() {
    says_of_items(&[(
        "chor f[Workers[..], A](x: T @ Workers) { each w in Workers { } }",
        "f[A](x: error) {error}",
        &["<Workers> families of roles are not implemented yet | name each role of its own"],
    )]);
    says(&[
        (
            "each w in Workers { w -> A: x } A: g();",
            "error; A: g()",
            &[
                "<each> `each` and families of roles are not implemented yet | name each role in the header, and write what each of them does",
            ],
        ),
        (
            "let y = each Workers: x; A: f(y);",
            "let y: error = error; A: f(y)",
            &[
                "<each> `each` and families of roles are not implemented yet | name each role in the header, and write what each of them does",
            ],
        ),
        (
            "for w in A { A: x }",
            "value for w in error {value A: x}",
            &[
                "<A> families of roles are not implemented yet | name each role in the header, and here the roles that are meant",
            ],
        ),
        (
            "Workers[i]: x; Workers[i] -> A: x;",
            "error; error",
            &[
                "<Workers> families of roles are not implemented yet | name each role in the header, and here the roles that are meant",
                "<Workers> families of roles are not implemented yet | name each role in the header, and here the roles that are meant",
            ],
        ),
        (
            "A -> Workers[i]: x; A => each w: x;",
            "error; error",
            &[
                "<Workers> families of roles are not implemented yet | name each role in the header, and here the roles that are meant",
                "<each> families of roles are not implemented yet | name each role in the header, and here the roles that are meant",
            ],
        ),
        (
            "let x: T @ each A = 3; let y: T @ A[0] = A: y;",
            "let x: error = error; let y: error = error",
            &[
                "<each> families of roles are not implemented yet | name each role in the header, and here the roles that are meant",
                "<A> families of roles are not implemented yet | name each role in the header, and here the roles that are meant",
            ],
        ),
        (
            "auth[A, [B]](x);",
            "error",
            &[
                "<[> families of roles are not implemented yet | name each role in the header, and here the roles that are meant",
            ],
        ),
        (
            "par { {A: x} {B: y} } A: f();",
            "error; A: f()",
            &["<par> `par` is not implemented yet | write the branches one after the other"],
        ),
        (
            "let z = par { {A: x} {B: y} };",
            "let z: error = error",
            &["<par> `par` is not implemented yet | write the branches one after the other"],
        ),
        (
            "A -> B within d: x;",
            "error",
            &[
                "<within> `within` is not implemented yet | leave it out: the message is awaited without a deadline",
            ],
        ),
        (
            "let x = try A -> B: y;",
            "let x: error = error",
            &[
                "<try> `try` is not implemented yet | leave it out: a role that is gone fails its peers",
            ],
        ),
        (
            "try each w in W first 3 { } A: f();",
            "error; A: f()",
            &[
                "<try> `try` is not implemented yet | leave it out: a role that is gone fails its peers",
            ],
        ),
        (
            "x = each w in W { };",
            "error",
            &[
                "<each> `each` and families of roles are not implemented yet | name each role in the header, and write what each of them does",
            ],
        ),
    ]);
}

#[test]
fn names() {
    says_of_items(&[
        (
            "chor each[A]() {}",
            "each[A]() {}",
            &["<each> `each` is reserved inside `chor!` | choose another name"],
        ),
        (
            "chor f[A](par: T @ A, A: T @ A, match: T @ A) {}",
            "f[A](par: T @ A, A: T @ A) {}",
            &[
                "<par> `par` is reserved inside `chor!` | choose another name",
                "<A> `A` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
                "<match> the name of a parameter is expected here | write `name: Type @ A`",
            ],
        ),
        (
            "chor fn[A]() {}",
            "fn[A]() {}",
            &["<fn> `fn` is reserved inside `chor!` | choose another name"],
        ),
    ]);
    says(&[
        (
            "let A = 3; let me = 4; let S { B, x } = y;",
            "let A = rust(3); let me = rust(4); let S{B,x} = rust(y)",
            &[
                "<A> `A` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
                "<me> `me` is reserved inside `chor!` | choose another name",
                "<B> `B` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
            ],
        ),
        (
            "match x { A => 1, Some(B) => 2, S { x: C } => 3, _ => 4 }",
            "value match rust(x) {A => rust(1), Some(B) => rust(2), S{x:C} => rust(3), _ => rust(4)}",
            &[
                "<A> `A` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
                "<B> `B` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
                "<C> `C` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
            ],
        ),
        (
            "if let A = x { } for B in xs { }",
            "value if let A = rust(x) {}; value for B in rust(xs) {}",
            &[
                "<A> `A` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
                "<B> `B` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
            ],
        ),
        (
            "let c = chor(A) { B: x };",
            "let c = chor(A) {value B: x}",
            &[
                "<A> `A` is a role of `f` and can't be a variable or a constant here | rename the variable, or write the path of the constant: `self::NAME`",
            ],
        ),
    ]);
}

#[test]
fn parameters() {
    says_of_items(&[
        (
            "chor f[A]((a, b): T @ A, _: T @ A, ref z: T @ A, S { a }: T @ A) {}",
            "f[A]() {}",
            &[
                "<(> a parameter is a name, not a pattern | write `name: Type @ A`, and take it apart with `let` in the body",
                "<_> a parameter is a name, not a pattern | write `name: Type @ A`, and take it apart with `let` in the body",
                "<ref> a parameter is a name, not a pattern | write `name: Type @ A`, and take it apart with `let` in the body",
                "<S> a parameter is a name, not a pattern | write `name: Type @ A`, and take it apart with `let` in the body",
            ],
        ),
        (
            "chor f[A](self, &self, &mut self, self: T @ A, mut self, x: T @ A) { A: x }",
            "f[A](x: T @ A) {value A: x}",
            &[
                "<self> a choreography has no `self` | write a parameter with a name and a location: `name: Type @ Role`",
                "<&> a choreography has no `self` | write a parameter with a name and a location: `name: Type @ Role`",
                "<&> a choreography has no `self` | write a parameter with a name and a location: `name: Type @ Role`",
                "<self> a choreography has no `self` | write a parameter with a name and a location: `name: Type @ Role`",
                "<mut> a choreography has no `self` | write a parameter with a name and a location: `name: Type @ Role`",
            ],
        ),
        (
            "chor f[A](x, y @ A, z:, #[cfg(a)] w: T @ A) {}",
            "f[A](x: error, y: error, z: error, w: T @ A) {}",
            &[
                "<x> `x` has no type | write `x: Type @ A`",
                "<y> `y` has no type | write `y: Type @ A`",
                "<,> a type is expected here | write `Type @ A`",
                "<#> a parameter can't have attributes | put it on the choreography",
            ],
        ),
        (
            "chor f[A](x: T @ A y: T @ A) {}",
            "f[A](x: T @ A) {}",
            &["<y> `,` is expected between parameters | write `x: T @ A, y: U @ B`"],
        ),
        (
            "chor f[A](3: T @ A, x: @ A) {}",
            "f[A](x: error) {}",
            &[
                "<3> a parameter is a name, not a pattern | write `name: Type @ A`, and take it apart with `let` in the body",
                "<@> a type is expected here | write `Type @ A`",
            ],
        ),
    ]);
}

#[test]
fn types_without_a_location() {
    says_of_items(&[
        (
            "chor f[A](x: T) -> u32 {}",
            "f[A](x: error) -> error {}",
            &[
                "<T> this type doesn't say which roles hold its value | write `@ A` after it",
                "<u32> this type doesn't say which roles hold its value | write `@ A` after it",
            ],
        ),
        (
            "chor f[A, B](x: T, y: (X @ A, Y), z: (X, Y), w: chor(T) -> U @ A) {}",
            "f[A B](x: error, y: tuple(X @ A, error), z: error, w: chor(error) -> U @ A) {}",
            &[
                "<T> this type doesn't say which roles hold its value | write `@ A`, `@ B` or `@ [A, B]` after it",
                "<Y> this type doesn't say which roles hold its value | write `@ A`, `@ B` or `@ [A, B]` after it",
                "<(X, Y)> this type doesn't say which roles hold its value | write `@ A`, `@ B` or `@ [A, B]` after it",
                "<T> this type doesn't say which roles hold its value | write `@ A`, `@ B` or `@ [A, B]` after it",
            ],
        ),
        (
            "chor f[A, B, C](x: T) {}",
            "f[A B C](x: error) {}",
            &[
                "<T> this type doesn't say which roles hold its value | write `@ A` or `@ [A, B]` after it; the roles are `A`, `B` and `C`",
            ],
        ),
        (
            "chor f[A](x: impl Fn(u32) -> u32) {}",
            "f[A](x: error) {}",
            &[
                "<impl Fn(u32) -> u32> this type doesn't say which roles hold its value | write `@ A` after it",
            ],
        ),
    ]);
    says(&[(
        "f(chor(x: T) { x });",
        "call f(chor(x: error) {value rust(x)})",
        &[
            "<T> this type doesn't say which roles hold its value | write `@ A` or `@ [A, B]` after it; the roles are `A`, `B` and `C`",
        ],
    )]);
}

#[test]
fn locations_of_types() {
    says_of_items(&[
        (
            "chor f[Buyer, Seller](x: T @ Byer, y: T @ [Buyer, Sellr], z: T @) {}",
            "f[Buyer Seller](x: error, y: error, z: error) {}",
            &[
                "<Byer> `Byer` is not a role of `f` | did you mean `Buyer`? its roles are `Buyer` and `Seller`",
                "<Sellr> `Sellr` is not a role of `f` | did you mean `Seller`? its roles are `Buyer` and `Seller`",
                "<)> a role of `f` is expected here | its roles are `Buyer` and `Seller`",
            ],
        ),
        (
            "chor f[A, B](d: chor(X @ A) | A | B) {}",
            "f[A B](d: error) {}",
            &[
                "<|> the auxiliary roles of a choreography are named once | write `| [C, D]`; a `chor` type that is a result stands in parentheses",
            ],
        ),
    ]);
    says(&[
        (
            "let x: T @ = 3; let x: T @ [] = 3; let x: T @ [A, 3] = 3;",
            "let x: error = error; let x: error = error; let x: error = error",
            &[
                "<=> a role of `f` is expected here | its roles are `A`, `B` and `C`",
                "<[]> this list of roles is empty | its roles are `A`, `B` and `C`",
                "<3> a role of `f` is expected here | its roles are `A`, `B` and `C`",
            ],
        ),
        (
            "let x: T @ f() = 3;",
            "let x: error = rust(3)",
            &["<f> `f` is not a role of `f` | its roles are `A`, `B` and `C`"],
        ),
    ]);
}

#[test]
fn headers() {
    says_of_items(&[
        (
            "fn x() {} chor g[A]() { A: x }",
            "g[A]() {value A: x}",
            &[
                "<fn> `chor` is expected here | write `chor name[A, B](..) { .. }`; other items stand outside of `chor!`",
            ],
        ),
        (
            "chor g[A]() { A: x } junk chor h[A]() {} chor [A]() {} pub chor k[A]() {}",
            "g[A]() {value A: x}\nh[A]() {}\npub k[A]() {}",
            &[
                "<junk> `chor` is expected here | write `chor name[A, B](..) { .. }`; other items stand outside of `chor!`",
                "<chor> this choreography has no name | write `chor name[A, B](..) { .. }`",
            ],
        ),
        (
            "chor g[A] { A: x } chor h[A]() = 3; chor i[A]() chor j[A]() {}",
            "g[A]() {value A: x}\nh[A]() {error}\ni[A]() {error}\nj[A]() {}",
            &[
                "<{> the parameters of `g` are expected here | write `()` if there are none",
                "<=> the body of `h` is expected here | write `{ .. }`, after the result type and the `where` clause",
                "<chor> the body of `i` is expected here | write `{ .. }`, after the result type and the `where` clause",
            ],
        ),
        (
            "chor g[A]<T(x: T @ A) { A: x } chor h[A]() {}",
            "g[A]() {value A: x}\nh[A]() {}",
            &["<(> expected `,`"],
        ),
        (
            "chor g[A]() -> { A: }",
            "g[A]() -> error {error}",
            &[
                "<{ A: }> a type is expected here | write `Type @ A`",
                "<:> the code that `A` runs is missing | write `A: expression`, or `A: {}` for nothing",
            ],
        ),
    ]);
}

#[test]
fn unknown_roles() {
    says_of_items(&[
        (
            "chor buy[Buyer, Seller]() { Byer -> Seller: x; Bob: f(); let x: T = Buyer -> [Seller, Sellr]: y; }",
            "buy[Buyer Seller]() {error; error; let x: T = error}",
            &[
                "<Byer> `Byer` is not a role of `buy` | did you mean `Buyer`? its roles are `Buyer` and `Seller`",
                "<Bob> `Bob` is not a role of `buy` | its roles are `Buyer` and `Seller`",
                "<Sellr> `Sellr` is not a role of `buy` | did you mean `Seller`? its roles are `Buyer` and `Seller`",
            ],
        ),
        (
            "chor buy[Buyer, Seller]() { auth[Buyer, Sellers](x); auth[Byer](x); buyer: x; Bob => Buyer: x(); }",
            "buy[Buyer Seller]() {error; error; error; error}",
            &[
                "<Sellers> `Sellers` is not a role of `buy` | did you mean `Seller`? its roles are `Buyer` and `Seller`",
                "<Byer> `Byer` is not a role of `buy` | did you mean `Buyer`? its roles are `Buyer` and `Seller`",
                "<buyer> `buyer` is not a role of `buy` | did you mean `Buyer`? its roles are `Buyer` and `Seller`",
                "<Bob> `Bob` is not a role of `buy` | its roles are `Buyer` and `Seller`",
            ],
        ),
        (
            "chor buy[Buyer]() { Seller: x; if Bob => Buyer: x { Buyer: f() } match Bob -> Buyer: x { _ => Bob: y, } }",
            "buy[Buyer]() {error; value if error {value Buyer: f()}; value match error {_ => error}}",
            &[
                "<Seller> `Seller` is not a role of `buy` | its role is `Buyer`",
                "<Bob> `Bob` is not a role of `buy` | its role is `Buyer`",
                "<Bob> `Bob` is not a role of `buy` | its role is `Buyer`",
                "<Bob> `Bob` is not a role of `buy` | its role is `Buyer`",
            ],
        ),
    ]);
    says(&[(
        "f(x: 1);",
        "call f(error)",
        &["<x> `x` is not a role of `f` | its roles are `A`, `B` and `C`"],
    )]);
}

#[test]
fn misplaced_locations() {
    says(&[
        (
            "let x @ [A, B] = f();",
            "let x: error = rust(f())",
            &["<@> a location stands after a type | write `x: Type @ [A, B]`"],
        ),
        (
            "let y @ A: u32 = 3;",
            "let y: error = rust(3)",
            &["<@> a location stands after a type | write `y: Type @ A`"],
        ),
        (
            "let (a, b) @ A = 3; A: a",
            "let (a,b): error = error; value A: a",
            &["<@> a location stands after a type | write `pattern: Type @ [A, B]`"],
        ),
        (
            "A, B: x;",
            "error",
            &["<,> `;` is expected before this | a list of roles is written `[A, B]`"],
        ),
    ]);
}

#[test]
fn after_a_call() {
    says(&[
        (
            "let x = auth[A, B](y).await; A: x;",
            "let x: error = error; A: x",
            &["<.> `.` can't follow a choreographic expression | bind it with `let` first"],
        ),
        (
            "let x = auth[A, B](y)?;",
            "let x: error = error",
            &["<?> `?` can't follow a choreographic expression | bind it with `let` first"],
        ),
        (
            "let y = (A -> B: x).m();",
            "let y: error = error",
            &["<.> `.` can't follow a choreographic expression | bind it with `let` first"],
        ),
        (
            "agree!(A: x, B: x).foo();",
            "error",
            &["<.> `.` can't follow a choreographic expression | bind it with `let` first"],
        ),
        (
            "if auth[A, B](y).is_some() { A: x }",
            "value if error {value A: x}",
            &["<.> `.` can't follow a choreographic expression | bind it with `let` first"],
        ),
    ]);
}

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

#[test]
fn calls() {
    says(&[
        (
            "auth[](x);",
            "error",
            &["<[> a call of a choreography names its roles | write `name[A, B, C](..)`"],
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
    let source = super::parse(tokens, &mut errors);
    assert_eq!(
        render::item(&source.items[0]),
        "f[A B]() {error; A -> B: y; call g((error)); value B: z}"
    );
    assert_eq!(errors.messages().len(), 2);
}
