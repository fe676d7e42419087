//! `pub chor name[A, B]<G>(x: T @ A) -> U @ B where .. { .. }`

use super::cursor::word;
use super::recover::{begins_item, skip_to_item, skip_token};
use super::{Parser, fail};
use crate::ast::{Block, Item, Stmt, Type};
use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Result, Token, token};

impl Parser<'_> {
    /// One item; what isn't an item is reported and skipped.
    pub(super) fn parse_item(&mut self, input: ParseStream<'_>) -> Option<Item> {
        match self.parse_item_start(input) {
            Ok(mut item) => {
                self.parse_item_rest(input, &mut item);
                Some(item)
            }
            Err(error) => {
                self.errors.push(error);
                skip_to_item(input);
                None
            }
        }
    }

    /// Attributes, visibility, `chor` and the name: without these there is no item.
    fn parse_item_start(&mut self, input: ParseStream<'_>) -> Result<Item> {
        let attrs = input.call(syn::Attribute::parse_outer)?;
        let vis = input.parse()?;
        if word(input.cursor(), "chor").is_none() {
            let at = input.span();
            skip_token(input);
            return fail(
                at,
                "`chor` is expected here",
                "write `chor name[A, B](..) { .. }`; other items stand outside of `chor!`",
            );
        }
        let chor = input.call(Ident::parse_any)?;
        if !input.peek(Ident::peek_any) {
            return fail(
                chor.span(),
                "this choreography has no name",
                "write `chor name[A, B](..) { .. }`",
            );
        }
        let name = input.call(Ident::parse_any)?;
        self.refuse_reserved(&name);
        let body = Block { span: name.span(), stmts: vec![Stmt::Error] };
        let generics = syn::Generics::default();
        Ok(Item {
            attrs,
            vis,
            name,
            roles: Vec::new(),
            families: Vec::new(),
            generics,
            params: Vec::new(),
            result: None,
            body,
            calls: Vec::new(),
        })
    }

    fn parse_item_rest(&mut self, input: ParseStream<'_>, item: &mut Item) {
        self.name = item.name.to_string();
        self.readable = self.parse_roles(input, item);
        self.declare_roles(item);
        self.hidden = 0;
        let signed = self.parse_signature(input, item);
        if let Err(error) = signed {
            self.errors.push(error);
            skip_to_body(input);
        } else if !input.peek(token::Brace) {
            self.report(
                input.span(),
                format_args!("the body of `{}` is expected here", item.name),
                "write `{ .. }`, after the result type and the `where` clause",
            );
            skip_to_body(input);
        }
        if !input.peek(token::Brace) {
            return;
        }
        if self.readable {
            item.body = self.parse_block(input);
            item.calls = std::mem::take(&mut self.calls);
        } else {
            skip_token(input);
        }
    }

    fn parse_signature(&mut self, input: ParseStream<'_>, item: &mut Item) -> Result<()> {
        let generics: syn::Generics = input.parse()?;
        if !generics.params.is_empty() {
            item.generics = generics;
        }
        self.refuse_role_generics(&item.generics);
        item.params = self.parse_params(input, &item.name)?;
        if input.parse::<Option<Token![->]>>()?.is_some() {
            item.result = Some(self.parse_type(input).unwrap_or_else(|error| {
                self.errors.push(error);
                skip_to_body(input);
                Type::Error
            }));
        }
        item.generics.where_clause = input.parse()?;
        Ok(())
    }

    fn refuse_role_generics(&mut self, generics: &syn::Generics) {
        for param in &generics.params {
            let name = match param {
                syn::GenericParam::Type(param) => &param.ident,
                syn::GenericParam::Const(param) => &param.ident,
                syn::GenericParam::Lifetime(_) => continue,
            };
            if self.is_role(name) {
                self.report(
                    name.span(),
                    format!("`{name}` is already a role of `{}`", self.name),
                    "choose another name for the generic",
                );
            }
        }
    }
}

fn skip_to_body(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(token::Brace) && !begins_item(input.cursor()) {
        skip_token(input);
    }
}
