//! The variables that stand for numbers of members and sizes of families in local code.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt as _;

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
