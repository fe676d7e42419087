//! What an expression is as a whole: a variable, an assignment, pure, without an end.

use super::macros;
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprLoop, Pat, Stmt, UnOp};

/// The expression without the parentheses and invisible groups around it.
pub fn peel(mut expr: &Expr) -> &Expr {
    loop {
        expr = match expr {
            Expr::Paren(paren) => &paren.expr,
            Expr::Group(group) => &group.expr,
            other => return other,
        }
    }
}

pub fn variable(expr: &Expr) -> Option<&Ident> {
    match peel(expr) {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}

pub fn reference(expr: &Expr) -> Option<Ident> {
    match peel(expr) {
        Expr::Reference(it) if it.mutability.is_none() => variable(&it.expr).cloned(),
        _ => None,
    }
}

pub fn mutable_reference(expr: &Expr) -> Option<(Ident, Span)> {
    match peel(expr) {
        Expr::Reference(it) if it.mutability.is_some() => {
            root(&it.expr).map(|root| (root.clone(), it.span()))
        }
        _ => None,
    }
}

pub fn assigned(expr: &Expr) -> Option<Ident> {
    assignment(expr).and_then(|(left, _)| root(left)).cloned()
}

pub fn targets(expr: &Expr) -> Vec<Ident> {
    let mut found = Vec::new();
    if let Some((left, _)) = assignment(expr) {
        collect_targets(left, &mut found);
    }
    found
}

/// The left and the right side of an assignment.
pub(super) fn assignment(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match peel(expr) {
        Expr::Assign(assign) => Some((&assign.left, &assign.right)),
        Expr::Binary(binary) if is_compound(&binary.op) => Some((&binary.left, &binary.right)),
        _ => None,
    }
}

/// `x` of the place `x.f[i]` or `*x`.
fn root(expr: &Expr) -> Option<&Ident> {
    match peel(expr) {
        Expr::Field(field) => root(&field.base),
        Expr::Index(index) => root(&index.expr),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => root(&unary.expr),
        other => variable(other),
    }
}

fn collect_targets(left: &Expr, found: &mut Vec<Ident>) {
    match peel(left) {
        Expr::Tuple(tuple) => tuple.elems.iter().for_each(|elem| collect_targets(elem, found)),
        Expr::Array(array) => array.elems.iter().for_each(|elem| collect_targets(elem, found)),
        Expr::Call(call) => call.args.iter().for_each(|arg| collect_targets(arg, found)),
        Expr::Struct(it) => it.fields.iter().for_each(|field| collect_targets(&field.expr, found)),
        place => found.extend(root(place).cloned()),
    }
}

/// Running it can have no effect besides its value.
pub fn is_pure(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_)
        | Expr::Path(_)
        | Expr::Infer(_)
        | Expr::Const(_)
        | Expr::Closure(_)
        | Expr::Async(_) => true,
        Expr::Paren(it) => is_pure(&it.expr),
        Expr::Group(it) => is_pure(&it.expr),
        Expr::Unary(it) => is_pure(&it.expr),
        Expr::Binary(it) => !is_compound(&it.op) && is_pure(&it.left) && is_pure(&it.right),
        Expr::Field(it) => is_pure(&it.base),
        Expr::Index(it) => is_pure(&it.expr) && is_pure(&it.index),
        Expr::Tuple(it) => it.elems.iter().all(is_pure),
        Expr::Array(it) => it.elems.iter().all(is_pure),
        Expr::Repeat(it) => is_pure(&it.expr),
        Expr::Struct(it) => {
            it.fields.iter().all(|field| is_pure(&field.expr)) && is_pure_if_any(it.rest.as_deref())
        }
        Expr::Call(it) => is_constructor(&it.func) && it.args.iter().all(is_pure),
        Expr::Cast(it) => is_pure(&it.expr),
        Expr::Reference(it) => it.mutability.is_none() && is_pure(&it.expr),
        Expr::Range(it) => is_pure_if_any(it.start.as_deref()) && is_pure_if_any(it.end.as_deref()),
        Expr::Let(it) => is_pure(&it.expr) && is_pure_pattern(&it.pat),
        Expr::If(it) => {
            is_pure(&it.cond)
                && is_pure_block(&it.then_branch)
                && is_pure_if_any(it.else_branch.as_ref().map(|(_, otherwise)| &**otherwise))
        }
        Expr::Match(it) => {
            is_pure(&it.expr)
                && it.arms.iter().all(|arm| is_pure_pattern(&arm.pat) && is_pure(&arm.body))
        }
        Expr::Block(it) => is_pure_block(&it.block),
        // A lone `;`.
        Expr::Verbatim(tokens) => tokens.is_empty(),
        _ => false,
    }
}

