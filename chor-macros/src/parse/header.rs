//! The roles and the parameters of a choreography.

use super::cursor::{group, is_keyword, next, punct, word};
use super::recover::{skip_element, skip_token};
use super::{Parser, fail};
use crate::ast::{Family, Item, Param, Type};
use proc_macro2::{Delimiter, Ident, Span};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Result, Token, bracketed, parenthesized, token};

impl Parser<'_> {
    /// `[A, B]`; `false` if the body can't be read with them.
    pub(super) fn parse_roles(&mut self, input: ParseStream<'_>, item: &mut Item) -> bool {
        let help = format!("write `{}[A, B](..)`", item.name);
        self.take_early_generics(input, item);
        let Ok(content) = brackets(input) else {
            self.report(item.name.span(), format_args!("`{}` names no roles", item.name), help);
            return false;
        };
        if content.is_empty() {
            self.report(item.name.span(), format_args!("`{}` has no roles", item.name), help);
            return false;
        }
        let mut readable = true;
        while !content.is_empty() {
            readable &= self.parse_role(&content, item).unwrap_or_else(|error| {
                self.errors.push(error);
                skip_element(&content);
                false
            });
            if content.is_empty() {
                break;
            }
            if !content.peek(Token![,]) {
                self.report(content.span(), "`,` is expected between roles", help.as_str());
                readable = false;
                skip_element(&content);
            }
            skip_token(&content);
        }
        readable && !item.roles.is_empty()
    }

    /// Reports generics where the roles are expected, and takes them all the same.
    fn take_early_generics(&mut self, input: ParseStream<'_>, item: &mut Item) {
        if !input.peek(Token![<]) {
            return;
        }
        let (at, name) = (input.span(), item.name.clone());
        if let Ok(generics) = input.parse() {
            item.generics = generics;
        }
        self.report(
            at,
            format_args!("the generics of `{name}` stand after its roles"),
            format_args!("write `{name}[A, B]<..>(..)`"),
        );
    }

    fn parse_role(&mut self, content: ParseStream<'_>, item: &mut Item) -> Result<bool> {
        if !content.peek(Ident::peek_any) {
            return fail(content.span(), "the name of a role is expected here", "write `[A, B]`");
        }
        let role = content.call(Ident::parse_any)?;
        let family = self.parse_size(content, &role)?;
        let text = role.to_string();
        if is_keyword(&text) || is_reserved(&text) {
            self.report(
                role.span(),
                format_args!("`{role}` can't name a role"),
                "write a name like `Buyer`",
            );
            return Ok(false);
        }
        if !text.starts_with(char::is_uppercase) {
            self.report(
                role.span(),
                format_args!("the role `{role}` doesn't begin with a capital letter"),
                format_args!("write `{}`", title_case(&text)),
            );
        }
        if item.roles.contains(&role) {
            self.report(
                role.span(),
                format_args!("`{role}` is named twice"),
                "name each role once",
            );
        } else {
            item.roles.push(role);
            item.families.push(family);
        }
        Ok(true)
    }

    /// `[..]`, `[3]` or `[N]` after the name of a family.
    fn parse_size(&mut self, content: ParseStream<'_>, role: &Ident) -> Result<Option<Family>> {
        if !content.peek(token::Bracket) {
            return Ok(None);
        }
        let inside;
        let span = bracketed!(inside in content).span.join();
        let size = read_size(&inside, role, span).unwrap_or_else(|error| {
            self.errors.push(error);
            None
        });
        Ok(Some(Family { size }))
    }

    /// `(mut x: T @ A, ..)`
    pub(super) fn parse_params(
        &mut self,
        input: ParseStream<'_>,
        name: &Ident,
    ) -> Result<Vec<Param>> {
        if !input.peek(token::Paren) {
            return fail(
                input.span(),
                format_args!("the parameters of `{name}` are expected here"),
                "write `()` if there are none",
            );
        }
        let content;
        parenthesized!(content in input);
        let mut params = Vec::new();
        while !content.is_empty() {
            match self.parse_param(&content) {
                Ok(param) => params.extend(param),
                Err(error) => {
                    self.errors.push(error);
                    skip_element(&content);
                }
            }
            if !content.is_empty() && content.parse::<Option<Token![,]>>()?.is_none() {
                self.report(
                    content.span(),
                    "`,` is expected between parameters",
                    "write `x: T @ A, y: U @ B`",
                );
                skip_element(&content);
                let _: Option<Token![,]> = content.parse()?;
            }
        }
        Ok(params)
    }

    /// `None` if it has been reported.
    fn parse_param(&mut self, content: ParseStream<'_>) -> Result<Option<Param>> {
        let attrs = content.call(syn::Attribute::parse_outer)?;
        if let Some(attr) = attrs.first() {
            self.report(
                attr.pound_token.span,
                "a parameter can't have attributes",
                "put it on the choreography",
            );
        }
        if is_receiver(content) {
            let at = content.span();
            skip_element(content);
            let help = "write a parameter with a name and a location: `name: Type @ Role`";
            self.report(at, "a choreography has no `self`", help);
            return Ok(None);
        }
        let simple = word(content.cursor(), "mut").unwrap_or(content.cursor());
        let simple = simple.ident().is_some_and(|(name, rest)| {
            let text = name.to_string();
            !is_keyword(&text) && text != "ref" && is_after_name(rest)
        });
        if !simple {
            return self.parse_pattern_param(content);
        }
        let mutability = content.parse()?;
        let name: Ident = content.parse()?;
        self.refuse_reserved(&name);
        self.refuse_role(&name);
        let ty = self.parse_param_type(content, &name);
        Ok(Some(Param { mutability, name, ty }))
    }

    fn parse_param_type(&mut self, content: ParseStream<'_>, name: &Ident) -> Type {
        if !content.peek(Token![:]) {
            let help = format!("write `{name}: Type @ {}`", self.first_role());
            self.report(name.span(), format_args!("`{name}` has no type"), help);
            skip_element(content);
            return Type::Error;
        }
        skip_token(content);
        self.parse_type(content).unwrap_or_else(|error| {
            self.errors.push(error);
            skip_element(content);
            Type::Error
        })
    }

    fn parse_pattern_param(&mut self, content: ParseStream<'_>) -> Result<Option<Param>> {
        let at = content.span();
        let pattern = syn::Pat::parse_single(content);
        if pattern.is_err() {
            return fail(
                at,
                "the name of a parameter is expected here",
                format_args!("write `name: Type @ {}`", self.first_role()),
            );
        }
        self.report(
            at,
            "a parameter is a name, not a pattern",
            format!(
                "write `name: Type @ {}`, and take it apart with `let` in the body",
                self.first_role()
            ),
        );
        if content.parse::<Option<Token![:]>>()?.is_some() {
            self.parse_type(content)?;
        }
        Ok(None)
    }

    /// Reports a name that the language keeps for itself.
    pub(super) fn refuse_reserved(&mut self, name: &Ident) {
        let text = name.to_string();
        if is_keyword(&text) || is_reserved(&text) {
            self.report(
                name.span(),
                format_args!("`{name}` is reserved inside `chor!`"),
                "choose another name",
            );
        }
    }
}

