//! The walk over code that knows what each name in it means.

mod calls;

use super::facts::{Facts, Stray, StrayKind};
use super::names;
use super::pattern::examine_pattern;
use super::scope::{Meaning, Scope};
use proc_macro2::{Ident, Span};
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, Lifetime, Pat};

/// The facts that need a walk; the others stay at their defaults.
pub fn walk(expr: &Expr) -> Facts {
    let mut walker = Walker::default();
    walker.condition(expr);
    walker.facts
}

#[derive(Default)]
struct Walker {
    facts: Facts,
    scope: Scope,
}

impl Walker {
    fn scoped(&mut self, visit: impl FnOnce(&mut Self)) {
        let mark = self.scope.open();
        visit(self);
        self.scope.close(mark);
    }

    /// Code with a control flow of its own.
    fn nested(&mut self, visit: impl FnOnce(&mut Self)) {
        self.scope.enter_nested();
        self.scoped(visit);
        self.scope.leave_nested();
    }

    fn bind(&mut self, pat: &Pat) {
        self.visit_pat(pat);
        for binding in examine_pattern(pat) {
            self.scope.bind(&binding);
        }
    }

    /// Leaves the bindings of its `let`s in scope.
    fn condition(&mut self, expr: &Expr) {
        match expr {
            Expr::Let(it) => {
                self.visit_expr(&it.expr);
                self.bind(&it.pat);
            }
            Expr::Binary(it) if matches!(it.op, BinOp::And(_)) => {
                self.condition(&it.left);
                self.condition(&it.right);
            }
            Expr::Group(it) => self.condition(&it.expr),
            other => self.visit_expr(other),
        }
    }

    /// A pattern, the guard behind it, and what both hold for.
    fn arm(&mut self, pat: &Pat, body: impl FnOnce(&mut Self)) {
        self.scoped(|this| {
            this.bind(pat);
            if let Pat::Guard(it) = pat {
                this.condition(&it.guard);
            }
            body(this);
        });
    }

    fn used(&mut self, ident: &Ident) {
        match self.scope.meaning(ident) {
            None => self.facts.free.push(ident.clone()),
            Some(Meaning::Imported) => self.facts.maybe.push(ident.clone()),
            Some(Meaning::Own) => {}
        }
    }

    fn used_maybe(&mut self, ident: Ident) {
        if self.scope.meaning(&ident) != Some(Meaning::Own) {
            self.facts.maybe.push(ident);
        }
    }

    fn leaves(&mut self, kind: StrayKind, span: Span, label: Option<&Lifetime>) {
        let stays = kind != StrayKind::Return && self.scope.has_target(label);
        if self.scope.is_outermost() && !stays {
            self.facts.stray.push(Stray { span, kind, label: label.cloned() });
        }
    }

    fn awaits(&mut self) {
        self.facts.awaits |= self.scope.is_outermost();
    }

    fn questions(&mut self) {
        self.facts.questions |= self.scope.is_outermost() && self.scope.is_outside_try();
    }
}

impl<'ast> Visit<'ast> for Walker {
    fn visit_expr_path(&mut self, node: &'ast syn::ExprPath) {
        if let (None, Some(ident)) = (&node.qself, node.path.get_ident()) {
            self.used(ident);
        }
    }

    fn visit_block(&mut self, node: &'ast syn::Block) {
        self.scoped(|this| {
            this.scope.declare_items(node);
            visit::visit_block(this, node);
        });
    }

    fn visit_local(&mut self, node: &'ast syn::Local) {
        if let Some(init) = &node.init {
            self.visit_expr(&init.expr);
            if let Some((_, otherwise)) = &init.diverge {
                self.visit_expr(otherwise);
            }
        }
        self.bind(&node.pat);
    }

    fn visit_expr_let(&mut self, node: &'ast syn::ExprLet) {
        self.scoped(|this| {
            this.visit_expr(&node.expr);
            this.bind(&node.pat);
        });
    }

