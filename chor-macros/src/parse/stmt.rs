//! Blocks and statements.

use super::cursor::{Token as Next, before, group, next, past_attributes, punct, word};
use super::members::{Frame, refuse_binding};
use super::recover::{begins_item, begins_statement, skip_statement, skip_to_value, skip_token};
use super::{Flavour, Parser, fail};
use crate::ast::{Block, Each, Expr, Let, Stmt, Type};
use proc_macro2::Delimiter;
use syn::buffer::Cursor;
use syn::parse::ParseStream;
use syn::{Attribute, Result, Token, braced, token};

impl Parser<'_> {
    /// `{ .. }`; whoever calls has seen the brace.
    pub(super) fn parse_block(&mut self, input: ParseStream<'_>) -> Block {
        let mut stmts = Vec::new();
        self.frames.push(Frame::default());
        let braces = self.scoped(|this| this.parse_braces(input, &mut stmts));
        self.frames.pop();
        let span = braces.unwrap_or_else(|error| {
            self.errors.push(error);
            stmts.push(Stmt::Error);
            input.span()
        });
        Block { span, stmts }
    }

    fn parse_braces(
        &mut self,
        input: ParseStream<'_>,
        stmts: &mut Vec<Stmt>,
    ) -> Result<proc_macro2::Span> {
        let content;
        let brace = braced!(content in input);
        self.parse_stmts(&content, stmts);
        Ok(brace.span.join())
    }

    /// A block that has to be here.
    pub(super) fn require_block(&mut self, input: ParseStream<'_>, of: &str) -> Result<Block> {
        if input.peek(token::Brace) {
            return Ok(self.parse_block(input));
        }
        fail(input.span(), format_args!("the block of `{of}` is expected here"), "write `{ .. }`")
    }

    fn parse_stmts(&mut self, content: ParseStream<'_>, stmts: &mut Vec<Stmt>) {
        while !content.is_empty() {
            if content.peek(Token![;]) {
                skip_token(content);
                continue;
            }
            let start = content.cursor();
            let stmt = self.parse_stmt(content).unwrap_or_else(|error| {
                self.errors.push(error);
                skip_statement(content);
                Stmt::Error
            });
            stmts.extend(self.bind_pending());
            stmts.push(stmt);
            if content.cursor() == start {
                skip_token(content);
            }
        }
    }

    fn parse_stmt(&mut self, content: ParseStream<'_>) -> Result<Stmt> {
        let cursor = past_attributes(content.cursor());
        if word(cursor, "let").is_some() {
            return self.parse_let(content);
        }
        if begins_item(cursor) {
            return fail(
                cursor.span(),
                "a choreography can't stand in the body of another",
                "move it out of the body",
            );
        }
        if is_rust_item(cursor) {
            return Ok(Stmt::Item(Box::new(content.parse()?)));
        }
        if content.peek(Token![#]) && self.is_ours(cursor, Flavour::Stmt) {
            let at = content.span();
            content.call(Attribute::parse_outer)?;
            self.report(
                at,
                "an attribute can't stand on this statement",
                "put it on a `let`, on an arm of a `match` or on the choreography",
            );
        }
        self.parse_expr_stmt(content)
    }

    fn parse_expr_stmt(&mut self, content: ParseStream<'_>) -> Result<Stmt> {
        let expr = self.parse_expr(content, Flavour::Stmt)?;
        if content.peek(Token![;]) {
            skip_token(content);
            return Ok(Stmt::Expr { expr, semi: true });
        }
        if content.is_empty() || !needs_semicolon(&expr) {
            return Ok(Stmt::Expr { expr, semi: false });
        }
        self.missing_semicolon(content)?;
        Ok(Stmt::Expr { expr, semi: true })
    }

    /// Reports a missing `;`; an error if what follows isn't a statement of its own.
    fn missing_semicolon(&mut self, content: ParseStream<'_>) -> Result<()> {
        let cursor = content.cursor();
        self.explain_operator(cursor)?;
        if punct(cursor, ",").is_some() {
            return fail(
                cursor.span(),
                "`;` is expected before this",
                "a list of roles is written `[A, B]`",
            );
        }
        if !begins_statement(cursor) {
            return fail(
                cursor.span(),
                "`;` is expected before this",
                "end the statement with `;`",
            );
        }
        self.report(before(cursor), "`;` is missing after this", "end the statement with `;`");
        Ok(())
    }

    fn parse_let(&mut self, content: ParseStream<'_>) -> Result<Stmt> {
        let attrs = content.call(Attribute::parse_outer)?;
        let span = content.span();
        skip_token(content);
        if content.is_empty()
            || ["=", ":", ";", "@"].iter().any(|sign| punct(content.cursor(), sign).is_some())
        {
            return fail(span, "a name is expected after `let`", "write `let x = A: value;`");
        }
        if self.is_member_binding(content.cursor()) && attrs.is_empty() {
            let stmt = self.parse_member_binding(content)?;
            self.parse_let_end(content)?;
            return Ok(stmt);
        }
        let (pat, misplaced) = self.parse_binding(content)?;
        let mut stmt = Let { attrs, pat, ty: misplaced, init: None, otherwise: None };
        // From here on the names are known, and are declared whatever follows.
        if let Err(error) = self.parse_let_rest(content, &mut stmt) {
            self.errors.push(error);
            skip_statement(content);
            stmt.ty = stmt.ty.or(Some(Type::Error));
            stmt.init = Some(Expr::Error);
        }
        Ok(Stmt::Let(Box::new(stmt)))
    }

    fn parse_let_rest(&mut self, content: ParseStream<'_>, stmt: &mut Let) -> Result<()> {
        if content.peek(Token![@]) {
            return fail(
                content.span(),
                "a location stands after a type",
                "write `pattern: Type @ [A, B]`",
            );
        }
        if content.peek(Token![:]) {
            skip_token(content);
            let ty = self.parse_let_type(content)?;
            if matches!(ty, Type::Error) {
                skip_to_value(content);
            }
            stmt.ty = stmt.ty.take().or(Some(ty));
        }
        if content.peek(Token![=]) && !content.peek(Token![=>]) && !content.peek(Token![==]) {
            let equals = content.span();
            skip_token(content);
            if content.is_empty() || content.peek(Token![;]) {
                return fail(
                    equals,
                    "a value is expected after `=`",
                    "write `let x = A: expression;`",
                );
            }
            if self.is_member(content.cursor()) {
                return refuse_binding(content.cursor());
            }
            stmt.init = Some(self.parse_expr(content, Flavour::Full)?);
            if content.peek(Token![else]) {
                skip_token(content);
                stmt.otherwise = Some(self.require_block(content, "else")?);
            }
        } else if !content.is_empty() && !content.peek(Token![;]) {
            let help = "write `let x = ..;` or `let x: Type @ A = ..;`";
            return fail(content.span(), "`=` or `;` is expected here", help);
        }
        self.parse_let_end(content)
    }

    fn parse_let_end(&mut self, content: ParseStream<'_>) -> Result<()> {
        if content.peek(Token![;]) {
            skip_token(content);
            return Ok(());
        }
        if content.is_empty() {
            self.report(
                before(content.cursor()),
                "`;` is missing after this",
                "end the statement with `;`",
            );
            return Ok(());
        }
        self.missing_semicolon(content)
    }
}

