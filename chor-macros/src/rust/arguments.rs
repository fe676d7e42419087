//! The arguments of macro calls, taken apart.

use super::macros::{Grammar, grammar};
use proc_macro2::{Ident, TokenStream, TokenTree};
use std::collections::BTreeSet;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Lit, LitStr, Macro, Pat, Result, Token, token};

/// A piece of a macro's arguments.
#[derive(Debug)]
pub enum Part {
    Value(Expr),
    /// A format string, and the names that the call gives to arguments.
    Format {
        literal: LitStr,
        named: BTreeSet<String>,
    },
    /// `pattern if guard` of `matches!`.
    Test(Box<Test>),
    /// `name` of `name = value`, which may assign.
    Maybe(Ident),
    Unknown(TokenStream),
}

/// `pattern if guard`
#[derive(Debug)]
pub struct Test {
    pub pat: Pat,
    pub guard: Option<Expr>,
}

/// The arguments, as far as they can be understood.
pub fn read(mac: &Macro) -> Vec<Part> {
    let tokens = mac.tokens.clone();
    let parts = match grammar(mac) {
        Grammar::Format(at) => (|input: ParseStream<'_>| format_call(input, at)).parse2(tokens),
        Grammar::Matches => matches_call.parse2(tokens),
        Grammar::Fields { message } => {
            (|input: ParseStream<'_>| fields_call(input, message)).parse2(tokens)
        }
        Grammar::Json => json_call.parse2(tokens),
        Grammar::Values => values_call.parse2(tokens),
        Grammar::Tokens => Ok(Vec::new()),
        Grammar::Unknown => unknown_call.parse2(tokens),
    };
    parts.unwrap_or_else(|_| vec![Part::Unknown(mac.tokens.clone())])
}

/// `a, "{b}", name = c`
fn format_call(input: ParseStream<'_>, at: usize) -> Result<Vec<Part>> {
    let mut args = Vec::new();
    while !input.is_empty() {
        args.push(argument(input)?);
        separator(input)?;
    }
    let named = args.iter().filter_map(|(name, _)| name.as_ref());
    let named: BTreeSet<String> = named.map(|name| name.unraw().to_string()).collect();
    let parts = args.into_iter().enumerate().map(|(index, (_, value))| match string(&value) {
        Some(literal) if index == at => Part::Format { literal, named: named.clone() },
        _ => Part::Value(value),
    });
    Ok(parts.collect())
}

fn argument(input: ParseStream<'_>) -> Result<(Option<Ident>, Expr)> {
    let mut name = None;
    if names_argument(input) {
        name = Some(input.call(Ident::parse_any)?);
        input.parse::<Token![=]>()?;
    }
    Ok((name, input.parse()?))
}

/// At `name = ..`, not at `name == ..`.
fn names_argument(input: ParseStream<'_>) -> bool {
    input.peek(Ident::peek_any)
        && input.peek2(Token![=])
        && !input.peek2(Token![==])
        && !input.peek2(Token![=>])
}

fn separator(input: ParseStream<'_>) -> Result<()> {
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

fn string(expr: &Expr) -> Option<LitStr> {
    match expr {
        Expr::Lit(it) => match &it.lit {
            Lit::Str(literal) => Some(literal.clone()),
            _ => None,
        },
        Expr::Group(it) => string(&it.expr),
        _ => None,
    }
}

/// `value, pattern if guard, "message {x}"`
fn matches_call(input: ParseStream<'_>) -> Result<Vec<Part>> {
    let mut parts = vec![Part::Value(input.parse()?)];
    input.parse::<Token![,]>()?;
    let pat = Pat::parse_multi_with_leading_vert(input)?;
    let guard = match input.parse::<Option<Token![if]>>()? {
        Some(_) => Some(input.parse()?),
        None => None,
    };
    parts.push(Part::Test(Box::new(Test { pat, guard })));
    separator(input)?;
    parts.extend(format_call(input, 0)?);
    Ok(parts)
}

/// `target: "t", user.id = %id, ?x, "message {y}", z`
fn fields_call(input: ParseStream<'_>, message: bool) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let mut awaits_message = message;
    while !input.is_empty() {
        let named = field_name(input);
        sigil(input)?;
        match (named, string_ahead(input)) {
            (false, Some(_)) if awaits_message => {
                awaits_message = false;
                parts.extend(format_call(input, 0)?);
            }
            _ => parts.push(Part::Value(input.parse()?)),
        }
        if input.parse::<Option<Token![;]>>()?.is_none() {
            separator(input)?;
        }
    }
    Ok(parts)
}

/// Skips what stands before a value: `target:`, `user.id =`, `"quoted key" =`, `key:? =`.
fn field_name(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let is_name = skip_field_name(&ahead).is_ok();
    if is_name {
        input.advance_to(&ahead);
    }
    is_name
}

fn skip_field_name(input: ParseStream<'_>) -> Result<()> {
    if input.parse::<Option<LitStr>>()?.is_none() {
        input.call(Ident::parse_any)?;
        while input.parse::<Option<Token![.]>>()?.is_some() {
            input.call(Ident::parse_any)?;
        }
    }
    if input.peek(Token![:]) && !input.peek(Token![::]) {
        input.parse::<Token![:]>()?;
        return if input.peek2(Token![=]) { skip_form(input) } else { Ok(()) };
    }
    skip_equals(input)
}

/// `? =` of `key:? = value`, or `err =` of `key:err = value`.
fn skip_form(input: ParseStream<'_>) -> Result<()> {
    skip_token(input)?;
    skip_equals(input)
}

fn skip_equals(input: ParseStream<'_>) -> Result<()> {
    if input.peek(Token![==]) || input.peek(Token![=>]) {
        return Err(input.error("expected `=`"));
    }
    input.parse::<Token![=]>().map(drop)
}

fn skip_token(input: ParseStream<'_>) -> Result<()> {
    input.parse::<TokenTree>().map(drop)
}

/// `?x` and `%x`: shown by `Debug` and by `Display`.
fn sigil(input: ParseStream<'_>) -> Result<()> {
    if input.peek(Token![?]) || input.peek(Token![%]) {
        skip_token(input)?;
    }
    Ok(())
}

fn string_ahead(input: ParseStream<'_>) -> Option<LitStr> {
    input.fork().parse().ok()
}

/// `{"key": [value, null]}`
fn json_call(input: ParseStream<'_>) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    json_value(input, &mut parts)?;
    separator(input)?;
    Ok(parts)
}

fn json_value(input: ParseStream<'_>, parts: &mut Vec<Part>) -> Result<()> {
    let content;
    if input.peek(token::Brace) {
        syn::braced!(content in input);
        while !content.is_empty() {
            parts.push(Part::Value(content.parse()?));
            content.parse::<Token![:]>()?;
            json_value(&content, parts)?;
            separator(&content)?;
        }
    } else if input.peek(token::Bracket) {
        syn::bracketed!(content in input);
        while !content.is_empty() {
            json_value(&content, parts)?;
            separator(&content)?;
        }
    } else if is_null(input) {
        skip_token(input)?;
    } else {
        parts.push(Part::Value(input.parse()?));
    }
    Ok(())
}

fn is_null(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Ident>().is_ok_and(|ident| ident == "null")
        && (ahead.is_empty() || ahead.peek(Token![,]))
}

/// `a, b` and `a; n`
fn values_call(input: ParseStream<'_>) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    while !input.is_empty() {
        parts.push(Part::Value(input.parse()?));
        if input.parse::<Option<Token![;]>>()?.is_none() {
            separator(input)?;
        }
    }
    Ok(parts)
}

/// Like the calls of known macros, without trust in names and strings.
fn unknown_call(input: ParseStream<'_>) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    while !input.is_empty() {
        let (name, value) = argument(input)?;
        parts.extend(name.map(Part::Maybe));
        parts.push(match string(&value) {
            Some(literal) => Part::Unknown(quote::ToTokens::into_token_stream(literal)),
            None => Part::Value(value),
        });
        if input.parse::<Option<Token![;]>>()?.is_none() {
            separator(input)?;
        }
    }
    Ok(parts)
}
