//! Whatever is written, the parser ends, soon and without a panic.

use super::read;
use proptest::prelude::*;

/// Choreographies that hold every form.
const SEEDS: [&str; 4] = [
    "pub chor f[A, B, C]<T: Clone>(x: T @ A, mut y: (X @ A, Y @ [B, C]), d: chor(u32 @ A) -> bool @ A | B) \
     -> (U @ A, V @ B) where T: Send { let t: String = A -> B: x.t.clone(); if A => [B, C]: p(x) && q { \
     B: f(t) } else { return (A: x, B: y); } }",
    "chor g[A, B]() { let Some(x) = A => B: f()? else { break 'a; }; match x { 1 | 2 if y => A: z, \
     S { a, .. } => { B: g() } _ => agree!(A: x, B: y) } 'a: while let Some(x) = auth[A, B]::<u32>(x, A: y) \
     && ok { x += A -> B: e as T; continue 'a; } }",
    "chor h[A, B]() { let c = move chor(x: T @ A, y) -> U @ B | C { A -> B: x }; for (i, x) in xs.iter() { \
     [A, B]: { f(|x, y: u32| x || y) } } loop { (A => B: x) && !(B => A: y) || f(A: x, chor(x) { x }); } \
     const X: u32 = 1; A: m! { x } unsafe { f() } #[cfg(test)] let x @ 1..=3: T @ A; }",
    "chor k[A, B, W[..]](x: T @ each W) { each w in W first 2 within d { w -> A: f(w.index()) } par { {A: x} {A: y} } let x: Result<T, Lost> @ B \
     = try A -> B within d: e; let l = W[W.len() - 1]; for u in [A, W] { l => W: y } each W: me.index(); f[l, [A, u]](x); A - > B: x; A <- B: y; W[i]: x; -> A: x; x @ [A, B]; auth[A, [B]](x) }",
];

const WORDS: [&str; 72] = [
    "A", "B", "C", "D", "Workers", "x", "y", "f", "auth", "chor", "each", "par", "agree", "me",
    "within", "first", "until", "if", "else", "match", "while", "for", "in", "loop", "let", "mut",
    "ref", "return", "break", "continue", "move", "async", "await", "try", "unsafe", "const",
    "static", "fn", "struct", "use", "impl", "dyn", "where", "as", "self", "super", "crate", "pub",
    "true", "_", ":", "::", "->", "=>", "=", "==", "&&", "||", "!", "&", "|", "<", ">", ".", "..",
    "?", "@", "+", "-", "#", "'a", "'a:",
];

/// Token trees: words, separators, literals and groups of them.
fn tokens() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        12 => proptest::sample::select(&WORDS[..]).prop_map(str::to_owned),
        3 => Just(",".to_owned()),
        3 => Just(";".to_owned()),
        1 => proptest::sample::select(&["1", "1.5", "\"s\"", "'c'", "1u32", "..=", "+=", "<<="][..])
            .prop_map(str::to_owned),
    ];
    let line = proptest::collection::vec(word, 0..12).prop_map(|words| words.join(" "));
    line.prop_recursive(5, 120, 6, |inner| {
        (proptest::collection::vec((inner, 0..4_usize), 1..6)).prop_map(|parts| {
            let wrap = |(text, kind): (String, usize)| match kind {
                0 => format!("( {text} )"),
                1 => format!("[ {text} ]"),
                2 => format!("{{ {text} }}"),
                _ => text,
            };
            parts.into_iter().map(wrap).collect::<Vec<_>>().join(" ")
        })
    })
}

/// One change to the words of a choreography: its place, its kind and another place.
fn changes() -> impl Strategy<Value = (usize, Vec<(usize, usize, usize)>)> {
    (0..SEEDS.len(), proptest::collection::vec((0..400_usize, 0..4_usize, 0..400_usize), 1..8))
}

/// Brackets are words of their own, so that a change can unbalance them.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in text.split_whitespace() {
        let mut word = String::new();
        for char in part.chars() {
            if "()[]{};,".contains(char) {
                words.extend([std::mem::take(&mut word), char.to_string()]);
            } else {
                word.push(char);
            }
        }
        words.push(word);
    }
    words.retain(|word| !word.is_empty());
    words
}

fn changed(seed: &str, changes: &[(usize, usize, usize)]) -> String {
    let mut words = words(seed);
    for (place, kind, other) in changes {
        let (place, other) = (place % words.len(), other % words.len());
        match kind {
            0 if words.len() > 1 => {
                words.remove(place);
            }
            1 => words.insert(place, words[place].clone()),
            2 => words.swap(place, other),
            _ => words[place] = WORDS[other % WORDS.len()].to_owned(),
        }
    }
    balance(words).join(" ")
}

/// Drops closing brackets without an opening one, and closes what is open.
fn balance(words: Vec<String>) -> Vec<String> {
    let mut open = Vec::new();
    let mut balanced = Vec::new();
    for word in words {
        match word.as_str() {
            "(" => open.push(")"),
            "[" => open.push("]"),
            "{" => open.push("}"),
            ")" | "]" | "}" if open.last() == Some(&word.as_str()) => {
                open.pop();
            }
            ")" | "]" | "}" => continue,
            _ => {}
        }
        balanced.push(word);
    }
    balanced.extend(open.into_iter().rev().map(str::to_owned));
    balanced
}

/// Whether a text can be split into tokens at all.
fn balanced(text: &str) -> bool {
    text.parse::<proc_macro2::TokenStream>().is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_body(tokens in tokens()) {
        prop_assume!(balanced(&tokens));
        let (source, _) = read(&format!("chor f[A, B, C, Workers[..]](x: T @ A) {{ {tokens} }}"));
        prop_assert_eq!(source.items.len(), 1);
    }

    #[test]
    fn any_items(tokens in tokens()) {
        prop_assume!(balanced(&tokens));
        read(&tokens);
        read(&format!("chor f {tokens}"));
        read(&format!("chor f[A, B]({tokens}) {{}}"));
        read(&format!("chor f[A, {tokens}](x: T @ A) {{ A: x }}"));
    }

    #[test]
    fn any_change((seed, changes) in changes()) {
        let text = changed(SEEDS[seed], &changes);
        prop_assume!(balanced(&text));
        read(&text);
    }

    /// Every statement of a broken body has one of its own or a mistake that stands for it.
    #[test]
    fn no_silence(tokens in tokens()) {
        prop_assume!(balanced(&tokens));
        let (source, errors) = read(&format!("chor f[A, B, C, Workers[..]]() {{ {tokens} }}"));
        let left = super::render::item(&source.items[0]);
        prop_assert!(!left.contains("error") || !errors.is_empty(), "{}", left);
    }
}
