//! Tokens as lints see them: what each role has a copy of is no mistake of the user's.

use crate::layout::made;
use crate::syntax;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use std::collections::BTreeSet;

/// The same tokens, but as far as lints are concerned the macro's: each role has its copy of an
/// item, used or not.
pub(super) fn unlinted(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut tree| {
            if let TokenTree::Group(group) = &tree {
                let mut inner = Group::new(group.delimiter(), unlinted(group.stream()));
                inner.set_span(group.span().resolved_at(made()));
                return TokenTree::Group(inner);
            }
            tree.set_span(tree.span().resolved_at(made()));
            tree
        })
        .collect()
}

/// No name is in it.
pub(super) fn is_constant(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().all(|tree| match tree {
        TokenTree::Ident(_) => false,
        TokenTree::Group(group) => is_constant(&group.stream()),
        TokenTree::Literal(_) | TokenTree::Punct(_) => true,
    })
}

/// A label, which a role may not use that leaves out an inner loop.
pub(super) fn unlinted_label(label: &syn::Label) -> syn::Label {
    syn::Label { name: unlinted_lifetime(&label.name), ..label.clone() }
}

pub(super) fn unlinted_lifetime(label: &syn::Lifetime) -> syn::Lifetime {
    let mut label = label.clone();
    label.set_span(label.span().resolved_at(Span::call_site()));
    label
}

/// The same tokens, where lints see no assignment of these variables: that a role doesn't read what
/// it assigns says nothing of the others.
///
/// The names are the macro's then, at each of their places alike; so are those that stand in one
/// format string with them.
pub fn unlinted_names(tokens: TokenStream, mut names: BTreeSet<String>) -> TokenStream {
    if names.is_empty() {
        return tokens;
    }
    let mut strings = Vec::new();
    inline_names(&tokens, &mut strings);
    loop {
        let before = names.len();
        for inline in &strings {
            if !inline.is_disjoint(&names) {
                names.extend(inline.iter().cloned());
            }
        }
        if names.len() == before {
            return rename(tokens, &names);
        }
    }
}

/// The names that each string literal may show.
pub(super) fn inline_names(tokens: &TokenStream, found: &mut Vec<BTreeSet<String>>) {
    for tree in tokens.clone() {
        match tree {
            TokenTree::Literal(literal) => {
                let names = shown(&literal);
                if !names.is_empty() {
                    found.push(names);
                }
            }
            TokenTree::Group(group) => inline_names(&group.stream(), found),
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

pub(super) fn shown(literal: &proc_macro2::Literal) -> BTreeSet<String> {
    let text = literal.to_string();
    let word = |part: &str| -> String {
        part.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect()
    };
    if !text.contains('"') {
        return BTreeSet::new();
    }
    // Behind `{`, and widths and precisions before `$`.
    let opened = text.split('{').skip(1).map(word);
    let counted = text
        .split('$')
        .map(|part| word(part.rsplit([':', '.', '<', '>', '^', '0']).next().unwrap_or("")));
    opened.chain(counted).filter(|name| !name.is_empty()).collect()
}

pub(super) fn rename(tokens: TokenStream, names: &BTreeSet<String>) -> TokenStream {
    let unlint = |tree| match tree {
        TokenTree::Ident(mut name) if names.contains(&syntax::name(&name)) => {
            name.set_span(name.span().resolved_at(Span::call_site()));
            TokenTree::Ident(name)
        }
        TokenTree::Literal(mut literal) if !shown(&literal).is_disjoint(names) => {
            literal.set_span(literal.span().resolved_at(Span::call_site()));
            TokenTree::Literal(literal)
        }
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), rename(group.stream(), names));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        other => other,
    };
    tokens.into_iter().map(unlint).collect()
}

/// An identifier that names an item of the module: found by the user's paths, unseen by lints.
pub fn exported(name: &Ident) -> Ident {
    let mut name = name.clone();
    name.set_span(name.span().resolved_at(made()));
    name
}

/// Documentation of something generated.
pub fn doc(text: &str) -> TokenStream {
    quote!(#[doc = #text])
}
