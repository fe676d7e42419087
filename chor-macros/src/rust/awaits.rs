//! `.await` for something else than a message.

use super::macros;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Token, token};

/// Turns every `e.await` of the code itself into `<endpoint>.flushed(e).await`. Those of nested
/// closures, async blocks and items happen elsewhere, or when they are awaited themselves.
///
/// A call with the future as its argument, because temporaries in `e` live on in it as before.
///
/// Whether a macro may wait out of reach: its arguments can't be rewritten.
pub fn rewrite_awaits(expr: &mut Expr, endpoint: &TokenStream) -> bool {
    let mut awaits = Awaits { endpoint, hidden: false };
    awaits.visit_expr_mut(expr);
    awaits.hidden
}

struct Awaits<'a> {
    endpoint: &'a TokenStream,
    hidden: bool,
}

impl VisitMut for Awaits<'_> {
    fn visit_expr_await_mut(&mut self, node: &mut syn::ExprAwait) {
        visit_mut::visit_expr_await_mut(self, node);
        let future = std::mem::replace(&mut *node.base, Expr::PLACEHOLDER);
        let (endpoint, here) = (self.endpoint, Span::mixed_site().located_at(future.span()));
        *node.base = Expr::MethodCall(syn::ExprMethodCall {
            attrs: Vec::new(),
            receiver: Box::new(Expr::Verbatim(endpoint.clone())),
            dot_token: Token![.](here),
            method: syn::Ident::new("flushed", here),
            turbofish: None,
            paren_token: token::Paren(here),
            args: std::iter::once(future).collect(),
        });
    }

    fn visit_macro_mut(&mut self, node: &mut syn::Macro) {
        let written = || mentions_await(node.tokens.clone());
        self.hidden |= macros::awaits(node) || macros::is_opaque(node) || written();
    }

    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
    fn visit_expr_const_mut(&mut self, _: &mut syn::ExprConst) {}
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}

fn mentions_await(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(name) => name == "await",
        TokenTree::Group(group) => mentions_await(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
