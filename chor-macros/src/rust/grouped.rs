//! Expressions that a `macro_rules!` was given, `$e:expr`.
//!
//! They come in groups without delimiters, which rustc forgets in what a procedural macro returns:
//! `$e * 2` with `1 + 2` would be 5. So those of which a neighbour could take a part get
//! parentheses. Types and patterns come in such groups too: parentheses stand only where they are
//! right for these as well.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{BinOp, Expr, ExprBinary};

/// The tokens as they mean the same without groups that have no delimiters.
pub fn keep_together(tokens: TokenStream) -> TokenStream {
    if !is_grouped(&tokens) {
        return tokens;
    }
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let kept = trees.iter().enumerate().map(|(at, tree)| match tree {
        TokenTree::Group(group) => {
            let before = at.checked_sub(1).and_then(|at| trees.get(at));
            keep_group(group, before, trees.get(at + 1))
        }
        other => other.clone(),
    });
    kept.collect()
}

fn is_grouped(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::None || is_grouped(&group.stream())
        }
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn keep_group(group: &Group, before: Option<&TokenTree>, after: Option<&TokenTree>) -> TokenTree {
    // A group that is made anew has one span where the user's has three.
    if group.delimiter() != Delimiter::None && !is_grouped(&group.stream()) {
        return group.clone().into();
    }
    let inside = keep_together(group.stream());
    let torn = group.delimiter() == Delimiter::None && is_torn(&inside, before, after);
    let delimiter = if torn { Delimiter::Parenthesis } else { group.delimiter() };
    let mut kept = Group::new(delimiter, inside);
    kept.set_span(group.span());
    kept.into()
}

/// Whether what stands around an expression could take a part of it.
fn is_torn(inside: &TokenStream, before: Option<&TokenTree>, after: Option<&TokenTree>) -> bool {
    if inside.clone().into_iter().nth(1).is_none() {
        return false;
    }
    match syn::parse2(inside.clone()) {
        // `1 | 2` and `1..3` are patterns as well, and rustc warns of parentheses around these.
        Ok(Expr::Binary(ExprBinary { op: BinOp::BitOr(_), .. }) | Expr::Range(_)) => {
            before.is_some_and(is_operator)
                || after.is_some_and(|it| is_operator(it) || is_postfix(it))
        }
        Ok(Expr::Binary(_) | Expr::Cast(_) | Expr::Closure(_)) => true,
        // Only from behind. `&str` is a type as well, behind which nothing of this kind stands.
        Ok(Expr::Reference(_) | Expr::Unary(_) | Expr::RawAddr(_)) => after.is_some_and(is_postfix),
        _ => false,
    }
}

fn is_operator(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Punct(punct) => "+-*/%^&<>!".contains(punct.as_char()),
        TokenTree::Ident(name) => name == "as",
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    }
}

fn is_postfix(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Punct(punct) => matches!(punct.as_char(), '.' | '?'),
        TokenTree::Group(group) => {
            matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::Bracket)
        }
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    }
}