pub(super) fn is_reserved(text: &str) -> bool {
    matches!(text, "each" | "par" | "chor" | "agree" | "me")
}

/// `self`, `&self`, `&mut self`, `&'a self`, `mut self`
fn is_receiver(content: ParseStream<'_>) -> bool {
    let mut at = content.cursor();
    at = punct(at, "&").unwrap_or(at);
    at = at.lifetime().map_or(at, |(_, rest)| rest);
    at = word(at, "mut").unwrap_or(at);
    word(at, "self").is_some()
}

/// What can follow the name of a parameter that isn't the start of a pattern.
fn is_after_name(cursor: syn::buffer::Cursor<'_>) -> bool {
    next(cursor).is_none()
        || punct(cursor, ":").is_some()
        || punct(cursor, ",").is_some()
        || punct(cursor, "@").is_some_and(|rest| group(rest, Delimiter::Brace).is_none())
}

fn read_size(inside: ParseStream<'_>, role: &Ident, span: Span) -> Result<Option<syn::Expr>> {
    let help = format!("write `{role}[..]` for any number of members, or `{role}[3]`");
    if inside.is_empty() {
        return fail(span, format_args!("the size of `{role}` is missing"), help);
    }
    if punct(inside.cursor(), "..").is_some_and(syn::buffer::Cursor::eof) {
        inside.parse::<Token![..]>()?;
        return Ok(None);
    }
    match inside.parse::<syn::Expr>() {
        Ok(size) if inside.is_empty() && is_size(&size) => Ok(Some(size)),
        _ => fail(span, format_args!("the size of `{role}` is one number"), help),
    }
}

/// What can be a constant number; whether it is one is for rustc to say.
fn is_size(size: &syn::Expr) -> bool {
    match size {
        syn::Expr::Lit(literal) => matches!(literal.lit, syn::Lit::Int(_)),
        syn::Expr::Path(_)
        | syn::Expr::Block(_)
        | syn::Expr::Const(_)
        | syn::Expr::Macro(_)
        | syn::Expr::Call(_)
        | syn::Expr::MethodCall(_)
        | syn::Expr::Field(_) => true,
        syn::Expr::Binary(binary) => is_size(&binary.left) && is_size(&binary.right),
        syn::Expr::Paren(paren) => is_size(&paren.expr),
        syn::Expr::Group(group) => is_size(&group.expr),
        syn::Expr::Cast(cast) => is_size(&cast.expr),
        _ => false,
    }
}

fn brackets(input: ParseStream<'_>) -> Result<syn::parse::ParseBuffer<'_>> {
    let content;
    bracketed!(content in input);
    Ok(content)
}

/// `book_shop` as `BookShop`.
fn title_case(text: &str) -> String {
    text.split('_')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let mut chars = part.chars();
            chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
        })
        .collect()
}
