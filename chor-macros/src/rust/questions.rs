//! `?` that also takes an `Option`.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprCall, ExprParen, token};

/// Turns every `e?` of the code itself into `(<private>::OrFail::or_fail(e))?`. Those of nested
/// closures, async blocks and items are theirs, and those inside macro arguments can't be reached.
///
/// The call stands at `e`, so that rustc shows `e` where it can't fail the role, and the `?` stays
/// where it was, so that the error carries the user's line.
pub fn rewrite_questions(expr: &mut Expr, private: &TokenStream) {
    Questions { private }.visit_expr_mut(expr);
}

struct Questions<'a> {
    private: &'a TokenStream,
}

impl Questions<'_> {
    fn or_fail(&self, operand: Expr) -> ExprCall {
        let at = operand.span();
        let span = Span::call_site().located_at(at);
        let private = located_at(self.private.clone(), at);
        let func = quote_spanned!(span=> #private::OrFail::or_fail);
        let func = syn::parse2(func.clone()).map_or(Expr::Verbatim(func), Expr::Path);
        ExprCall {
            attrs: Vec::new(),
            func: Box::new(func),
            paren_token: token::Paren(span),
            args: std::iter::once(operand).collect(),
        }
    }
}

impl VisitMut for Questions<'_> {
    fn visit_expr_try_mut(&mut self, node: &mut syn::ExprTry) {
        visit_mut::visit_expr_try_mut(self, node);
        let operand = std::mem::replace(&mut *node.expr, Expr::PLACEHOLDER);
        // The place of an error is where the operand of `?` starts. Without the parentheses that
        // would be the private path, which stands for the whole macro.
        let paren_token = token::Paren(operand.span());
        let expr = Box::new(Expr::Call(self.or_fail(operand)));
        *node.expr = Expr::Paren(ExprParen { attrs: Vec::new(), paren_token, expr });
    }

    fn visit_expr_closure_mut(&mut self, _: &mut syn::ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
    fn visit_expr_const_mut(&mut self, _: &mut syn::ExprConst) {}
    fn visit_expr_try_block_mut(&mut self, _: &mut syn::ExprTryBlock) {}
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
    fn visit_pat_mut(&mut self, node: &mut syn::Pat) {
        // A guard is the code's own, what else is inside a pattern is constant.
        if let syn::Pat::Guard(it) = node {
            self.visit_expr_mut(&mut it.guard);
        }
    }
}

/// The tokens as if written there; what they mean stays the same.
pub fn located_at(tokens: TokenStream, at: Span) -> TokenStream {
    tokens.into_iter().map(|token| relocated(token, at)).collect()
}

fn relocated(mut token: TokenTree, at: Span) -> TokenTree {
    let span = token.span().located_at(at);
    if let TokenTree::Group(group) = &token {
        token = Group::new(group.delimiter(), located_at(group.stream(), at)).into();
    }
    token.set_span(span);
    token
}
