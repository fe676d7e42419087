//! How long a choreography takes to expand, and how that grows with roles and messages.
//!
//! `cargo bench -p chor-macros --bench expansion`; the last lines are `ratio<TAB>work<TAB>value`:
//! the time by the bound of 10 ms, and the growth from half the size by the growth of
//! roles times messages. For members by number, also the tokens that each choreography becomes.

#![allow(
    unused,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    reason = "the passes are the macro crate's own modules and are linted there"
)]

#[path = "../src/ast.rs"]
mod ast;
#[path = "../src/changes.rs"]
mod changes;
#[path = "../src/check/mod.rs"]
mod check;
#[path = "../src/codegen/mod.rs"]
mod codegen;
#[path = "../src/diagram.rs"]
mod diagram;
#[path = "../src/emit/mod.rs"]
mod emit;
#[path = "../src/error.rs"]
mod error;
#[path = "../src/expand.rs"]
mod expand;
#[path = "../src/foreign/mod.rs"]
mod foreign;
#[path = "../src/ir/mod.rs"]
mod ir;
#[path = "../src/layout/mod.rs"]
mod layout;
#[path = "../src/parse/mod.rs"]
mod parse;
#[path = "../src/project/mod.rs"]
mod project;
#[path = "../src/protocol/mod.rs"]
mod protocol;
#[path = "../src/rust/mod.rs"]
mod rust;
#[path = "../src/sends/mod.rs"]
mod sends;
#[path = "../src/simplify.rs"]
mod simplify;
#[path = "../src/syntax.rs"]
mod syntax;
#[path = "../src/walk.rs"]
mod walk;
#[path = "../src/written.rs"]
mod written;

use std::fmt::Write;
use std::time::{Duration, Instant};

const ROUNDS: usize = 31;

fn main() {
    let full = median(&source(7, 50));
    let fewer_messages = median(&source(7, 25));
    let more_messages = median(&source(7, 100));
    let more_roles = median(&source(14, 50));
    println!("7 roles, 50 messages: {full:?}");
    println!("7 roles, 25 messages: {fewer_messages:?}");
    println!("7 roles, 100 messages: {more_messages:?}");
    println!("14 roles, 50 messages: {more_roles:?}");
    ratio("expansion of 7 roles and 50 messages by 10 ms", full.as_secs_f64() / 0.010);
    ratio(
        "growth with twice the messages by 2",
        more_messages.as_secs_f64() / full.as_secs_f64() / 2.0,
    );
    ratio("growth with twice the roles by 2", more_roles.as_secs_f64() / full.as_secs_f64() / 2.0);
    let sizes: Vec<usize> = (1..=6).map(by_number).collect();
    ratio("tokens of 6 members by number by those of 3, by 2", share(sizes[5], sizes[2]) / 2.0);
}

/// Says how large and how slow the expansion of so many members by number is.
fn by_number(members: usize) -> usize {
    let source = with_members(members);
    let output = expand::expand(source.parse().expect("tokens"));
    let (tokens, time) = (count(output), median(&source));
    println!("{members} members by number: {tokens} tokens, {time:?}");
    tokens
}

fn share(tokens: usize, of: usize) -> f64 {
    f64::from(u32::try_from(tokens).expect("few")) / f64::from(u32::try_from(of).expect("few"))
}

fn count(tokens: proc_macro2::TokenStream) -> usize {
    let size = |tree| match tree {
        proc_macro2::TokenTree::Group(group) => 1 + count(group.stream()),
        _ => 1,
    };
    tokens.into_iter().map(size).sum()
}

fn ratio(work: &str, value: f64) {
    println!("ratio\t{work}\t{value:.3}");
}

fn median(source: &str) -> Duration {
    let tokens: proc_macro2::TokenStream = source.parse().expect("tokens");
    // The first runs find cold caches and fill the allocator.
    for _ in 0..ROUNDS {
        expand::expand(tokens.clone());
    }
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let input = tokens.clone();
            let start = Instant::now();
            let output = expand::expand(input);
            let time = start.elapsed();
            assert!(
                !output.to_string().contains("compile_error"),
                "the choreography has a mistake"
            );
            time
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}

/// A choreography in which each role passes on what it got, with a branch every ten messages.
fn source(roles: usize, messages: usize) -> String {
    let names: Vec<String> = (0..roles).map(|role| format!("R{role}")).collect();
    let mut text = format!(
        "chor; chor big[{}](start: u64 @ R0) {{ let x0: u64 = R0 => R1: start + 1;",
        names.join(", ")
    );
    for message in 1..messages {
        let (from, to) = (message % roles, (message + 1) % roles);
        let before = message - 1;
        if message % 10 == 0 {
            let others: Vec<&str> = names
                .iter()
                .enumerate()
                .filter(|(r, _)| *r != from)
                .map(|(_, n)| n.as_str())
                .collect();
            let _ = write!(
                text,
                "if R{from} => [{}]: x{before} > 3 {{ R{to}: println!(\"on\"); }} else {{ R{from}: println!(\"off\"); }}
                 let x{message}: u64 = R{from} => R{to}: x{before};",
                others.join(", ")
            );
        } else {
            let _ = write!(
                text,
                "let x{message}: u64 = R{from} => R{to}: x{before}.wrapping_mul({message});"
            );
        }
    }
    text.push('}');
    text
}

/// A choreography in which members that have names get something, and answer.
fn with_members(members: usize) -> String {
    let mut text = "chor; chor many[Leader, Nodes[..]](x: u64 @ each Nodes) {".to_owned();
    for member in 0..members {
        let _ = write!(
            text,
            "let n{member} = Nodes[{member}];
             let got: u64 = Leader -> n{member}: {member};
             let answer: u64 = n{member} -> Leader: got + x;
             Leader: println!(\"{{answer}}\");
             let all: u64 = n{member} => Nodes: x;
             each Nodes: println!(\"{{all}}\");"
        );
    }
    text.push('}');
    text
}
