//! Looking through an expression: where its operands end, and whether one of them is
//! choreographic.
//!
//! Walks tokens once for each level of nesting, and parses nothing.

use super::cursor::{Token, group, next, punct};
use super::head::{arrow, past_path};
use super::recover::begins_statement;
use super::{Flavour, Parser};
use proc_macro2::Delimiter;
use syn::buffer::Cursor;

/// What ends an operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stop {
    And,
    Or,
    /// `=`, `+=` and its kin.
    Assign,
    End,
}

/// Where an operand ends, and what follows the operator there.
pub(super) struct Reach<'a> {
    pub(super) stop: Stop,
    pub(super) end: Cursor<'a>,
    pub(super) rest: Cursor<'a>,
}

/// The reach of the operand of `&&` and `||` that begins at `start`.
pub(super) fn operand(start: Cursor<'_>, flavour: Flavour) -> Reach<'_> {
    let mut walk = Walk { at: start, prefix: true, closure: false, blocks: 0, branches: false };
    loop {
        let end = walk.at;
        if let Some((stop, rest)) = walk.step(flavour) {
            return Reach { stop, end, rest };
        }
        if end == walk.at {
            return Reach { stop: Stop::End, end, rest: end };
        }
    }
}

struct Walk<'a> {
    at: Cursor<'a>,
    /// Nothing has been seen that an operator could follow: `&&` is a reference.
    prefix: bool,
    /// In a closure's body, which extends as far as it can.
    closure: bool,
    /// Blocks still to come that belong to the operand: of `if`, `match`, `unsafe`, ..
    blocks: usize,
    /// There was an `if`, so that an `else` is its.
    branches: bool,
}

impl<'a> Walk<'a> {
    fn step(&mut self, flavour: Flavour) -> Option<(Stop, Cursor<'a>)> {
        let Some((token, rest)) = next(self.at) else { return Some((Stop::End, self.at)) };
        match token {
            Token::Punct(_) => self.step_punct(),
            Token::Group(Delimiter::Brace, _) => self.step_brace(flavour, rest),
            Token::Ident(word) => self.step_word(&word.to_string(), rest),
            Token::Group(..) | Token::Other => {
                (self.at, self.prefix) = (rest, false);
                None
            }
        }
    }

    fn step_word(&mut self, word: &str, rest: Cursor<'a>) -> Option<(Stop, Cursor<'a>)> {
        match word {
            "else" if !self.branches => return Some((Stop::End, self.at)),
            "else" if super::cursor::word(rest, "if").is_some() => {}
            "if" | "match" | "while" | "for" | "loop" | "unsafe" | "else" => self.blocks += 1,
            "async" | "const" if group(rest, Delimiter::Brace).is_some() => self.blocks += 1,
            _ => {}
        }
        self.branches |= word == "if";
        self.prefix = matches!(
            word,
            "if" | "match"
                | "while"
                | "in"
                | "return"
                | "break"
                | "move"
                | "async"
                | "static"
                | "mut"
        );
        self.at = rest;
        None
    }

    fn step_brace(&mut self, flavour: Flavour, rest: Cursor<'a>) -> Option<(Stop, Cursor<'a>)> {
        if self.blocks == 0 && flavour == Flavour::NoBrace {
            return Some((Stop::End, self.at));
        }
        self.blocks = self.blocks.saturating_sub(1);
        (self.at, self.prefix) = (rest, false);
        let ended = flavour == Flavour::Stmt && self.blocks == 0 && begins_statement(rest);
        ended.then_some((Stop::End, self.at))
    }

    fn step_punct(&mut self) -> Option<(Stop, Cursor<'a>)> {
        let at = self.at;
        if punct(at, ";").is_some() || punct(at, ",").is_some() || arrow(at).is_some() {
            return Some((Stop::End, at));
        }
        if self.prefix && punct(at, "|").is_some() {
            self.at = past_closure_params(at);
            self.closure = true;
            return None;
        }
        if let Some((stop, rest)) = operator(at).filter(|_| !self.prefix) {
            if !self.closure {
                return Some((stop, rest));
            }
            (self.at, self.prefix) = (rest, true);
            return None;
        }
        if let Some(rest) = punct(at, "::").and_then(|rest| past_generics(rest)) {
            (self.at, self.prefix) = (rest, false);
            return None;
        }
        let compare = ["==", "!=", "<=", ">="].iter().find_map(|operator| punct(at, operator));
        let postfix = punct(at, "?").is_some();
        self.at = compare.or_else(|| next(at).map(|(_, rest)| rest)).unwrap_or(at);
        self.prefix = !postfix;
        None
    }
}

fn operator(at: Cursor<'_>) -> Option<(Stop, Cursor<'_>)> {
    const ASSIGNING: [&str; 10] = ["+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=", "<<=", ">>="];
    if let Some(rest) = punct(at, "&&") {
        return Some((Stop::And, rest));
    }
    if let Some(rest) = punct(at, "||") {
        return Some((Stop::Or, rest));
    }
    punct(at, "=")
        .or_else(|| ASSIGNING.iter().find_map(|text| punct(at, text)))
        .map(|rest| (Stop::Assign, rest))
}

/// Past `|x, y: T|`
fn past_closure_params(start: Cursor<'_>) -> Cursor<'_> {
    let mut at = punct(start, "|").unwrap_or(start);
    while let Some((token, rest)) = next(at) {
        at = rest;
        if matches!(token, Token::Punct('|')) {
            break;
        }
    }
    at
}

/// Past `<T, U>`
fn past_generics(start: Cursor<'_>) -> Option<Cursor<'_>> {
    let mut at = punct(start, "<")?;
    let mut depth = 1_usize;
    while depth > 0 {
        if let Some(rest) = punct(at, "->") {
            at = rest;
            continue;
        }
        let (token, rest) = next(at)?;
        match token {
            Token::Punct('<') => depth += 1,
            Token::Punct('>') => depth -= 1,
            Token::Punct(';') => return None,
            _ => {}
        }
        at = rest;
    }
    Some(at)
}

impl Parser<'_> {
    /// Whether an operand of the expression at `start` is choreographic.
    pub(super) fn is_choreographic(&self, start: Cursor<'_>, flavour: Flavour) -> bool {
        let mut at = start;
        loop {
            if self.is_operand(at) {
                return true;
            }
            let reach = operand(at, flavour);
            if !matches!(reach.stop, Stop::And | Stop::Or) {
                return false;
            }
            at = reach.rest;
        }
    }

    /// Whether the operand that begins at `at` is choreographic.
    pub(super) fn is_operand(&self, mut at: Cursor<'_>) -> bool {
        while let Some(rest) = punct(at, "!") {
            at = rest;
        }
        self.head(at).is_some() || self.is_group(at) || self.is_value_call(at)
    }

    /// `(A: x, ..)`
    pub(super) fn is_group(&self, at: Cursor<'_>) -> bool {
        group(at, Delimiter::Parenthesis).is_some_and(|(inside, _)| self.any_element(inside))
    }

    /// `f(A: x)`
    pub(super) fn is_value_call(&self, at: Cursor<'_>) -> bool {
        past_path(at).is_some_and(|args| self.is_group(args))
    }

    fn any_element(&self, mut at: Cursor<'_>) -> bool {
        while !at.eof() {
            if self.is_operand(at) {
                return true;
            }
            let reach = operand(at, Flavour::Full);
            at = match reach.stop {
                Stop::End => match next(reach.end) {
                    Some((Token::Punct(','), rest)) => rest,
                    _ => return false,
                },
                Stop::And | Stop::Or | Stop::Assign => reach.rest,
            };
        }
        false
    }
}
