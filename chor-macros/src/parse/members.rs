//! Members of a family by their number: `F[e]` as a role, and `let left = F[e];`.
//!
//! Later passes know only the second: the first becomes a name that is bound before the statement.

use super::cursor::{group, name, punct, word};
use super::location::member_text;
use super::recover::skip_token;
use super::roles::Sort;
use super::{Flavour, Parser, fail};
use crate::ast::{Block, Expr, Member, Stmt};
use crate::rust;
use proc_macro2::{Delimiter, Ident, Span};
use quote::format_ident;
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{Result, Token, bracketed};

/// The members that the statements of a block, or an expression that may become one, name by number.
#[derive(Default)]
pub(super) struct Frame {
    /// To be bound before the statement that is being read.
    pending: Vec<Member>,
    /// Those of a literal number, which are bound once.
    constant: Vec<(Ident, String, Ident)>,
    early: Early,
}

/// Which numbers can be computed before the statement that is being read.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Early {
    #[default]
    Any,
    /// The place is reached at least once, and perhaps again: the condition of a `while`.
    Literal,
    /// It may not be reached: the right operand of `&&`.
    Nothing,
}

impl Parser<'_> {
    /// Reads what has a place of its own for members.
    pub(super) fn framed<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<(Vec<Stmt>, T)> {
        self.frames.push(Frame::default());
        let found = read(self);
        let members = self.bind_pending();
        self.frames.pop();
        Ok((members, found?))
    }

    /// An expression that is not always reached when its statement is: what it names by number
    /// becomes part of it.
    pub(super) fn parse_apart(
        &mut self,
        span: Span,
        read: impl FnOnce(&mut Self) -> Result<Expr>,
    ) -> Result<Expr> {
        let (mut stmts, expr) = self.framed(read)?;
        if stmts.is_empty() {
            return Ok(expr);
        }
        stmts.push(Stmt::Expr { expr, semi: false });
        Ok(Expr::Block { label: None, block: Block { span, stmts } })
    }

    /// What has to stand before the statement that was read.
    pub(super) fn bind_pending(&mut self) -> Vec<Stmt> {
        let pending = self.frames.last_mut().map(|frame| std::mem::take(&mut frame.pending));
        let pending = pending.unwrap_or_default().into_iter();
        pending.map(|member| Stmt::Member(Box::new(member))).collect()
    }

    /// In what has a mistake already.
    pub(super) fn anyhow<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.frames.last().map(|frame| frame.early).unwrap_or_default();
        self.set_early(Early::Any);
        let found = read(self);
        self.set_early(before);
        found
    }

    pub(super) fn at_most<T>(&mut self, early: Early, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.frames.last().map(|frame| frame.early).unwrap_or_default();
        self.set_early(before.max(early));
        let found = read(self);
        self.set_early(before);
        found
    }

    fn set_early(&mut self, early: Early) {
        if let Some(frame) = self.frames.last_mut() {
            frame.early = early;
        }
    }

    /// `[e]` behind the name of a family, as the name of a member; `None` if it has been reported.
    pub(super) fn parse_member_of(
        &mut self,
        input: ParseStream<'_>,
        family: &Ident,
    ) -> Result<Option<Ident>> {
        if !self.require_family(family) {
            skip_token(input);
            return Ok(None);
        }
        let index = self.parse_index(input, family)?;
        self.refuse_beyond(family, &index);
        let text = member_text(family, &index);
        let literal = rust::literal(&index).map(|number| number.base10_digits().to_owned());
        let Some(frame) = self.frames.last() else {
            return fail(
                family.span(),
                format_args!("`{text}` is a member, and which one is computed in the body"),
                format_args!("write `{family}`, `each {family}` or a role of the header"),
            );
        };
        let allowed = match frame.early {
            Early::Any => true,
            Early::Literal => literal.is_some(),
            Early::Nothing => false,
        };
        if !allowed {
            return fail(
                family.span(),
                format_args!("`{text}` can't be computed in the middle of a condition"),
                format_args!("give the member a name first: `let member = {text};`"),
            );
        }
        Ok(Some(self.hide_member(family, index, text, literal)))
    }

    fn hide_member(
        &mut self,
        family: &Ident,
        index: syn::Expr,
        text: String,
        literal: Option<String>,
    ) -> Ident {
        let number = self.hidden;
        let Some(frame) = self.frames.last_mut() else { return family.clone() };
        let bound = |(of, number, _): &&(Ident, String, Ident)| {
            of == family && literal.as_ref() == Some(number)
        };
        let constant = frame.constant.iter().find(bound).map(|(_, _, name)| name);
        let full = rust::full_text(&index);
        let same =
            |member: &&Member| member.family == *family && rust::full_text(&member.index) == full;
        let pure = || rust::examine(&index).pure;
        let pending = || frame.pending.iter().find(same).filter(|_| pure()).map(|same| &same.name);
        if let Some(name) = constant.or_else(pending) {
            return Ident::new(&name.to_string(), family.span());
        }
        let name = format_ident!("__{family}_{number}", span = family.span());
        let family = family.clone();
        if let Some(literal) = literal {
            frame.constant.push((family.clone(), literal, name.clone()));
        }
        frame.pending.push(Member { name: name.clone(), text, family, index });
        self.hidden += 1;
        name
    }

    fn parse_index(&mut self, input: ParseStream<'_>, family: &Ident) -> Result<syn::Expr> {
        let content;
        let brackets = bracketed!(content in input);
        let help = format!("write `{family}[number]`");
        if content.is_empty() {
            return fail(brackets.span.join(), "the number of the member is missing", help);
        }
        let index = self.parse_rust(&content, Flavour::Full)?;
        if !content.is_empty() {
            return fail(content.span(), "a member is named by one number", help);
        }
        if let syn::Expr::Range(range) = &index {
            return fail(
                range.span(),
                "a member is named by one number, not by a range",
                format_args!("all of them are `{family}`"),
            );
        }
        Ok(index)
    }

    /// Reports a literal beyond the size that the header states. Other numbers come with a session.
    fn refuse_beyond(&mut self, family: &Ident, index: &syn::Expr) {
        let (Some(literal), Some(size)) = (rust::literal(index), self.size(family)) else { return };
        if rust::number(index).is_some_and(|number| number >= size) {
            let (text, has) = (member_text(family, literal), counted(size));
            let what = format!("`{family}` has {has}: there is no `{text}`");
            self.report(literal.span(), what, last(family, size));
        }
    }

    /// Reports a name that is no family.
    fn require_family(&mut self, family: &Ident) -> bool {
        match self.sort(family) {
            Some(Sort::Family) => true,
            Some(Sort::Lost) => false,
            Some(Sort::One | Sort::Member) => {
                self.report(
                    family.span(),
                    format_args!("`{family}` is one role, not a family"),
                    format_args!("write `{family}` without a number"),
                );
                false
            }
            None => self.require_role(family),
        }
    }

    /// Whether a role and a number in brackets, and nothing else, follow up to the `;`.
    pub(super) fn is_member(&self, cursor: Cursor<'_>) -> bool {
        let Some((role, rest)) = name(cursor) else { return false };
        let Some((_, rest)) = group(rest, Delimiter::Bracket) else { return false };
        // A word begins the next statement, which misses a `;`.
        let ends = rest.eof() || punct(rest, ";").is_some() || rest.ident().is_some();
        self.is_role(&role) && ends && word(rest, "as").is_none()
    }

    /// Whether `left = F[e];` stands here.
    pub(super) fn is_member_binding(&self, cursor: Cursor<'_>) -> bool {
        name(cursor)
            .and_then(|(_, rest)| punct(rest, "="))
            .is_some_and(|value| self.is_member(value))
    }

    /// `left = F[e]`, without the `;`. The name is bound even if its number can't be read.
    pub(super) fn parse_member_binding(&mut self, content: ParseStream<'_>) -> Result<Stmt> {
        let bound: Ident = content.parse()?;
        let new = self.refuse_bound(&bound);
        content.parse::<Token![=]>()?;
        let family: Ident = content.parse()?;
        let index = self.parse_index(content, &family);
        let known = self.require_family(&family) && index.is_ok();
        if new {
            self.bind_member(&bound, known);
        }
        let index = index?;
        self.refuse_beyond(&family, &index);
        if !known || !new {
            return Ok(Stmt::Error);
        }
        let text = bound.to_string();
        Ok(Stmt::Member(Box::new(Member { name: bound, text, family, index })))
    }

    /// Reports a name that can't be given to a member.
    pub(super) fn refuse_bound(&mut self, name: &Ident) -> bool {
        let before = self.errors.count();
        self.refuse_reserved(name);
        if self.is_role(name) {
            self.report(
                name.span(),
                format_args!("`{name}` is already a role here"),
                "give the member another name",
            );
        }
        self.errors.count() == before
    }
}

/// `let (a, b): T = F[e];`
pub(super) fn refuse_binding<T>(cursor: Cursor<'_>) -> Result<T> {
    fail(
        cursor.span(),
        "a member is bound by a name alone",
        "write `let member = Workers[number];`, without a type, a pattern or `mut`",
    )
}

fn counted(members: u64) -> String {
    match members {
        0 => "no members".to_owned(),
        1 => "1 member, numbered 0".to_owned(),
        _ => format!("{members} members, numbered from 0"),
    }
}

/// What to write instead of a number beyond the last.
fn last(family: &Ident, size: u64) -> String {
    match size.checked_sub(1) {
        None => format!("declare some in the header, or any number: `{family}[..]`"),
        Some(last) => {
            format!("the last is `{family}[{last}]`; how many there are is declared in the header")
        }
    }
}
