//! Expressions: which form it is, and the forms that are one step from Rust's.

use super::cursor::{char_at, punct, word};
use super::head::{Head, arrow, back_arrow, split_arrow};
use super::location::peek_location;
use super::recover::{continues, skip_token, take_until};
use super::scan::{Stop, operand};
use super::stmt::needs_semicolon;
use super::{Flavour, Parser, fail, flow};
use crate::ast::{Assign, Expr};
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::{Lifetime, Result};

impl Parser<'_> {
    pub(super) fn parse_expr(&mut self, input: ParseStream<'_>, flavour: Flavour) -> Result<Expr> {
        let cursor = input.cursor();
        match self.head(cursor) {
            Some(Head::Code) => return self.parse_local(input, flavour),
            Some(Head::Comm) => return self.parse_comm(input, flavour, None),
            Some(Head::Each | Head::Par | Head::Try) => return self.parse_at_once(input, flavour),
            Some(Head::Broken) => return self.explain_message(cursor),
            Some(Head::Call | Head::Agree | Head::Anonymous) | None => {}
        }
        if flow::begins(cursor) && !flow::goes_on(cursor, flavour) {
            return self.parse_flow(input);
        }
        if is_jump(cursor) {
            return self.parse_jump(input, flavour);
        }
        if self.is_choreographic(cursor, flavour) {
            let expr = self.parse_or(input, flavour)?;
            self.refuse_operator(cursor, input.cursor())?;
            return Ok(expr);
        }
        let reach = operand(cursor, flavour);
        if reach.stop == Stop::Assign && self.is_value(reach.rest, flavour) {
            return self.parse_assign(input, reach.end, reach.rest, flavour);
        }
        Ok(Expr::Rust(Box::new(self.parse_rust(input, flavour)?)))
    }

    /// `each`, `par`, `try`
    fn parse_at_once(&mut self, input: ParseStream<'_>, flavour: Flavour) -> Result<Expr> {
        let cursor = input.cursor();
        let expr = match self.head(cursor) {
            Some(Head::Each) => self.parse_each(input, flavour, false)?,
            Some(Head::Par) => self.parse_par(input)?,
            _ => self.parse_try(input, flavour)?,
        };
        let postfix = || {
            let rest = input.cursor();
            punct(rest, "?").is_some() || punct(rest, ".").is_some()
        };
        if !needs_semicolon(&expr) && (flavour != Flavour::Stmt || postfix()) {
            self.refuse_operator(input.cursor(), input.cursor())?;
        }
        Ok(expr)
    }

    /// Whether `self.head` or a look inside finds a form of ours.
    pub(super) fn is_ours(&self, cursor: Cursor<'_>, flavour: Flavour) -> bool {
        self.is_value(cursor, flavour) || flow::begins(cursor)
    }

    fn is_value(&self, cursor: Cursor<'_>, flavour: Flavour) -> bool {
        self.is_choreographic(cursor, flavour) || flow::begins(cursor) && self.mentions_ours(cursor)
    }

    /// `x = A: e`, `x += name[A](y)`
    fn parse_assign(
        &mut self,
        input: ParseStream<'_>,
        end: Cursor<'_>,
        rest: Cursor<'_>,
        flavour: Flavour,
    ) -> Result<Expr> {
        let target = syn::parse2(take_until(input, end))?;
        let target = self.with_numbers(target);
        let operator = take_until(input, rest);
        let flavour = if flavour == Flavour::Stmt { Flavour::Full } else { flavour };
        let value = self.parse_expr(input, flavour)?;
        Ok(Expr::Assign(Box::new(Assign { target, operator, value })))
    }

    /// `return e`, `break 'a e`, `continue 'a`
    fn parse_jump(&mut self, input: ParseStream<'_>, flavour: Flavour) -> Result<Expr> {
        let (span, cursor) = (input.span(), input.cursor());
        skip_token(input);
        if word(cursor, "return").is_some() {
            return Ok(Expr::Return { span, value: self.parse_jump_value(input, flavour)? });
        }
        let label: Option<Lifetime> = input.parse()?;
        if word(cursor, "continue").is_some() {
            return Ok(Expr::Continue { span, label });
        }
        Ok(Expr::Break { span, label, value: self.parse_jump_value(input, flavour)? })
    }

    fn parse_jump_value(
        &mut self,
        input: ParseStream<'_>,
        flavour: Flavour,
    ) -> Result<Option<Box<Expr>>> {
        if !syn::Expr::peek(input) || flavour == Flavour::NoBrace && input.peek(syn::token::Brace) {
            return Ok(None);
        }
        let flavour = if flavour == Flavour::Stmt { Flavour::Full } else { flavour };
        Ok(Some(Box::new(self.parse_expr(input, flavour)?)))
    }

    /// Refuses what Rust would let follow an expression.
    fn refuse_operator(&self, start: Cursor<'_>, cursor: Cursor<'_>) -> Result<()> {
        if punct(cursor, "?").is_some() || punct(cursor, ".").is_some() {
            let what = if char_at(cursor) == Some('?') { "`?`" } else { "`.`" };
            return fail(
                cursor.span(),
                format_args!("{what} can't follow a choreographic expression"),
                "bind it with `let` first",
            );
        }
        if continues(cursor) {
            if let Some(found) = self.find_embedded(start, cursor, true) {
                return Err(found);
            }
            return fail(
                cursor.span(),
                "a choreographic expression can only be an operand of `&&`, `||` and `!`",
                "bind it with `let` first",
            );
        }
        Ok(())
    }

    /// Says what is wrong with an operator that no expression goes on with.
    pub(super) fn explain_operator(&self, cursor: Cursor<'_>) -> Result<()> {
        if arrow(cursor).is_some() || punct(cursor, ":").is_some() {
            return fail(
                cursor.span(),
                "a role, or a list of roles, is expected before this",
                format_args!(
                    "write `A: code` or `A -> B: value`; the roles are {}",
                    self.roles_on_offer()
                ),
            );
        }
        Ok(())
    }

    /// What looks like a message, but isn't one.
    fn explain_message<T>(&self, cursor: Cursor<'_>) -> Result<T> {
        if arrow(cursor).is_some() {
            let help = format!("write `A -> B: value`; the roles are {}", self.roles_on_offer());
            return fail(cursor.span(), "this message has no sender", help);
        }
        let (left, rest) = peek_location(cursor)
            .map_or((String::new(), cursor), |(left, rest)| (left.text(), rest));
        let right = split_arrow(rest).or_else(|| back_arrow(rest)).and_then(peek_location);
        let right = right.map_or(String::new(), |(right, _)| right.text());
        if split_arrow(rest).is_some() {
            let arrow = if char_at(rest) == Some('-') { "->" } else { "=>" };
            return fail(
                rest.span(),
                format_args!("`{arrow}` is written without a space"),
                format_args!("write `{left} {arrow} {right}: value`"),
            );
        }
        fail(
            rest.span(),
            "a message is written from its sender to its receiver",
            format_args!("write `{right} -> {left}: value`"),
        )
    }
}

fn is_jump(cursor: Cursor<'_>) -> bool {
    ["return", "break", "continue"].iter().any(|jump| word(cursor, jump).is_some())
}
