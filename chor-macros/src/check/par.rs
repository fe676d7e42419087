//! Branches that run at once.

use super::expr::union;
use super::{Checker, Shape};
use crate::ast;
use crate::ir::{Block, Expr, Kind, Type};

impl Checker<'_> {
    /// `par { {..} {..} }`
    pub(super) fn check_par(&mut self, node: &ast::Par, shape: &Shape) -> Expr {
        let place = self.new_place();
        let shapes = shape.split(node.branches.len());
        let branches: Vec<Block> = node
            .branches
            .iter()
            .zip(&shapes)
            .map(|(branch, shape)| self.fenced("par", |inside| inside.check_block(branch, shape)))
            .collect();
        // Of several `()` nothing is made, so that it can end a block that has no value.
        let ty = if branches.iter().all(|branch| branch.ty.is_unit()) {
            Type::unit()
        } else {
            Type::Tuple(branches.iter().map(|branch| branch.ty.clone()).collect())
        };
        let acts = union(branches.iter().map(|branch| branch.acts));
        let kind = Kind::Par { place, branches };
        Expr { ty, acts, jumps: false, span: node.span, kind }
    }
}
