//! What a role's function knows of families before it begins.

use super::unit::Unit;
use crate::ir::RoleId;
use crate::layout::made;
use crate::syntax;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote_spanned};

/// The sizes of the families that `code` mentions, and the role's own number in its family.
pub(super) fn emit_numbers(unit: &Unit<'_>, role: RoleId, code: &TokenStream) -> TokenStream {
    let mut numbers = TokenStream::new();
    for (index, name) in unit.signature.roles.iter().enumerate() {
        let size = format_ident!("__len_{}", syntax::name(name), span = made());
        if mentions(code, &size.to_string()) {
            numbers.extend(quote_spanned!(made()=> let #size: usize = __ep.len(&[#index]);));
        }
    }
    let (me, role) = (Ident::new("__me", made()), role.index());
    if mentions(code, "__me") {
        numbers.extend(quote_spanned!(made()=>
            let #me: usize = __ep.index_in(&[#role]).unwrap_or_default();));
    }
    numbers
}

fn mentions(code: &TokenStream, name: &str) -> bool {
    code.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    })
}
