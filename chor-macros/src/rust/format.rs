//! The inline arguments of format strings: `{total}`, `{x:?}`, `{:width$.prec$}`.

use proc_macro2::Ident;
use syn::LitStr;
use syn::ext::IdentExt;
use syn::parse::Parser;

/// The identifiers that a format string mentions, in order, with the literal's span.
pub fn inline_names(literal: &LitStr) -> Vec<Ident> {
    names_in(&literal.value()).iter().filter_map(|name| ident(name, literal)).collect()
}

fn ident(name: &str, literal: &LitStr) -> Option<Ident> {
    let mut ident = Ident::parse_any.parse_str(name).ok()?;
    // A keyword can only be meant as the variable `r#type`.
    if syn::parse_str::<Ident>(name).is_err() && name != "self" {
        ident = syn::parse_str::<Ident>(&format!("r#{name}")).ok()?;
    }
    ident.set_span(literal.span());
    Some(ident)
}

fn names_in(string: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = string;
    while let Some(brace) = rest.find(['{', '}']) {
        let escaped = rest[brace..].starts_with("{{") || rest[brace..].starts_with("}}");
        let opens = rest[brace..].starts_with('{');
        rest = &rest[brace + if escaped { 2 } else { 1 }..];
        if opens && !escaped {
            rest = placeholder(rest, &mut names);
        }
    }
    names
}

/// Reads `argument:spec}` and returns what follows.
fn placeholder<'a>(inside: &'a str, names: &mut Vec<String>) -> &'a str {
    let end_of_argument = inside.find([':', '}']).unwrap_or(inside.len());
    let (argument, rest) = inside.split_at(end_of_argument);
    push_name(argument.trim(), names);
    let Some(spec) = rest.strip_prefix(':') else { return rest.get(1..).unwrap_or_default() };
    let spec = without_fill(spec);
    let (spec, rest) = spec.split_once('}').unwrap_or((spec, ""));
    // A name in the spec is a width or a precision, and `$` ends it.
    for part in spec.split_inclusive('$').filter_map(|part| part.strip_suffix('$')) {
        let start = part.rfind(|c: char| !is_name_char(c)).map_or(0, |at| at + char_len(part, at));
        let name = &part[start..];
        // `{:0width$}`: a zero in front is a flag.
        push_name(name.strip_prefix('0').unwrap_or(name), names);
    }
    rest
}

/// The fill may be any character, also a brace, if an alignment follows.
fn without_fill(spec: &str) -> &str {
    let mut chars = spec.chars();
    match (chars.next(), chars.next()) {
        (Some(_), Some('<' | '^' | '>')) => chars.as_str(),
        _ => spec,
    }
}

fn push_name(name: &str, names: &mut Vec<String>) {
    let starts = name.starts_with(|c: char| is_name_char(c) && !c.is_numeric());
    if starts && name != "_" && name.chars().all(is_name_char) {
        names.push(name.to_owned());
    }
}

fn is_name_char(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn char_len(string: &str, at: usize) -> usize {
    string[at..].chars().next().map_or(0, char::len_utf8)
}
