//! Mistakes in who does what: roles and locations.

use super::{says, says_of_items};

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
