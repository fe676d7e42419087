//! `a && b`, `a || b`, `!a` with choreographic operands, and what can be one.

use super::cursor::punct;
use super::head::Head;
use super::members::Early;
use super::recover::{skip_token, take_until};
use super::scan::{Stop, operand};
use super::{Flavour, Parser};
use crate::ast::Expr;
use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{BinOp, Result, Token};

impl Parser<'_> {
    pub(super) fn parse_or(&mut self, input: ParseStream<'_>, flavour: Flavour) -> Result<Expr> {
        let mut left = self.parse_and(input, flavour)?;
        while input.peek(Token![||]) {
            let operator: Token![||] = input.parse()?;
            let right = self.at_most(Early::Nothing, |this| this.parse_and(input, flavour))?;
            left = join(left, BinOp::Or(operator), operator.spans[0], right);
        }
        Ok(left)
    }

    fn parse_and(&mut self, input: ParseStream<'_>, flavour: Flavour) -> Result<Expr> {
        let mut left = self.parse_operand(input, flavour)?;
        while input.peek(Token![&&]) {
            let operator: Token![&&] = input.parse()?;
            let right = self.at_most(Early::Nothing, |this| this.parse_operand(input, flavour))?;
            left = join(left, BinOp::And(operator), operator.spans[0], right);
        }
        Ok(left)
    }

    /// One operand, choreographic or not.
    pub(super) fn parse_operand(
        &mut self,
        input: ParseStream<'_>,
        flavour: Flavour,
    ) -> Result<Expr> {
        let cursor = input.cursor();
        if punct(cursor, "!").is_some_and(|rest| self.is_operand(rest)) {
            let span = input.span();
            skip_token(input);
            let expr = Box::new(self.parse_operand(input, flavour)?);
            return Ok(Expr::Not { span, expr });
        }
        match self.head(cursor) {
            Some(Head::Code | Head::Comm | Head::Try) => {
                self.report(
                    cursor.span(),
                    "this operand of `&&`, `||` or `!` needs parentheses",
                    "write `(A => B: value)`: without them, everything that follows is the value",
                );
                return self.anyhow(|this| this.parse_expr(input, flavour));
            }
            Some(Head::Each | Head::Par | Head::Broken) => return self.parse_expr(input, flavour),
            Some(Head::Call) => return self.parse_call(input),
            Some(Head::Agree) => return self.parse_agree(input),
            Some(Head::Anonymous) => return self.parse_anonymous(input),
            None => {}
        }
        if self.is_group(cursor) {
            return self.parse_group(input);
        }
        if self.is_value_call(cursor) {
            return self.parse_value_call(input);
        }
        self.parse_rust_operand(input, flavour)
    }

    fn parse_rust_operand(&mut self, input: ParseStream<'_>, flavour: Flavour) -> Result<Expr> {
        let start = input.cursor();
        let reach = operand(start, flavour);
        if !matches!(reach.stop, Stop::And | Stop::Or) {
            let flavour = if flavour == Flavour::Stmt { Flavour::Full } else { flavour };
            return Ok(Expr::Rust(Box::new(self.parse_rust(input, flavour)?)));
        }
        // syn would go on past the operator, and knows no way to stop before it.
        let found = self.find_embedded(start, reach.end, true);
        let tokens = take_until(input, reach.end);
        match found {
            Some(error) => Err(error),
            None => Ok(Expr::Rust(Box::new(self.with_numbers(syn::parse2(tokens)?)))),
        }
    }
}

/// Plain Rust on both sides stays plain Rust.
fn join(left: Expr, op: BinOp, span: Span, right: Expr) -> Expr {
    match (left, right) {
        (Expr::Rust(left), Expr::Rust(right)) => {
            let attrs = Vec::new();
            Expr::Rust(Box::new(syn::Expr::Binary(syn::ExprBinary { attrs, left, op, right })))
        }
        (left, right) => {
            let and = matches!(op, BinOp::And(_));
            Expr::Logic { and, span, left: Box::new(left), right: Box::new(right) }
        }
    }
}
