//! Tokens in a row, as text: identifiers, lifetimes and operators whole, brackets in line.

use super::numbers;
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use std::iter::Peekable;

/// A macro of this name holds something in place of its last group, and reads like that.
pub const MARK: &str = "__chor_type";

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Token {
    /// An identifier or a literal.
    Word(String),
    /// A keyword that is no operand, or a lifetime.
    Keyword(String),
    Open(char),
    Close(char),
    Punct(String),
    /// The second half of `<<`, `>>`, `<<=` or `>>=`: the printer knows whether it is one operator.
    Shift(String),
}

/// The tokens in a row. Brackets deeper than `depth` hold `..` instead of their tokens.
pub fn flatten(stream: TokenStream, depth: usize) -> Vec<Token> {
    let mut tokens = Vec::new();
    flatten_into(stream, depth, &mut tokens);
    tokens
}

fn flatten_into(stream: TokenStream, depth: usize, tokens: &mut Vec<Token>) {
    let mut stream = stream.into_iter().peekable();
    let mut angle = None;
    while let Some(token) = stream.next() {
        let joined = angle.take();
        if let TokenTree::Punct(punct) = &token
            && punct.spacing() == Spacing::Joint
        {
            angle = Some(punct.as_char());
        }
        match token {
            TokenTree::Group(group) => flatten_group(&group, depth, tokens),
            TokenTree::Ident(ident) if ident == MARK => {
                let marked = stream.nth(1);
                tokens.extend(marked.map_or_else(Vec::new, |marked| spelled(marked, depth)));
            }
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                tokens.push(word(numbers::written(&name).unwrap_or(name)));
            }
            TokenTree::Literal(literal) => tokens.push(Token::Word(one_line(&literal.to_string()))),
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                let name = stream.next().map_or_else(String::new, |name| name.to_string());
                tokens.push(Token::Keyword(format!("'{name}")));
            }
            TokenTree::Punct(punct) => {
                let mut operator = punct.as_char().to_string();
                if punct.spacing() == Spacing::Joint {
                    extend_operator(&mut operator, &mut stream);
                }
                tokens.push(punct_or_shift(operator, joined));
            }
        }
    }
}

/// The last group of what is marked.
fn spelled(marked: TokenTree, depth: usize) -> Vec<Token> {
    let TokenTree::Group(marked) = marked else { return Vec::new() };
    match marked.stream().into_iter().last() {
        Some(TokenTree::Group(last)) => flatten(last.stream(), depth),
        _ => Vec::new(),
    }
}

fn punct_or_shift(operator: String, joined: Option<char>) -> Token {
    let shifts = matches!((joined, &*operator), (Some('<'), "<" | "<=") | (Some('>'), ">" | ">="));
    if shifts { Token::Shift(operator) } else { Token::Punct(operator) }
}

fn flatten_group(group: &proc_macro2::Group, depth: usize, tokens: &mut Vec<Token>) {
    let (open, close) = match group.delimiter() {
        Delimiter::Parenthesis => ('(', ')'),
        Delimiter::Bracket => ('[', ']'),
        Delimiter::Brace => ('{', '}'),
        Delimiter::None => return flatten_into(group.stream(), depth, tokens),
    };
    tokens.push(Token::Open(open));
    match depth.checked_sub(1) {
        Some(depth) => flatten_into(group.stream(), depth, tokens),
        None if group.stream().is_empty() => {}
        None => tokens.push(Token::Punct("..".to_owned())),
    }
    tokens.push(Token::Close(close));
}

fn word(name: String) -> Token {
    let is_keyword = matches!(
        &*name,
        "as" | "async"
            | "break"
            | "const"
            | "continue"
            | "dyn"
            | "else"
            | "enum"
            | "extern"
            | "for"
            | "if"
            | "impl"
            | "in"
            | "let"
            | "loop"
            | "match"
            | "mod"
            | "move"
            | "mut"
            | "ref"
            | "return"
            | "static"
            | "struct"
            | "trait"
            | "type"
            | "unsafe"
            | "use"
            | "where"
            | "while"
            | "yield"
    );
    if is_keyword { Token::Keyword(name) } else { Token::Word(name) }
}

fn extend_operator(
    operator: &mut String,
    stream: &mut Peekable<proc_macro2::token_stream::IntoIter>,
) {
    while let Some(TokenTree::Punct(next)) = stream.peek() {
        let longer = format!("{operator}{}", next.as_char());
        if !is_operator(&longer) {
            return;
        }
        let joint = next.spacing() == Spacing::Joint;
        stream.next();
        *operator = longer;
        if !joint {
            return;
        }
    }
}

/// Without `<<`, `>>`, `<<=` and `>>=`: in types these are brackets.
fn is_operator(text: &str) -> bool {
    matches!(
        text,
        "::" | "->"
            | "=>"
            | ".."
            | "..."
            | "..="
            | "&&"
            | "||"
            | "=="
            | "!="
            | "<="
            | ">="
            | "+="
            | "-="
            | "*="
            | "/="
            | "%="
            | "^="
            | "&="
            | "|="
    )
}

/// A string literal may run over several lines.
fn one_line(literal: &str) -> String {
    literal.split('\n').map(str::trim).collect::<Vec<_>>().join(" ")
}
