//! The variables that a participant uses in a part of a checked choreography.

use crate::ir::{Block, Code, Expr, First, Head, Kind, Link, RoleSet, Stmt, Until, VarId};
use std::collections::BTreeSet;

/// What those who are one of `roles` use.
pub(super) struct Uses {
    roles: RoleSet,
    pub(super) found: BTreeSet<VarId>,
}

impl Uses {
    pub(super) fn of(roles: RoleSet) -> Self {
        Self { roles, found: BTreeSet::new() }
    }

    fn code(&mut self, code: &Code) {
        if code.at.meets(self.roles) {
            self.found.extend(code.uses.iter().copied());
        }
    }

    pub(super) fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Member { index, .. } => self.code(index),
            Stmt::Let(binding) => {
                binding.init.iter().for_each(|init| self.expr(init));
                binding.otherwise.iter().for_each(|otherwise| self.block(otherwise));
            }
            Stmt::Item(_) => {}
            Stmt::Expr(expr) => self.expr(expr),
        }
    }

    fn block(&mut self, block: &Block) {
        block.stmts.iter().for_each(|stmt| self.stmt(stmt));
        block.tail.iter().for_each(|tail| self.expr(tail));
    }

    pub(super) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            Kind::Code(code) => self.code(code),
            Kind::Comm(comm) => {
                self.code(&comm.payload);
                comm.within.iter().for_each(|within| self.code(&within.deadline));
            }
            Kind::Call(call) => self.args(&call.args),
            Kind::Apply { value, args } => {
                self.code(value);
                self.args(args);
            }
            Kind::Anonymous(node) => self.expr(&node.body),
            Kind::Tuple(elems) => elems.iter().for_each(|elem| self.expr(elem)),
            Kind::Agree { parts, .. } => parts.iter().for_each(|part| self.code(part)),
            Kind::Not(inner) => self.expr(inner),
            Kind::Logic { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            Kind::Assign { target, value, .. } => {
                self.code(target);
                self.expr(value);
            }
            Kind::If(node) => {
                self.links(&node.guard);
                self.block(&node.then);
                node.otherwise.iter().for_each(|otherwise| self.expr(otherwise));
            }
            Kind::Match(node) => {
                self.expr(&node.scrutinee);
                for arm in &node.arms {
                    arm.guard.iter().for_each(|guard| self.code(guard));
                    self.expr(&arm.body);
                }
            }
            Kind::Loop(node) => {
                match &node.head {
                    Head::Loop => {}
                    Head::While(links) => self.links(links),
                    Head::For { iter, .. } => self.expr(iter),
                }
                self.block(&node.body);
            }
            Kind::ForMember(node) => self.block(&node.body),
            Kind::Each(node) => {
                node.first.iter().for_each(|first| self.first(first));
                self.block(&node.body);
            }
            Kind::Par { branches, .. } => branches.iter().for_each(|branch| self.block(branch)),
            Kind::Block { block, .. } => self.block(block),
            Kind::Return(value) | Kind::Break { value, .. } => {
                if let Some(value) = value {
                    self.expr(value);
                }
            }
            Kind::Instance(_) | Kind::Continue { .. } | Kind::Error => {}
        }
    }

    fn args(&mut self, args: &[(Expr, crate::ir::Type)]) {
        for (arg, _) in args {
            self.expr(arg);
        }
    }

    fn links(&mut self, links: &[Link]) {
        for link in links {
            self.expr(link.value());
        }
    }

    fn first(&mut self, first: &First) {
        match &first.until {
            Until::Count(code) | Until::Closure(code) => self.code(code),
            Until::All => {}
        }
        first.within.iter().for_each(|within| self.code(within));
    }
}
