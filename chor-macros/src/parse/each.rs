//! `each w in F { .. }`, `each F: e` and `for w in F { .. }`: what the members of a family do.

use super::cursor::{group, name, next, punct, word};
use super::head::arrow;
use super::header::is_reserved;
use super::location::peek_location;
use super::recover::skip_token;
use super::{Flavour, Parser, fail};
use crate::ast::{Block, Each, Expr, First, ForMember, Location, Stmt};
use crate::rust;
use proc_macro2::{Delimiter, Ident, Span};
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::{Label, Pat, Result, token};

/// `first k within d`
#[derive(Default)]
struct Parts {
    first: Option<First>,
    within: Option<syn::Expr>,
}

impl Parser<'_> {
    pub(super) fn parse_each(
        &mut self,
        input: ParseStream<'_>,
        flavour: Flavour,
        attempt: bool,
    ) -> Result<Expr> {
        let span = input.span();
        skip_token(input);
        let cursor = input.cursor();
        if next(cursor).is_some_and(|(_, rest)| word(rest, "in").is_some()) {
            return self.parse_each_member(input, span, attempt);
        }
        if attempt {
            return fail(
                span,
                "`try` has nothing to turn into a value: this `each` waits for all",
                "write `try each w in Workers first k { .. }`",
            );
        }
        self.parse_each_code(input, flavour, span)
    }

    /// `w in F first k within d { .. }`
    fn parse_each_member(
        &mut self,
        input: ParseStream<'_>,
        span: Span,
        attempt: bool,
    ) -> Result<Expr> {
        let (member, new) = self.parse_member_name(input)?;
        skip_token(input);
        let head = self.parse_each_head(input, span, attempt);
        let (family, parts) = match head {
            Ok(head) => head,
            Err(error) => {
                self.lost_subject(input, error)?;
                (None, Parts::default())
            }
        };
        let known = family.is_some();
        let body = self.parse_member_block(input, &member, (new, known), "each")?;
        let Some(family) = family.filter(|_| new) else { return Ok(Expr::Error) };
        let (text, Parts { first, within }) = (member.to_string(), parts);
        Ok(Expr::Each(Box::new(Each { span, attempt, member, text, family, first, within, body })))
    }

    fn parse_each_head(
        &mut self,
        input: ParseStream<'_>,
        span: Span,
        attempt: bool,
    ) -> Result<(Option<Location>, Parts)> {
        let family = self.parse_family(input, "each")?;
        let parts = self.parse_parts(input)?;
        if !input.peek(token::Brace) {
            return explain_each(input.cursor());
        }
        if attempt && parts.first.is_none() && parts.within.is_none() {
            return fail(
                span,
                "`try` has nothing to turn into a value: this `each` waits for all",
                "write how many are enough: `try each w in Workers first k { .. }`",
            );
        }
        Ok((family, parts))
    }

    /// `first k`, `until |come| ..` and `within d`, in this order.
    fn parse_parts(&mut self, input: ParseStream<'_>) -> Result<Parts> {
        let mut parts = Parts::default();
        while let Some((name, _)) = input.cursor().ident() {
            let text = name.to_string();
            if !matches!(&*text, "first" | "until" | "within") {
                break;
            }
            skip_token(input);
            let code = self.parse_part_code(input, &name)?;
            self.check_part(&parts, &name);
            match &*text {
                "first" => parts.first = Some(First::Count(code)),
                "until" => parts.first = Some(First::Until(code)),
                _ => parts.within = Some(code),
            }
        }
        Ok(parts)
    }

    fn parse_part_code(&mut self, input: ParseStream<'_>, part: &Ident) -> Result<syn::Expr> {
        if input.is_empty() || input.peek(token::Brace) {
            let example = match part.to_string().as_str() {
                "first" => "first 2",
                "until" => "until |come| come.len() >= 2",
                _ => "within Duration::from_secs(1)",
            };
            return fail(
                part.span(),
                format_args!("an expression is expected after `{part}`"),
                format_args!("write `{example}`"),
            );
        }
        self.parse_rust(input, Flavour::NoBrace)
    }

    /// Reports a part that is there already, or that stands too late.
    fn check_part(&mut self, parts: &Parts, part: &Ident) {
        let given = match &parts.first {
            Some(First::Count(_)) if part != "within" => Some("first"),
            Some(First::Until(_)) if part != "within" => Some("until"),
            _ => parts.within.is_some().then_some("within"),
        };
        let Some(given) = given else { return };
        let (what, help) = if part == given {
            (format!("`{part}` is written twice"), "write it once")
        } else if part == "within" || given == "within" {
            (
                format!("`{part}` stands before `within`"),
                "write `each w in Workers first k within d { .. }`",
            )
        } else {
            (
                format!("`{part}` can't stand beside `{given}`"),
                "write one of them: `first k` is `until |come| come.len() >= k`",
            )
        };
        self.report(part.span(), what, help);
    }

    /// `F: e`; the member is called `me`, which nothing else is.
    fn parse_each_code(
        &mut self,
        input: ParseStream<'_>,
        flavour: Flavour,
        span: Span,
    ) -> Result<Expr> {
        let text = peek_location(input.cursor()).map_or(String::new(), |(at, _)| at.text());
        let family = self.parse_family(input, "each")?;
        expect_colon(input, &text)?;
        let code = self.scoped(|this| {
            this.bind_member(&Ident::new("me", span), true);
            this.parse_code(input, flavour)
        })?;
        let Some(family) = family else { return Ok(Expr::Error) };
        let member = Ident::new("me", span);
        let at = Location { roles: vec![member.clone()], span: family.span };
        let expr = Expr::Local { at, code: Box::new(code) };
        let body = Block { span, stmts: vec![Stmt::Expr { expr, semi: false }] };
        let (attempt, text) = (false, format!("each {text}"));
        let (first, within) = (None, None);
        Ok(Expr::Each(Box::new(Each { span, attempt, member, text, family, first, within, body })))
    }

    /// Whether `for` ranges over members here: over roles, or what means one, up to the block.
    pub(super) fn are_members(&self, cursor: Cursor<'_>) -> bool {
        peek_location(cursor).is_some_and(|(of, rest)| {
            (self.are_roles(&of) || self.is_almost_family(&of))
                && group(rest, Delimiter::Brace).is_some()
        })
    }

    /// `F { .. }` of `for w in F { .. }`
    pub(super) fn parse_for_member(
        &mut self,
        input: ParseStream<'_>,
        span: Span,
        label: Option<Label>,
        pat: &Pat,
    ) -> Result<Expr> {
        let family = match self.parse_family(input, "for") {
            Ok(family) => family,
            Err(error) => {
                self.lost_subject(input, error)?;
                None
            }
        };
        let Some(member) = plain_name(pat) else {
            self.report(
                syn::spanned::Spanned::span(pat),
                "a member is bound by a name alone",
                "write `for w in Workers { .. }`; its number is `w.index()`",
            );
            self.skip_member_block(input, pat)?;
            return Ok(Expr::Error);
        };
        // A role's name, or a reserved one, has been reported with the pattern.
        let new = !self.is_role(member) && !is_reserved(&member.to_string());
        let known = family.is_some();
        let body = self.parse_member_block(input, member, (new, known), "for")?;
        let Some(family) = family.filter(|_| new) else { return Ok(Expr::Error) };
        let member = member.clone();
        Ok(Expr::ForMember(Box::new(ForMember { span, label, member, family, body })))
    }

    /// Reads the block for its own mistakes.
    fn skip_member_block(&mut self, input: ParseStream<'_>, pat: &Pat) -> Result<()> {
        let names = rust::examine_pattern(pat);
        self.scoped(|this| {
            for name in &names {
                this.bind_member(name, false);
            }
            this.require_block(input, "for").map(|_| ())
        })
    }

    /// The name of a member, and whether it can be one.
    fn parse_member_name(&mut self, input: ParseStream<'_>) -> Result<(Ident, bool)> {
        let Some((member, _)) = name(input.cursor()) else {
            return fail(
                input.span(),
                "a name for the member is expected here",
                "write `each w in Workers { .. }`",
            );
        };
        skip_token(input);
        let new = self.refuse_bound(&member);
        Ok((member, new))
    }

    /// `member` says whether its name is new, and whether it is known of what it is one.
    fn parse_member_block(
        &mut self,
        input: ParseStream<'_>,
        name: &Ident,
        member: (bool, bool),
        of: &str,
    ) -> Result<Block> {
        self.scoped(|this| {
            if member.0 {
                this.bind_member(name, member.1);
            }
            this.require_block(input, of)
        })
    }
}

