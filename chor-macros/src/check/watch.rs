//! Where several roles compute a value, each for itself: what a run that compares them shows.
//!
//! What comes by a message, by a call, from a loop or from `agree!` is equal, or was compared there.

use super::Checker;
use super::expr::describe;
use crate::ast;
use crate::ir::{Block, Code, Expr, Kind, Pattern, RoleSet, Type, VarId};
use crate::rust;
use std::collections::BTreeSet;

/// In characters: the beginning tells which code it is.
const LONGEST: usize = 80;

impl Checker<'_> {
    /// Has the values compared that a pattern binds.
    pub(super) fn watch_pattern(&mut self, pattern: &Pattern, text: &str) {
        let vars = pattern.vars();
        for var in &vars {
            let Type::At { at, .. } = self.vars[var.0].ty else { continue };
            let name = self.vars[var.0].name.clone();
            let text = match vars.as_slice() {
                [_] => text.to_owned(),
                _ => format!("`{name}` of {text}"),
            };
            self.vars[var.0].site = self.site(&text, at, name.span());
        }
    }

    /// Has a value compared that roles compute, each for itself, where no name is bound to it.
    pub(super) fn watch_value(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            Kind::Code(code) => self.watch_code(code),
            Kind::Block { block, .. } => self.watch_tail(block),
            Kind::If(node) => {
                self.watch_tail(&mut node.then);
                if let Some(otherwise) = &mut node.otherwise {
                    self.watch_value(otherwise);
                }
            }
            Kind::Match(node) => {
                for arm in &mut node.arms {
                    self.watch_value(&mut arm.body);
                }
            }
            Kind::Tuple(elems) => {
                for elem in elems {
                    self.watch_value(elem);
                }
            }
            Kind::Not(inner) => self.watch_value(inner),
            Kind::Logic { left, right, .. } => {
                self.watch_value(left);
                self.watch_value(right);
            }
            Kind::Par { branches, .. } => {
                for branch in branches {
                    self.watch_tail(branch);
                }
            }
            // What comes of these is equal, or was compared there.
            Kind::Comm(_)
            | Kind::Each(_)
            | Kind::ForMember(_)
            | Kind::Call(_)
            | Kind::Apply { .. }
            | Kind::Instance(_)
            | Kind::Anonymous(_)
            | Kind::Agree { .. }
            | Kind::Assign { .. }
            | Kind::Loop(_)
            | Kind::Return(_)
            | Kind::Break { .. }
            | Kind::Continue { .. }
            | Kind::Error => {}
        }
    }

    /// The same for the value of a block.
    pub(super) fn watch_tail(&mut self, block: &mut Block) {
        if let Some(tail) = &mut block.tail {
            self.watch_value(tail);
        }
    }

    /// The same for Rust code whose value is passed on.
    pub(super) fn watch_code(&mut self, code: &mut Code) {
        if code.site.is_none() && !rust::is_given(&code.expr) && rust::is_passed(&code.expr) {
            code.site = self.site(&shortened(rust::text(&code.expr)), code.at, code.span);
        }
    }

    /// Has the agreements compared that a statement may change in place.
    pub(super) fn watch_changes(&mut self, statement: &mut Expr) {
        let Kind::Code(code) = &mut statement.kind else { return };
        let changed = rust::changed(&code.expr);
        let vars: BTreeSet<VarId> = changed.iter().filter_map(|name| self.lookup(name)).collect();
        for var in vars.into_iter().filter(|var| code.uses.contains(var)) {
            let whole = self.close(self.vars[var.0].ty.holders()) == code.at;
            if whole && self.vars[var.0].mutable {
                let text = format!("`{}` after {}", self.vars[var.0].name, rust::text(&code.expr));
                let site = self.site(&shortened(text), code.at, code.span);
                code.changes.extend(site.map(|site| (var, site)));
            }
        }
    }

    /// Of Rust code that assigns to a place which can be read again.
    pub(super) fn site_of_assignment(&mut self, code: &syn::Expr, at: RoleSet) -> Option<usize> {
        let target = rust::assigned_place(code)?;
        let span = syn::spanned::Spanned::span(target);
        self.site(&shortened(rust::text(code)), at, span)
    }
}

/// Whether roles that hold the value may have computed it, each for itself, from more than what
/// is compared already.
pub(super) fn is_computed(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Code(code) => !rust::is_given(&code.expr) && !rust::examine(&code.expr).diverges,
        Kind::Block { block, .. } => block.tail.as_ref().is_some_and(is_computed),
        Kind::If(node) => {
            node.then.tail.as_ref().is_some_and(is_computed)
                || node.otherwise.as_ref().is_some_and(is_computed)
        }
        Kind::Match(node) => node.arms.iter().any(|arm| is_computed(&arm.body)),
        Kind::Tuple(elems) => elems.iter().any(is_computed),
        Kind::Not(_) | Kind::Logic { .. } => true,
        Kind::Par { branches, .. } => {
            branches.iter().filter_map(|branch| branch.tail.as_ref()).any(is_computed)
        }
        Kind::Comm(_)
        | Kind::Each(_)
        | Kind::ForMember(_)
        | Kind::Call(_)
        | Kind::Apply { .. }
        | Kind::Instance(_)
        | Kind::Anonymous(_)
        | Kind::Agree { .. }
        | Kind::Assign { .. }
        | Kind::Loop(_)
        | Kind::Return(_)
        | Kind::Break { .. }
        | Kind::Continue { .. }
        | Kind::Error => false,
    }
}

/// `#[cfg(..)]`: what it stands at may not be there.
pub(super) fn is_conditional(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr"))
}

/// `let x = next(counter)`
pub(super) fn text_of_let(binding: &ast::Let) -> String {
    let init = binding.init.as_ref().map_or_else(String::new, describe);
    shortened(format!("let {} = {init}", rust::text(&binding.pat)))
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text,
    }
}