/// Whether an expression in front of another statement has to end in `;`.
pub(super) fn needs_semicolon(expr: &Expr) -> bool {
    match expr {
        Expr::If(_)
        | Expr::Match(_)
        | Expr::While(_)
        | Expr::For(_)
        | Expr::ForMember(_)
        | Expr::Par(_)
        | Expr::Loop(_)
        | Expr::Block { .. }
        | Expr::Error => false,
        Expr::Each(each) => each_needs_semicolon(each),
        Expr::Local { code, .. } | Expr::Rust(code) => rust_needs_semicolon(code),
        Expr::Comm(comm) => comm.ascribed.is_some() || rust_needs_semicolon(&comm.payload),
        Expr::Call(_)
        | Expr::Instance(_)
        | Expr::Anonymous(_)
        | Expr::Tuple { .. }
        | Expr::Paren(_)
        | Expr::Agree { .. }
        | Expr::Not { .. }
        | Expr::Logic { .. }
        | Expr::Assign(_)
        | Expr::Return { .. }
        | Expr::Break { .. }
        | Expr::Continue { .. } => true,
    }
}

/// `each F: e` ends where its code does.
fn each_needs_semicolon(each: &Each) -> bool {
    match each.body.stmts.as_slice() {
        [Stmt::Expr { expr, .. }] if each.member == "me" => needs_semicolon(expr),
        _ => false,
    }
}

/// As in rustc's own statements.
fn rust_needs_semicolon(code: &syn::Expr) -> bool {
    match code {
        syn::Expr::Macro(call) => !matches!(call.mac.delimiter, syn::MacroDelimiter::Brace(_)),
        syn::Expr::If(_)
        | syn::Expr::Match(_)
        | syn::Expr::Block(_)
        | syn::Expr::Unsafe(_)
        | syn::Expr::While(_)
        | syn::Expr::Loop(_)
        | syn::Expr::ForLoop(_)
        | syn::Expr::TryBlock(_)
        | syn::Expr::Const(_) => false,
        _ => true,
    }
}

/// Whether an item of Rust begins here.
fn is_rust_item(cursor: Cursor<'_>) -> bool {
    let Some((first, rest)) = cursor.ident() else { return false };
    let then = |text| word(rest, text).is_some();
    let brace = group(rest, Delimiter::Brace).is_some();
    let macro_rules = || punct(rest, "!").is_some_and(|rest| rest.ident().is_some());
    match first.to_string().as_str() {
        "pub" | "use" | "fn" | "mod" | "type" | "struct" | "enum" | "trait" | "impl" | "extern" => {
            true
        }
        "const" => !brace && !then("move") && char_of(rest) != Some('|'),
        "static" => !then("move") && char_of(rest) != Some('|'),
        "unsafe" => !brace,
        "async" => then("fn") || then("unsafe") || then("extern"),
        "union" => rest.ident().is_some_and(|(name, _)| name != "as"),
        "macro_rules" => macro_rules(),
        _ => false,
    }
}

fn char_of(cursor: Cursor<'_>) -> Option<char> {
    match next(cursor) {
        Some((Next::Punct(char), _)) => Some(char),
        _ => None,
    }
}
