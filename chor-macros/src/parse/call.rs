//! Calls, choreographies as values, tuples and `agree!`.

use super::cursor::{before, punct, word};
use super::location::parse_comma;
use super::recover::{skip_element, skip_token};
use super::{Flavour, Parser, fail};
use crate::ast::{Anonymous, Call, Expr, Instance, RoleArg, RoleArgs, Type};
use syn::parse::ParseStream;
use syn::{
    AngleBracketedGenericArguments as Turbofish, Pat, Path, Result, Token, bracketed,
    parenthesized, token,
};

impl Parser<'_> {
    /// `name[A, B]::<T>(x, y)`, `name[A, B]`
    pub(super) fn parse_call(&mut self, input: ParseStream<'_>) -> Result<Expr> {
        let path = input.call(Path::parse_mod_style)?;
        let span = path.segments.last().map_or_else(|| input.span(), |last| last.ident.span());
        let roles = self.parse_call_roles(input)?;
        if roles.is_some() && !self.calls.contains(&path) {
            self.calls.push(path.clone());
        }
        let turbofish = parse_turbofish(input)?;
        if !input.peek(token::Paren) {
            let Some(roles) = roles else { return Ok(Expr::Error) };
            return Ok(Expr::Instance(Box::new(Instance { path, roles, turbofish })));
        }
        let args = self.parse_args(input)?;
        let Some(roles) = roles else { return Ok(Expr::Error) };
        Ok(Expr::Call(Box::new(Call { path, roles: Some(roles), turbofish, args, span })))
    }

    fn parse_call_roles(&mut self, input: ParseStream<'_>) -> Result<Option<RoleArgs>> {
        let content;
        let span = bracketed!(content in input).span.join();
        if content.is_empty() {
            let roles = self.role_names().collect::<Vec<_>>().join(", ");
            return fail(
                span,
                "a call of a choreography names its roles",
                format_args!("write `name[{roles}](..)`"),
            );
        }
        let mut args = Some(Vec::new());
        while !content.is_empty() {
            let arg = self.parse_call_role(&content)?;
            args = args.zip(arg).map(|(mut args, arg)| {
                args.push(arg);
                args
            });
            parse_comma(&content)?;
        }
        Ok(args.map(|args| RoleArgs { args, span }))
    }

    /// A role, or a list that stands for a family.
    fn parse_call_role(&mut self, content: ParseStream<'_>) -> Result<Option<RoleArg>> {
        if content.peek(token::Bracket) {
            let inside;
            let span = bracketed!(inside in content).span.join();
            return Ok(self.parse_list(&inside, span)?.map(RoleArg::List));
        }
        Ok(self.parse_part(content)?.map(RoleArg::One))
    }

    /// `f(A: x)`, the call of a choreography that is a value.
    pub(super) fn parse_value_call(&mut self, input: ParseStream<'_>) -> Result<Expr> {
        let path = input.call(Path::parse_mod_style)?;
        let span = path.segments.last().map_or_else(|| input.span(), |last| last.ident.span());
        let args = self.parse_args(input)?;
        Ok(Expr::Call(Box::new(Call { path, roles: None, turbofish: None, args, span })))
    }

    fn parse_args(&mut self, input: ParseStream<'_>) -> Result<Vec<Expr>> {
        let content;
        parenthesized!(content in input);
        Ok(self.parse_elements(&content).0)
    }

    /// `(A: x, B: y)`, `(A => B: x)`
    pub(super) fn parse_group(&mut self, input: ParseStream<'_>) -> Result<Expr> {
        let content;
        let paren = parenthesized!(content in input);
        let (mut elems, comma) = self.parse_elements(&content);
        Ok(match elems.pop() {
            Some(only) if elems.is_empty() && !comma => Expr::Paren(Box::new(only)),
            last => {
                elems.extend(last);
                Expr::Tuple { span: paren.span.join(), elems }
            }
        })
    }

    /// Expressions between commas, and whether there is a comma after the last.
    fn parse_elements(&mut self, content: ParseStream<'_>) -> (Vec<Expr>, bool) {
        let mut elems = Vec::new();
        let mut comma = false;
        while !content.is_empty() {
            let elem = self.parse_expr(content, Flavour::Full);
            let elem = elem.and_then(|elem| {
                self.expect_comma(content)?;
                Ok(elem)
            });
            elems.push(elem.unwrap_or_else(|error| {
                self.errors.push(error);
                skip_element(content);
                Expr::Error
            }));
            comma = content.peek(Token![,]);
            skip_token(content);
        }
        (elems, comma)
    }

    fn expect_comma(&self, content: ParseStream<'_>) -> Result<()> {
        if content.is_empty() || content.peek(Token![,]) {
            return Ok(());
        }
        self.explain_operator(content.cursor())?;
        fail(
            before(content.cursor()),
            "`,` is missing after this",
            "separate the elements by commas",
        )
    }

    /// `agree!(A: x, B: y)`
    pub(super) fn parse_agree(&mut self, input: ParseStream<'_>) -> Result<Expr> {
        let span = input.span();
        skip_token(input);
        skip_token(input);
        let help = "write `agree!(A: x, B: y)`";
        if !input.peek(token::Paren) {
            return fail(span, "`agree!` takes its values in parentheses", help);
        }
        let content;
        parenthesized!(content in input);
        let mut parts = Vec::new();
        let mut whole = true;
        while !content.is_empty() {
            let at = content.span();
            let part = self.parse_expr(&content, Flavour::Full).and_then(|part| {
                self.expect_comma(&content)?;
                Ok(part)
            });
            match part {
                Ok(Expr::Local { at, code }) => parts.push((at, *code)),
                Ok(Expr::Error) => whole = false,
                Ok(_) => {
                    whole = false;
                    self.report(at, "each part of `agree!` is code of a role", help);
                }
                Err(error) => {
                    whole = false;
                    self.errors.push(error);
                    skip_element(&content);
                }
            }
            skip_token(&content);
        }
        Ok(if whole { Expr::Agree { span, parts } } else { Expr::Error })
    }

    /// `chor(x: T @ A) -> U @ B | C { .. }`
    pub(super) fn parse_anonymous(&mut self, input: ParseStream<'_>) -> Result<Expr> {
        let by_value = word(input.cursor(), "move").is_some();
        if by_value {
            skip_token(input);
        }
        let span = input.span();
        skip_token(input);
        let params = self.parse_anonymous_params(input)?;
        let result = match input.parse::<Option<Token![->]>>()? {
            Some(_) => Some(self.parse_type(input)?),
            None => None,
        };
        let auxiliary = self.parse_auxiliary(input)?;
        let body = if input.peek(token::Brace) || result.is_some() || auxiliary.is_some() {
            Expr::Block { label: None, block: self.require_block(input, "chor")? }
        } else {
            self.parse_apart(span, |this| this.parse_expr(input, Flavour::Full))?
        };
        Ok(Expr::Anonymous(Box::new(Anonymous { span, by_value, params, result, auxiliary, body })))
    }

    fn parse_anonymous_params(
        &mut self,
        input: ParseStream<'_>,
    ) -> Result<Vec<(Pat, Option<Type>)>> {
        let content;
        parenthesized!(content in input);
        let mut params = Vec::new();
        while !content.is_empty() {
            let (pat, misplaced) = self.parse_binding(&content)?;
            let mut ty = misplaced;
            if punct(content.cursor(), ":").is_some() {
                skip_token(&content);
                ty = Some(self.parse_type(&content)?);
            }
            params.push((pat, ty));
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
        Ok(params)
    }
}

fn parse_turbofish(input: ParseStream<'_>) -> Result<Option<Turbofish>> {
    if !input.peek(Token![::]) {
        return Ok(None);
    }
    input.call(Turbofish::parse_turbofish).map(Some)
}
