//! `match` and its arms.

use super::cursor::before;
use super::recover::{begins_statement, skip_arm, skip_token};
use super::stmt::needs_semicolon;
use super::{Flavour, Parser, fail};
use crate::ast::{Arm, Expr, Match};
use syn::parse::ParseStream;
use syn::{Attribute, Result, Token, braced, token};

impl Parser<'_> {
    pub(super) fn parse_match(&mut self, input: ParseStream<'_>) -> Result<Expr> {
        let span = input.span();
        skip_token(input);
        let scrutinee = self.parse_subject(input)?;
        if !input.peek(token::Brace) {
            return fail(
                span,
                "this `match` has no arms",
                "write `match value { pattern => expression, .. }`",
            );
        }
        let content;
        braced!(content in input);
        let mut arms = Vec::new();
        while !content.is_empty() {
            let start = content.cursor();
            match self.parse_arm(&content) {
                Ok(arm) => arms.push(arm),
                Err(error) => {
                    self.errors.push(error);
                    skip_arm(&content);
                }
            }
            if content.cursor() == start {
                skip_token(&content);
            }
        }
        Ok(Expr::Match(Box::new(Match { span, scrutinee, arms })))
    }

    fn parse_arm(&mut self, content: ParseStream<'_>) -> Result<Arm> {
        let attrs = content.call(Attribute::parse_outer)?;
        let pat = self.parse_pattern(content)?;
        let guard = match content.parse::<Option<Token![if]>>()? {
            Some(_) => Some(self.parse_rust(content, Flavour::Full)?),
            None => None,
        };
        if !content.peek(Token![=>]) {
            return fail(
                content.span(),
                "`=>` is expected after the pattern",
                "write `pattern => expression,`",
            );
        }
        content.parse::<Token![=>]>()?;
        let body = self.parse_arm_body(content);
        Ok(Arm { attrs, pat, guard, body })
    }

    fn parse_arm_body(&mut self, content: ParseStream<'_>) -> Expr {
        let span = content.span();
        let body = self.parse_apart(span, |this| {
            let body = this.parse_expr(content, Flavour::Stmt)?;
            this.parse_arm_end(content, &body)?;
            Ok(body)
        });
        body.unwrap_or_else(|error| {
            self.errors.push(error);
            skip_arm(content);
            Expr::Error
        })
    }

    fn parse_arm_end(&mut self, content: ParseStream<'_>, body: &Expr) -> Result<()> {
        if content.parse::<Option<Token![,]>>()?.is_some()
            || content.is_empty()
            || !needs_semicolon(body)
        {
            return Ok(());
        }
        self.explain_operator(content.cursor())?;
        if content.peek(Token![;]) {
            let at = content.span();
            skip_token(content);
            let _: Option<Token![,]> = content.parse()?;
            self.report(at, "an arm ends in `,`", "write `,`, or put the statements into a block");
            return Ok(());
        }
        let at = before(content.cursor());
        if !begins_statement(content.cursor()) {
            return fail(at, "`,` is missing after this", "end the arm with `,`");
        }
        self.report(at, "`,` is missing after this", "end the arm with `,`");
        Ok(())
    }
}
