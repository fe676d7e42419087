//! Mistakes in headers: roles, names, parameters and types.

use super::{says, says_of_items};

#[test]
fn roles() {
    says_of_items(&[
        (
            "chor f(x: T @ A) { A: x }",
            "f[](x: error) {error}",
            &["<f> `f` names no roles | write `f[A, B](..)`"],
        ),
        (
            "chor f<T: Message>[A, B](x: T @ A) { A: x }",
            "f[A B]<T:Message>(x: T @ A) {value A: x}",
            &["<<> the generics of `f` stand after its roles | write `f[A, B]<..>(..)`"],
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