    fn visit_expr_if(&mut self, node: &'ast syn::ExprIf) {
        self.scoped(|this| {
            this.condition(&node.cond);
            this.visit_block(&node.then_branch);
        });
        if let Some((_, otherwise)) = &node.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_arm(&mut self, node: &'ast syn::Arm) {
        self.arm(&node.pat, |this| this.visit_expr(&node.body));
    }

    fn visit_expr_while(&mut self, node: &'ast syn::ExprWhile) {
        self.scope.push_loop(node.label.as_ref());
        self.scoped(|this| {
            this.condition(&node.cond);
            this.visit_block(&node.body);
        });
        self.scope.pop_target();
    }

    fn visit_expr_for_loop(&mut self, node: &'ast syn::ExprForLoop) {
        self.visit_expr(&node.expr);
        self.scope.push_loop(node.label.as_ref());
        self.arm(&node.pat, |this| this.visit_block(&node.body));
        self.scope.pop_target();
    }

    fn visit_expr_loop(&mut self, node: &'ast syn::ExprLoop) {
        self.scope.push_loop(node.label.as_ref());
        self.visit_block(&node.body);
        self.scope.pop_target();
    }

    fn visit_expr_block(&mut self, node: &'ast syn::ExprBlock) {
        if let Some(label) = &node.label {
            self.scope.push_label(label);
        }
        self.visit_block(&node.block);
        if node.label.is_some() {
            self.scope.pop_target();
        }
    }

    fn visit_expr_closure(&mut self, node: &'ast syn::ExprClosure) {
        self.nested(|this| {
            node.inputs.iter().for_each(|input| this.bind(input));
            this.visit_expr(&node.body);
        });
    }

    fn visit_expr_async(&mut self, node: &'ast syn::ExprAsync) {
        self.nested(|this| this.visit_block(&node.block));
    }

    fn visit_expr_const(&mut self, node: &'ast syn::ExprConst) {
        self.nested(|this| this.visit_block(&node.block));
    }

    fn visit_expr_try_block(&mut self, node: &'ast syn::ExprTryBlock) {
        self.scope.enter_try();
        self.visit_block(&node.block);
        self.scope.leave_try();
    }

    fn visit_expr_await(&mut self, node: &'ast syn::ExprAwait) {
        self.awaits();
        self.visit_expr(&node.base);
    }

    fn visit_expr_try(&mut self, node: &'ast syn::ExprTry) {
        self.questions();
        self.visit_expr(&node.expr);
    }

    fn visit_expr_return(&mut self, node: &'ast syn::ExprReturn) {
        self.leaves(StrayKind::Return, node.return_token.span, None);
        visit::visit_expr_return(self, node);
    }

    fn visit_expr_break(&mut self, node: &'ast syn::ExprBreak) {
        self.leaves(StrayKind::Break, node.break_token.span, node.label.as_ref());
        visit::visit_expr_break(self, node);
    }

    fn visit_expr_continue(&mut self, node: &'ast syn::ExprContinue) {
        self.leaves(StrayKind::Continue, node.continue_token.span, node.label.as_ref());
    }

    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        self.macro_call(node);
    }

    /// Items see no variables around them, but the body of a `macro_rules!` does.
    fn visit_item(&mut self, node: &'ast syn::Item) {
        if let syn::Item::Macro(it) = node {
            let hints = names::scan(it.mac.tokens.clone());
            hints.idents.into_iter().for_each(|ident| self.used_maybe(ident));
        }
    }

    /// Only macros and guards inside patterns use anything; constants are no variables.
    fn visit_pat(&mut self, node: &'ast Pat) {
        match node {
            Pat::Macro(it) => self.unknown(it.mac.tokens.clone()),
            Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) | Pat::Const(_) => {}
            Pat::Guard(it) => self.visit_pat(&it.pat),
            other => visit::visit_pat(self, other),
        }
    }

    fn visit_expr(&mut self, node: &'ast Expr) {
        match node {
            // A lone `;`.
            Expr::Verbatim(tokens) if tokens.is_empty() => {}
            Expr::Verbatim(tokens) => {
                self.opaque();
                self.unknown(tokens.clone());
            }
            other => visit::visit_expr(self, other),
        }
    }

    // A type can mention constants, but no variables.
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_path(&mut self, _: &'ast syn::Path) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}
