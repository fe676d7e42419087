//! Projections as text, and what each role's code mentions.

mod families;

use crate::error::Errors;
use crate::ir::{RoleId, RoleSet};
use crate::{check, expand, parse, project, simplify, text};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The share of each role of each choreography, after simplification.
fn shares(source: &str) -> String {
    let mut errors = Errors::new();
    let tokens: TokenStream = format!("chor; {source}").parse().expect("tokens");
    let source = parse::parse(tokens, &mut errors);
    let checked = check::check(&source, &[], |_| check::Task::Report, &mut errors);
    assert!(errors.is_empty(), "{:#?}", errors.messages());
    let mut out = String::new();
    for check::Checked { signature, global, .. } in &checked {
        let roles: Vec<RoleId> = RoleSet::first(signature.roles.len()).iter().collect();
        let bodies: Vec<_> =
            roles.iter().map(|role| project::project_body(global, *role)).collect();
        let all: BTreeSet<_> = bodies.iter().flat_map(simplify::uses).collect();
        for (role, body) in roles.iter().zip(bodies) {
            let share = simplify::simplify(body, &all, &global.vars);
            let text = text::render(&share.body, global);
            let _ = writeln!(out, "{}:\n{}", signature.roles[role.index()], indent(&text));
        }
    }
    out
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn mistakes(source: &str) -> Vec<String> {
    let mut errors = Errors::new();
    let tokens: TokenStream = format!("chor; {source}").parse().expect("tokens");
    let source = parse::parse(tokens, &mut errors);
    check::check_headers(&source, &mut errors);
    check::check(&source, &[], |_| check::Task::Report, &mut errors);
    errors.messages()
}

const BOOKSELLER: &str = r#"
    chor buy_book[Buyer, Seller](order: Order @ Buyer, catalogue: Catalogue @ Seller) -> Option<Date> @ Buyer {
        let title: String = Buyer -> Seller: order.title.clone();
        let price: Option<u32> = Seller -> Buyer: catalogue.price(&title);
        if Buyer => Seller: price.is_some_and(|price| price <= order.budget) {
            let address: String = Buyer -> Seller: order.address;
            let date: Date = Seller -> Buyer: ship(address);
            Buyer: println!("the book arrives on {date}");
            Buyer: Some(date)
        } else {
            Seller: println!("the buyer changed their mind");
            Buyer: None
        }
    }
"#;

#[test]
fn the_bookseller_is_projected() {
    insta::assert_snapshot!(shares(BOOKSELLER));
}

/// The identifiers and literals of the `impl` blocks of one role.
fn code_of(source: &str, role: &str) -> BTreeSet<String> {
    let tokens: TokenStream = format!("chor; {source}").parse().expect("tokens");
    let mut words = BTreeSet::new();
    let mut header = Vec::new();
    for tree in expand::expand(tokens) {
        match &tree {
            TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => {
                if header.first().is_some_and(|word| word == "impl")
                    && header.iter().any(|word| word == role)
                {
                    collect(group.stream(), &mut words);
                }
                header.clear();
            }
            other => header.push(other.to_string()),
        }
    }
    assert!(!words.is_empty(), "no code for {role}");
    words
}

fn collect(tokens: TokenStream, words: &mut BTreeSet<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => collect(group.stream(), words),
            other => {
                words.insert(other.to_string());
            }
        }
    }
}

#[test]
fn a_role_holds_nothing_of_the_others() {
    let (buyer, seller) = (code_of(BOOKSELLER, "Buyer"), code_of(BOOKSELLER, "Seller"));
    for word in ["catalogue", "ship", "\"the buyer changed their mind\"", "Catalogue"] {
        assert!(seller.contains(word), "{word} is the seller's");
        assert!(!buyer.contains(word), "{word} is not the buyer's");
    }
    for word in ["order", "budget", "\"the book arrives on {date}\"", "Order"] {
        assert!(buyer.contains(word), "{word} is the buyer's");
        assert!(!seller.contains(word), "{word} is not the seller's");
    }
}

