//! `par { {..} {..} }`: branches that run at once.

use super::recover::skip_token;
use super::{Parser, fail};
use crate::ast::{Block, Expr, Par};
use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{Result, Token, braced, token};

/// What a `par` looks like.
const SHAPE: &str = "write each branch in braces: `par { { A: x } { B: y } }`";

impl Parser<'_> {
    pub(super) fn parse_par(&mut self, input: ParseStream<'_>) -> Result<Expr> {
        let span = input.span();
        skip_token(input);
        if !input.peek(token::Brace) {
            return fail(span, "the branches of `par` stand in braces", SHAPE);
        }
        let content;
        braced!(content in input);
        let mut branches = Vec::new();
        let before = self.errors.count();
        while !content.is_empty() {
            if content.peek(token::Brace) {
                branches.push(self.parse_block(&content));
                let _: Option<Token![,]> = content.parse()?;
            } else {
                self.skip_branch(&content, before == self.errors.count());
            }
        }
        self.check_branches(span, &branches, before);
        Ok(if branches.len() > 1 {
            Expr::Par(Box::new(Par { span, branches }))
        } else {
            Expr::Error
        })
    }

    /// What isn't in braces; `first` says that nothing has been reported of this `par`.
    fn skip_branch(&mut self, content: ParseStream<'_>, first: bool) {
        let at = content.span();
        while !content.is_empty() && !content.peek(token::Brace) {
            skip_token(content);
        }
        if first {
            self.report(at, "a branch of `par` is a block", SHAPE);
        }
    }

    fn check_branches(&mut self, span: Span, branches: &[Block], before: usize) {
        if self.errors.count() > before {
            return;
        }
        match branches {
            [] => self.report(span, "this `par` has no branches", SHAPE),
            [_] => self.report(
                span,
                "this `par` has one branch, and nothing runs beside it",
                "write a second branch, or leave `par` out",
            ),
            _ => {}
        }
    }
}