fn explain_each<T>(cursor: Cursor<'_>) -> Result<T> {
    if punct(cursor, ":").is_some() {
        return fail(
            cursor.span(),
            "what a member with a name does stands in a block",
            "write `each w in Workers { w: code }`, or `each Workers: code`",
        );
    }
    if cursor.eof() || punct(cursor, ";").is_some() {
        return fail(cursor.span(), "the block of `each` is expected here", "write `{ .. }`");
    }
    fail(
        cursor.span(),
        "`{` is expected here",
        "write `each w in Workers { .. }`, with `first k` or `until |come| ..`, then `within d`, in front of the block",
    )
}

fn expect_colon(input: ParseStream<'_>, text: &str) -> Result<()> {
    let cursor = input.cursor();
    if punct(cursor, ":").is_some() {
        skip_token(input);
        return Ok(());
    }
    if arrow(cursor).is_some() {
        return fail(
            cursor.span(),
            "a message of each member needs a name for the member",
            format_args!("write `each w in {text} {{ w -> B: value }}`"),
        );
    }
    fail(
        cursor.span(),
        "`:` and the code that each member runs are expected here",
        format_args!("write `each {text}: code`, or `each w in {text} {{ .. }}`"),
    )
}

/// `w`
fn plain_name(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(name)
            if name.subpat.is_none() && name.by_ref.is_none() && name.mutability.is_none() =>
        {
            Some(&name.ident)
        }
        _ => None,
    }
}
