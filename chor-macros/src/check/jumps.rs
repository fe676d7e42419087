//! `return`, `break` and `continue`, and what never ends.

use super::expr::union;
use super::types::narrow;
use super::{Checker, Fence, Jump};
use crate::ast;
use crate::ir::{Block, Expr, Kind, RoleSet, Type};
use crate::rust;
use crate::syntax;
use proc_macro2::Span;

impl Checker<'_> {
    pub(super) fn check_return(&mut self, value: Option<&ast::Expr>, span: Span) -> Expr {
        if let Some(fence) = self.fences.last().copied() {
            self.refuse_leaving("return", fence, span);
        }
        let shape = self.result.clone();
        let mut value = value.map(|value| self.check_expr(value, &shape));
        if let Some(value) = &mut value {
            self.watch_value(value);
        }
        if let Some(value) = &value {
            if let Some(result) = self.result_type.clone() {
                self.require_expr(value, &result, "the result");
            }
        } else if let Some(result) = self.result_type.clone()
            && super::types::first(&result).is_some_and(|ty| !syntax::is_unit(ty))
        {
            let wanted = self.describe(&result);
            self.errors.error(
                span,
                format_args!("this `return` has no value, but the result is `{wanted}`"),
                "write `return value;`",
            );
        }
        let missing = self.whole - self.census;
        if let Some(role) = missing.iter().next() {
            let name = self.role(role);
            let help = self.ignorance(self.whole).map_or_else(
                || "end it where all roles act".to_owned(),
                |reason| self.tell(reason, self.whole),
            );
            self.errors.error(
                span,
                format_args!("`return` ends the choreography for all its roles, but `{name}` doesn't know of it here"),
                help,
            );
        }
        let acts = self.whole;
        Expr { ty: Type::Never, acts, jumps: false, span, kind: Kind::Return(value.map(Box::new)) }
    }

    pub(super) fn check_break(
        &mut self,
        label: Option<&syn::Lifetime>,
        value: Option<&ast::Expr>,
        span: Span,
    ) -> Expr {
        let index = self.exit(label, "break", span);
        let shape = index.map(|index| self.exits[index].shape.clone()).unwrap_or_default();
        let mut value = value.map(|value| self.check_expr(value, &shape));
        if let Some(value) = &mut value {
            self.watch_value(value);
        }
        if let Some(index) = index {
            let mut ty = value
                .as_ref()
                .map_or_else(Type::unit, |value| narrow(value.ty.clone(), self.census));
            let wanted = shape.ty.as_deref().filter(|ty| !syntax::is_unit(ty) && value.is_none());
            if let Some(wanted) = wanted.filter(|_| self.exits[index].takes_value) {
                self.errors.error(
                    span,
                    format_args!(
                        "this `break` has no value, but a `{}` is wanted",
                        rust::text(wanted)
                    ),
                    "write `break value;`",
                );
                ty = Type::Error;
            }
            if let (Some(value), Some(at)) = (&value, shape.at) {
                let mistakes = self.errors.count();
                self.require_expr(value, &Type::At { ty: None, at }, "the value of this loop");
                if self.errors.count() > mistakes {
                    ty = Type::Error;
                }
            }
            if value.is_some() && !self.exits[index].takes_value {
                self.errors.error(
                    span,
                    "`break` with a value leaves only a `loop` or a labelled block",
                    "bind the value to a variable outside the loop",
                );
            }
            let census = self.census;
            self.exits[index].values.push(ty);
            let reasons = self.knowledge.clone();
            self.exits[index].jumps.push(Jump { census, reasons, span, word: "break" });
        }
        let acts = value.as_ref().map_or(RoleSet::EMPTY, |value| value.acts);
        let kind = Kind::Break { label: label.cloned(), value: value.map(Box::new) };
        Expr { ty: Type::Never, acts, jumps: true, span, kind }
    }

    pub(super) fn check_continue(&mut self, label: Option<&syn::Lifetime>, span: Span) -> Expr {
        if let Some(index) = self.exit(label, "continue", span) {
            let census = self.census;
            let reasons = self.knowledge.clone();
            self.exits[index].jumps.push(Jump { census, reasons, span, word: "continue" });
        }
        let kind = Kind::Continue { label: label.cloned() };
        Expr { ty: Type::Never, acts: RoleSet::EMPTY, jumps: true, span, kind }
    }

    /// The loop or block that a jump leaves.
    pub(super) fn exit(
        &mut self,
        label: Option<&syn::Lifetime>,
        word: &str,
        span: Span,
    ) -> Option<usize> {
        let found = self.exits.iter().rposition(|exit| match label {
            Some(label) => exit.label.as_deref() == Some(label.ident.to_string().as_str()),
            None => exit.is_loop,
        });
        if let Some(index) = found
            && let Some(fence) = self.fences.iter().rfind(|fence| index < fence.exits).copied()
        {
            self.refuse_leaving(word, fence, span);
            return None;
        }
        if found.is_none() {
            match label {
                Some(label) => self.errors.error(
                    label.span(),
                    format_args!(
                        "there is no loop or block with the label `{label}` around this `{word}`"
                    ),
                    format_args!("write `{label}:` before it"),
                ),
                None => self.errors.error(
                    span,
                    format_args!("`{word}` outside of a loop"),
                    "put it into a `loop`, `while` or `for` of the choreography",
                ),
            }
        }
        found
    }
}

impl Checker<'_> {
    /// Reports a jump out of a branch that runs at once with others.
    fn refuse_leaving(&mut self, word: &str, fence: Fence, span: Span) {
        self.errors.error(
            span,
            format_args!("`{word}` would leave `{}`, whose other branches still run", fence.word),
            "end the branch with a value, and decide after it",
        );
    }
}

/// The roles for which a block surely, or without `sure` as far as syntax shows, never ends.
pub(super) fn diverging(block: &Block, sure: bool) -> RoleSet {
    if matches!(block.ty, Type::Never | Type::Error) {
        return Type::Never.holders();
    }
    let stmts = block.stmts.iter().map(|stmt| match stmt {
        crate::ir::Stmt::Expr(expr) => ending(expr, sure),
        crate::ir::Stmt::Member { .. } | crate::ir::Stmt::Let(_) | crate::ir::Stmt::Item(_) => {
            RoleSet::EMPTY
        }
    });
    union(stmts) | block.tail.as_ref().map_or(RoleSet::EMPTY, |tail| ending(tail, sure))
}

fn ending(expr: &Expr, sure: bool) -> RoleSet {
    match &expr.kind {
        Kind::Code(code) if sure && rust::examine(&code.expr).diverges => code.at,
        Kind::Code(code) if !sure && syntax::may_diverge(&code.expr) => code.at,
        _ if matches!(expr.ty, Type::Never | Type::Error) => Type::Never.holders(),
        _ => RoleSet::EMPTY,
    }
}
