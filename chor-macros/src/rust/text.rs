//! Code as one line of text, for messages, labels and diagrams.
//!
//! Works on tokens, not on how they were laid out, so that equal code gives equal text. What a `<`
//! or a `&` means is decided by its neighbours.

use super::tokens::{Token, flatten};
use quote::ToTokens;

/// The longest text that stays readable in the middle of a message.
const LIMIT: usize = 60;

/// Readable text of bounded length: what is deep inside brackets, or too much, becomes `..`.
pub fn text(tokens: &impl ToTokens) -> String {
    let stream = tokens.to_token_stream();
    let depths = (0..6).rev().map(|depth| print(&flatten(stream.clone(), depth)));
    let mut shortest = String::new();
    for text in std::iter::once(full_text(tokens)).chain(depths) {
        shortest = text;
        if shortest.chars().count() <= LIMIT {
            return shortest;
        }
    }
    let kept: String = shortest.chars().take(LIMIT - 2).collect();
    format!("{}..", kept.trim_end())
}

/// Readable text of any length.
pub fn full_text(tokens: &impl ToTokens) -> String {
    print(&flatten(tokens.to_token_stream(), usize::MAX))
}

fn print(tokens: &[Token]) -> String {
    let mut printer = Printer::default();
    for index in 0..tokens.len() {
        printer.token(tokens, index);
    }
    printer.text
}

/// What the token before means for the one behind it.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Before {
    /// The start, an opening bracket, a prefix operator, `::` or `.`: nothing comes between.
    #[default]
    Tight,
    /// The end of an operand, which may be called, indexed or continued.
    Operand,
    /// `name!` or `#`: a bracket belongs to it.
    Bracketed,
    /// A keyword, a separator, an operator, a brace.
    Loose,
}

#[derive(Default)]
struct Printer {
    text: String,
    before: Before,
    /// The closing tokens that are expected for `<` and `|`, innermost last.
    open: Vec<Opened>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    Angle,
    Pipe,
    Group,
}

impl Printer {
    fn token(&mut self, tokens: &[Token], index: usize) {
        match &tokens[index] {
            Token::Word(word) => self.word(word),
            Token::Keyword(word) => self.put(word, self.before != Before::Tight, Before::Loose),
            Token::Open(open) => self.open_group(*open, &tokens[index + 1..]),
            Token::Close(close) => self.close_group(*close),
            Token::Shift(punct) if self.before == Before::Loose => {
                self.put(punct, false, Before::Loose);
            }
            Token::Shift(punct) | Token::Punct(punct) => {
                self.punct(punct, &tokens[..index], &tokens[index + 1..]);
            }
        }
    }

    fn put(&mut self, text: &str, space: bool, before: Before) {
        if space && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.before = before;
    }

    fn word(&mut self, word: &str) {
        self.put(word, self.before != Before::Tight, Before::Operand);
    }

    fn open_group(&mut self, open: char, rest: &[Token]) {
        self.open.push(Opened::Group);
        let empty = matches!(rest.first(), Some(Token::Close(_)));
        if open == '{' {
            let after = if empty { Before::Tight } else { Before::Loose };
            self.put("{", self.before != Before::Tight, after);
        } else {
            self.put(&open.to_string(), self.before == Before::Loose, Before::Tight);
        }
    }

    fn close_group(&mut self, close: char) {
        while self.open.pop().is_some_and(|open| open != Opened::Group) {}
        let inner_space = close == '}' && !self.text.ends_with('{');
        let after = if close == '}' { Before::Loose } else { Before::Operand };
        self.put(&close.to_string(), inner_space, after);
    }

    fn punct(&mut self, punct: &str, before: &[Token], rest: &[Token]) {
        let operand = self.before == Before::Operand;
        let loose = self.before == Before::Loose;
        match punct {
            "," | ";" | ":" => self.put(punct, false, Before::Loose),
            "." => self.put(punct, false, Before::Tight),
            ".." | "..=" | "..." => self.put(punct, loose, Before::Tight),
            "::" => self.put(punct, loose && !closes_brace(before), Before::Tight),
            "?" if operand || closes_brace(before) => self.put(punct, false, Before::Operand),
            "!" if operand && is_macro(rest) => self.put(punct, false, Before::Bracketed),
            "#" => self.put(punct, loose || operand, Before::Bracketed),
            "?" | "!" | "$" => self.put(punct, loose || operand, Before::Tight),
            "<" if self.opens_generics(before, rest) => {
                self.open.push(Opened::Angle);
                let space = loose
                    && !matches!(before.last(), Some(Token::Keyword(word)) if matches!(&**word, "for" | "impl" | "fn"));
                self.put(punct, space, Before::Tight);
            }
            ">" if self.closes_generics(punct) => {
                self.open.pop();
                self.put(punct, false, Before::Operand);
            }
            "|" if self.open.last() == Some(&Opened::Pipe) => {
                self.open.pop();
                self.put(punct, false, Before::Loose);
            }
            "|" if !operand => {
                self.open.push(Opened::Pipe);
                self.put(punct, loose, Before::Tight);
            }
            "&" | "&&" | "*" | "-" if !operand => self.put(punct, loose, Before::Tight),
            _ => self.put(punct, self.before != Before::Tight, Before::Loose),
        }
    }

    fn closes_generics(&self, punct: &str) -> bool {
        punct == ">" && self.open.last() == Some(&Opened::Angle)
    }

    /// `Vec<`, `::<`, `for<`, `<T as Trait>`: not `a < b`.
    fn opens_generics(&self, before: &[Token], rest: &[Token]) -> bool {
        let position = match before.last() {
            Some(Token::Word(word)) => {
                self.open.last() == Some(&Opened::Angle) || word.starts_with(char::is_uppercase)
            }
            Some(Token::Close(_)) => false,
            Some(Token::Punct(punct)) => self.before != Before::Operand || punct == "::",
            _ => true,
        };
        position && closes_angle(rest)
    }
}

fn closes_brace(before: &[Token]) -> bool {
    matches!(before.last(), Some(Token::Close('}')))
}

fn is_macro(rest: &[Token]) -> bool {
    matches!(rest.first(), Some(Token::Open(_)))
}

/// Only what a list of types can hold stands between here and the closing `>`.
fn closes_angle(rest: &[Token]) -> bool {
    let (mut angles, mut groups) = (1_usize, 0_usize);
    let mut may_refer = true;
    for token in rest {
        match token {
            Token::Open(_) => groups += 1,
            Token::Close(_) if groups == 0 => return false,
            Token::Close(_) => groups -= 1,
            _ if groups > 0 => {}
            Token::Punct(punct) | Token::Shift(punct) => match &**punct {
                "<" => angles += 1,
                ">" if angles == 1 => return true,
                ">" => angles -= 1,
                "&&" if may_refer => {}
                "&&" | "||" | ";" | "." | "==" | "!=" | "=>" | "<=" | ">=" => return false,
                _ => {}
            },
            Token::Word(_) | Token::Keyword(_) => {}
        }
        may_refer = matches!(token, Token::Punct(punct) if matches!(&**punct, "<" | "," | "&"));
    }
    false
}