/// What a choreography becomes, token by token, but for the number that tells exported signatures apart,
/// which counts the expansions of the compiler's process.
fn tokens(source: &str) -> Vec<String> {
    let mut words = Vec::new();
    flatten(expand::expand(format!("chor; {source}").parse().expect("tokens")), &mut words);
    assert!(!words.iter().any(|word| word == "compile_error"), "{words:?}");
    words
}

fn flatten(tokens: TokenStream, words: &mut Vec<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => {
                words.push(format!("{:?}", group.delimiter()));
                flatten(group.stream(), words);
                words.push("end".to_owned());
            }
            other => words.push(without_number(&other.to_string())),
        }
    }
}

fn without_number(word: &str) -> String {
    match word.strip_prefix("__chor_signature_") {
        Some(rest) => rest.trim_end_matches(|char: char| char.is_ascii_digit()).to_owned(),
        None => word.to_owned(),
    }
}

#[test]
fn the_same_input_gives_the_same_expansion() {
    assert_eq!(tokens(BOOKSELLER), tokens(BOOKSELLER));
}

#[test]
fn roles_outside_a_guard_skip_the_branch() {
    insta::assert_snapshot!(shares(
        "chor f[A, B, C](n: u32 @ A) {
            if A => B: n > 3 { B: print(1); } else { A: print(2); }
            let m: u32 = A -> C: n;
            C: print(m);
        }"
    ));
}

#[test]
fn loops_run_at_the_roles_that_act_in_them() {
    insta::assert_snapshot!(shares(
        "chor f[A, B, C](xs: Vec<u32> @ [A, B, C]) {
            let mut sum: u32 @ [A, B] = 0;
            for x in xs { sum += x; }
            loop {
                let done: bool = A => B: sum > 10;
                if done { break; }
                sum += 1;
            }
            while A => B: sum > 0 { sum -= 1; }
            [A, B]: print(sum);
        }"
    ));
}

#[test]
fn plain_rust_that_nobody_uses_is_left_out() {
    insta::assert_snapshot!(shares(
        "chor f[A, B](x: u32 @ [A, B]) {
            let y = x + 1;
            let z = y * 2;
            A: print(z);
            let w = noisy(x);
            B: print(w);
        }"
    ));
}

#[test]
fn tuples_are_taken_apart_by_role() {
    insta::assert_snapshot!(shares(
        "chor swap[A, B](x: u32 @ A, y: u32 @ B) -> (u32 @ A, u32 @ B) {
            (B -> A: y, A -> B: x)
        }
        chor f[A, B]() {
            let (a, b) = swap[A, B](A: 1, B: 2);
            A: print(a);
            B: print(b);
        }"
    ));
}

#[test]
fn copying_a_variable_widens_its_agreement() {
    insta::assert_snapshot!(shares(
        "chor f[A, B, C](x: u32 @ [A, B]) -> u32 @ [A, B, C] { A => C: x }"
    ));
}

#[test]
fn guards_short_circuit() {
    insta::assert_snapshot!(shares(
        "chor f[A, B](x: u32 @ A, y: u32 @ B) {
            if (A => B: p(x)) && !(B => A: q(y)) { A: go(); }
        }"
    ));
}

#[test]
fn code_at_fewer_roles_holds_the_agreements_it_reads() {
    insta::assert_snapshot!(shares(
        "chor f[A, B](board: Vec<u32> @ [A, B]) {
            let n = A: board.len();
            let m = A: board;
            A: print(n, m);
            B: show(&board);
        }"
    ));
}

#[test]
fn an_unresolved_name_does_not_cascade() {
    let found = mistakes(
        "chor f[A, B](n: u32 @ A) -> u32 @ B {
            let x: u32 = A -> D: n;
            let y = x + 1;
            B: print(y);
            A -> B: y
        }",
    );
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].contains("`D` is not a role of `f`"), "{found:#?}");
}
