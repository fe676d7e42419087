//! What one role came to, as text: whole if that is short, else its beginning and a digest.
//!
//! What stands in braces is compared in any order: maps and sets that are equal may be told in
//! different ones, and fields have but one.

use std::fmt;

/// In bytes: a longer text is kept by its digest.
const SHORT: usize = 200;

#[derive(Clone, Debug)]
pub(super) struct Came {
    /// The text, or its beginning.
    text: String,
    /// The length and the digest of all of it.
    rest: Option<(usize, u64)>,
}

impl Came {
    /// What was told as `text`, in one of `spare`.
    pub(super) fn new(text: &str, spare: &mut Vec<Self>) -> Self {
        let mut came = spare.pop().unwrap_or_else(|| Self { text: String::new(), rest: None });
        came.text.clear();
        came.text.push_str(&text[..text.floor_char_boundary(SHORT)]);
        came.rest = (text.len() > SHORT).then(|| (text.len(), digest(text)));
        came
    }

    /// Whether another role that told this `text` came to the same.
    pub(super) fn equals(&self, text: &str) -> bool {
        match self.rest {
            None => {
                self.text == text
                    || self.text.len() == text.len() && digest(&self.text) == digest(text)
            }
            Some(rest) => rest == (text.len(), digest(text)),
        }
    }

    /// Keeps its memory for another.
    pub(super) fn keep(self, spare: &mut Vec<Self>) {
        if spare.len() < 64 {
            spare.push(self);
        }
    }
}

/// `[1, 2, 3, .. (1048576 bytes, digest 62c0ffee)`
impl fmt::Display for Came {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match self.rest {
            None => Ok(()),
            Some((length, digest)) => write!(f, ".. ({length} bytes, digest {digest:016x})"),
        }
    }
}

/// What stands between brackets, braces or parentheses, as far as it is read.
struct Group {
    /// The order of its items makes no difference.
    braces: bool,
    items: u64,
    item: u64,
}

impl Group {
    fn new(braces: bool) -> Self {
        Self { braces, items: 0, item: 0 }
    }

    fn add(&mut self, part: u64) {
        self.item = mix(self.item ^ part);
    }

    fn next(&mut self) {
        let item = mix(self.item ^ 1);
        self.items =
            if self.braces { self.items.wrapping_add(item) } else { mix(self.items ^ item) };
        self.item = 0;
    }
}

/// A digest that tells texts apart, but for the order of what stands in braces. Any text has one:
/// brackets needn't match.
fn digest(text: &str) -> u64 {
    let mut outer = Vec::new();
    let mut group = Group::new(false);
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let length = literal(rest).unwrap_or(char.len_utf8());
        let (part, after) = rest.split_at(length);
        rest = after;
        match char {
            '{' | '[' | '(' => {
                group.add(u64::from(char));
                outer.push(std::mem::replace(&mut group, Group::new(char == '{')));
            }
            '}' | ']' | ')' if !outer.is_empty() => close(&mut group, &mut outer),
            ',' => {
                group.next();
                rest = rest.trim_start_matches(' ');
            }
            _ => part.bytes().for_each(|byte| group.add(u64::from(byte) | 0x100)),
        }
    }
    while !outer.is_empty() {
        close(&mut group, &mut outer);
    }
    group.next();
    group.items
}

fn close(group: &mut Group, outer: &mut Vec<Group>) {
    group.next();
    if let Some(mut around) = outer.pop() {
        around.add(group.items);
        *group = around;
    }
}

/// The length of the string or the character that a text begins with: what is in it is no bracket.
fn literal(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|char| matches!(char, '"' | '\''))?;
    let mut chars = text.char_indices().skip(1);
    let mut count = 0;
    while let Some((index, char)) = chars.next() {
        if char == quote {
            return Some(index + 1);
        }
        if char == '\\' && chars.next().is_some_and(|(_, escaped)| escaped == 'u') {
            chars.by_ref().find(|(_, char)| *char == '}');
        }
        count += 1;
        // A lifetime in the name of a type, not a character.
        if quote == '\'' && count > 1 {
            return None;
        }
    }
    None
}

/// The finaliser of the generator `splitmix64`: <https://prng.di.unimi.it/splitmix64.c>.
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::{Came, SHORT, digest};
    use proptest::prelude::*;

    fn equal(one: &str, other: &str) -> bool {
        Came::new(one, &mut Vec::new()).equals(other)
    }

    #[test]
    fn the_order_in_braces_makes_no_difference() {
        assert!(equal(r#"{"a": [1, 2], "b": {3, 4}}"#, r#"{"b": {4, 3}, "a": [1, 2]}"#));
        assert!(equal("S { x: {1, 2} }", "S { x: {2, 1} }"));
        assert!(!equal("{1, 2}", "{1, 3}"));
        assert!(!equal("{1: 2, 2: 1}", "{1: 1, 2: 2}"));
    }

    #[test]
    fn any_other_order_does() {
        assert!(!equal("[1, 2]", "[2, 1]"));
        assert!(!equal("(1, 2)", "(2, 1)"));
        assert!(!equal("1, 2", "2, 1"));
        assert!(!equal("[{1}, {2}]", "[{2}, {1}]"));
        assert!(!equal(r#""{a, b}""#, r#""{b, a}""#));
        assert!(!equal("{[1, 2]}", "{[2, 1]}"));
    }

    #[test]
    fn quotes_are_told_from_lifetimes() {
        assert!(equal("{'{', '}', '\\'', '\\u{1}'}", "{'}', '\\u{1}', '{', '\\''}"));
        assert!(equal("{P<&'a T>, P<&'b T>}", "{P<&'b T>, P<&'a T>}"));
        assert!(!equal("'a', 'b'", "'b', 'a'"));
    }

    #[test]
    fn long_values_are_told_apart_at_their_ends() {
        let (one, mut other) = (vec![0; SHORT], vec![0; SHORT]);
        other[SHORT - 1] = 1;
        let (one, other) = (format!("{one:?}"), format!("{other:?}"));
        assert!(equal(&one, &one));
        assert!(!equal(&one, &other));
        let text = Came::new(&one, &mut Vec::new()).to_string();
        assert!(text.starts_with("[0, 0, 0, "), "{text}");
        assert!(text.contains(".. (600 bytes, digest "), "{text}");
    }

    proptest! {
        #[test]
        fn every_text_has_a_digest(text in "[\\[\\](){},'\"\\\\ au]{0,30}", other in ".{0,30}") {
            prop_assert!(equal(&text, &text));
            prop_assert!(equal(&other, &other));
            prop_assert_eq!(digest(&text), digest(&text.clone()));
        }

        #[test]
        fn maps_are_equal_in_any_order(mut items in proptest::collection::vec(("[a{,\"]{0,4}", 0..9), 0..6)) {
            let told = |items: &[(String, i32)]| {
                let items: Vec<String> = items.iter().map(|(key, value)| format!("{key:?}: {value}")).collect();
                format!("{{{}}}", items.join(", "))
            };
            let one = told(&items);
            items.reverse();
            prop_assert!(equal(&one, &told(&items)));
        }
    }
}