fn is_pure_if_any(expr: Option<&Expr>) -> bool {
    expr.is_none_or(is_pure)
}

fn is_pure_block(block: &Block) -> bool {
    block.stmts.iter().all(|stmt| match stmt {
        Stmt::Local(local) => local.init.as_ref().is_none_or(|init| {
            is_pure(&init.expr)
                && is_pure_if_any(init.diverge.as_ref().map(|(_, otherwise)| &**otherwise))
        }),
        Stmt::Item(_) => true,
        Stmt::Expr(expr, _) => is_pure(expr),
        Stmt::Macro(_) => false,
    })
}

/// Only the guard of a match arm can do anything.
fn is_pure_pattern(pat: &Pat) -> bool {
    match pat {
        Pat::Guard(it) => is_pure(&it.guard),
        _ => true,
    }
}

/// `Some`, `Order::New`: a path that ends with an upper-case letter.
fn is_constructor(func: &Expr) -> bool {
    match peel(func) {
        Expr::Path(path) => {
            path.path.segments.last().is_some_and(|last| starts_upper_case(&last.ident))
        }
        _ => false,
    }
}

/// By convention a type, a variant or a constant; never a variable.
pub fn starts_upper_case(ident: &Ident) -> bool {
    ident.to_string().trim_start_matches("r#").starts_with(char::is_uppercase)
}

pub(super) fn is_compound(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

/// Running it never comes to a value.
pub fn diverges(expr: &Expr) -> bool {
    match peel(expr) {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Macro(it) => macros::diverges(&it.mac),
        Expr::Call(it) => is_exit(&it.func) || it.args.iter().any(diverges),
        Expr::Loop(it) => !is_left(it),
        // A labelled one can be left before its end.
        Expr::Block(it) => it.label.is_none() && block_diverges(&it.block),
        Expr::Unsafe(it) => block_diverges(&it.block),
        Expr::If(it) => {
            diverges(&it.cond)
                || block_diverges(&it.then_branch)
                    && it.else_branch.as_ref().is_some_and(|(_, otherwise)| diverges(otherwise))
        }
        Expr::Match(it) => {
            diverges(&it.expr)
                || !it.arms.is_empty() && it.arms.iter().all(|arm| diverges(&arm.body))
        }
        _ => false,
    }
}

fn block_diverges(block: &Block) -> bool {
    block.stmts.iter().any(|stmt| match stmt {
        Stmt::Local(local) => local.init.as_ref().is_some_and(|init| diverges(&init.expr)),
        Stmt::Item(_) => false,
        Stmt::Expr(expr, _) => diverges(expr),
        Stmt::Macro(it) => macros::diverges(&it.mac),
    })
}

/// `process::exit`, `process::abort`, `panic::resume_unwind`, `panic::panic_any`.
fn is_exit(func: &Expr) -> bool {
    let Expr::Path(path) = peel(func) else { return false };
    let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let (last, module) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
    matches!(
        (&*module, &*last),
        ("process", "exit" | "abort") | ("panic", "resume_unwind" | "panic_any")
    )
}

/// Something in the loop may break out of it.
fn is_left(it: &ExprLoop) -> bool {
    let mut breaks =
        Breaks { label: it.label.as_ref().map(|label| &label.name), inner: 0, found: false };
    breaks.visit_block(&it.body);
    breaks.found
}

struct Breaks<'a> {
    label: Option<&'a syn::Lifetime>,
    inner: usize,
    found: bool,
}

impl Breaks<'_> {
    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.inner += 1;
        visit(self);
        self.inner -= 1;
    }
}

impl<'ast> Visit<'ast> for Breaks<'_> {
    fn visit_expr_break(&mut self, node: &'ast syn::ExprBreak) {
        self.found |= match &node.label {
            None => self.inner == 0,
            label => label.as_ref() == self.label,
        };
        visit::visit_expr_break(self, node);
    }

    fn visit_expr_loop(&mut self, node: &'ast ExprLoop) {
        self.within(|this| visit::visit_expr_loop(this, node));
    }

    fn visit_expr_while(&mut self, node: &'ast syn::ExprWhile) {
        self.within(|this| visit::visit_expr_while(this, node));
    }

    fn visit_expr_for_loop(&mut self, node: &'ast syn::ExprForLoop) {
        self.within(|this| visit::visit_expr_for_loop(this, node));
    }

    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        self.found |= macros::is_opaque(node) || mentions_break(node);
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

fn mentions_break(mac: &syn::Macro) -> bool {
    let names = std::iter::once("break".to_owned()).collect();
    !super::mentions(mac.tokens.to_token_stream(), &names).is_empty()
}
