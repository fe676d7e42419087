//! Numbers of members and sizes of families: the variables that stand for them in local code, and
//! those that are written as literals.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt as _;
use syn::{Expr, ExprLit, Lit, LitInt};

const INDEX: &str = "__index_";
const LEN: &str = "__len_";

/// The variable for `member.index()`. No name of the user's is taken for it, and it for none.
pub fn index_of(member: &Ident) -> Ident {
    variable(INDEX, member)
}

/// The variable for `Family.len()`.
pub fn len_of(family: &Ident) -> Ident {
    variable(LEN, family)
}

fn variable(prefix: &str, role: &Ident) -> Ident {
    let span = Span::mixed_site().located_at(role.span());
    Ident::new(&format!("{prefix}{}", role.unraw()), span)
}

/// What the user wrote for such a variable.
pub fn written(variable: &str) -> Option<String> {
    let index = variable.strip_prefix(INDEX).map(|member| format!("{member}.index()"));
    index.or_else(|| variable.strip_prefix(LEN).map(|family| format!("{family}.len()")))
}

/// A number that is written as one, also in parentheses or handed on by a `macro_rules!`.
pub fn literal(number: &Expr) -> Option<&LitInt> {
    match number {
        Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) => Some(literal),
        Expr::Group(group) => literal(&group.expr),
        Expr::Paren(paren) => literal(&paren.expr),
        _ => None,
    }
}

/// What a [`literal`] says; none that is too large for any number of Rust.
pub fn number(number: &Expr) -> Option<u64> {
    literal(number)?.base10_parse().ok()
}
