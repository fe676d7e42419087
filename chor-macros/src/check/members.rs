//! Members of families: bound one after the other, all at once, and by their number.

use super::code::error_expr;
use super::{Checker, Shape};
use crate::ast;
use crate::ir::{Expr, Stmt};

impl Checker<'_> {
    /// `let left = F[e];`
    pub(super) fn check_member(&mut self, member: &ast::Member) -> Option<Stmt> {
        self.errors.error(
            member.span,
            "families of roles are not implemented yet",
            "name each role of its own",
        );
        None
    }

    /// `for w in F { .. }`
    pub(super) fn check_for_member(&mut self, node: &ast::ForMember) -> Expr {
        error_expr(node.span)
    }

    /// `each w in F { .. }`
    pub(super) fn check_each(&mut self, node: &ast::Each, _: &Shape) -> Expr {
        error_expr(node.span)
    }

    /// `par { {..} {..} }`
    pub(super) fn check_par(&mut self, node: &ast::Par, _: &Shape) -> Expr {
        error_expr(node.span)
    }
}
