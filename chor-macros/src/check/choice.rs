//! `if`, `match` and `let .. else`: who knows the guard may act in the branches.

use super::expr::{describe, union};
use super::jumps::diverging;
use super::types::{meet, narrow};
use super::{Checker, Knowledge, Shape};
use crate::ast;
use crate::ir::{Arm, Block, Expr, If, Kind, Link, Match, Pattern, RoleId, RoleSet, Type};
use crate::rust;

/// A checked guard: what it binds is in scope until the caller leaves the census it entered.
pub(super) struct Guarded {
    pub(super) links: Vec<Link>,
    pub(super) at: RoleSet,
    pub(super) acts: RoleSet,
    pub(super) jumps: bool,
}

impl Checker<'_> {
    pub(super) fn check_if(&mut self, node: &ast::If, shape: &Shape) -> Expr {
        let text = guard_text(&node.guard);
        let sender = self.guard_sender(&node.guard);
        let (guard, then) =
            self.guarded(&node.guard, |inside| inside.check_block(&node.then, shape));
        let otherwise = node.otherwise.as_ref().map(|expr| {
            let reason = Knowledge { known_to: guard.at, text: text.clone(), sender };
            self.knowing(reason, |inside| inside.check_expr(expr, shape))
        });
        let ty = match &otherwise {
            Some(otherwise) => meet(then.ty.clone(), &otherwise.ty),
            None => meet(Type::unit(), &then.ty),
        };
        let acts = guard.acts
            | then.acts
            | otherwise.as_ref().map_or(RoleSet::EMPTY, |otherwise| otherwise.acts);
        let jumps = guard.jumps || then.jumps || otherwise.as_ref().is_some_and(|expr| expr.jumps);
        // Without an `else` the value is `()`, which the roles outside have as well.
        let ty = if otherwise.is_some() { narrow(ty, guard.at) } else { ty };
        let (at, text) = (guard.at, format!("if {text}"));
        let arms = vec!["true".to_owned(), "false".to_owned()];
        let site = self.branch_site(&text, arms, at, node.span);
        let node_if = If { at, text, site, guard: guard.links, then, otherwise };
        Expr { ty, acts, jumps, span: node.span, kind: Kind::If(Box::new(node_if)) }
    }

    /// Checks a guard, and `inside` with what it binds in the census that knows it.
    pub(super) fn guarded<R>(
        &mut self,
        guard: &ast::Guard,
        inside: impl FnOnce(&mut Self) -> R,
    ) -> (Guarded, R) {
        let (outer, depth) = (self.census, self.knowledge.len());
        self.scopes.push(std::collections::BTreeMap::new());
        let mut links = Vec::new();
        match guard {
            ast::Guard::Bool(expr) => links.push(self.check_condition(expr)),
            ast::Guard::Chain(chain) => {
                for link in chain {
                    links.push(self.check_link(link));
                }
            }
        }
        let at = self.census;
        let result = inside(self);
        self.scopes.pop();
        self.knowledge.truncate(depth);
        self.census = outer;
        let acts = union(links.iter().map(|link| link.value().acts));
        let jumps = links.iter().any(|link| link.value().jumps);
        (Guarded { links, at, acts, jumps }, result)
    }

    fn check_condition(&mut self, expr: &ast::Expr) -> Link {
        let value = self.check_expr(expr, &Shape::bool());
        let (text, sender) = (describe(expr), self.sender_of(expr));
        self.enter(&value, text, sender);
        Link::Bool(value)
    }

    fn check_link(&mut self, link: &ast::Link) -> Link {
        match link {
            ast::Link::Bool(expr) => self.check_condition(expr),
            ast::Link::Let { pat, value, .. } => {
                let text = format!("let {} = {}", rust::text(pat), describe(value));
                let sender = self.sender_of(value);
                let value = self.check_expr(value, &Shape::default());
                self.enter(&value, text, sender);
                let pattern = self.bind_scrutinee(pat, &value.ty);
                Link::Let { pattern, value }
            }
        }
    }

    /// From here on, only those who have `value` act.
    fn enter(&mut self, value: &Expr, text: String, sender: Option<RoleId>) {
        if matches!(value.ty, Type::Tuple(_)) {
            self.errors.error(
                value.span,
                "a choreographic tuple can't be branched on: no role has all of it",
                "branch on an agreement: `A => B: ..`",
            );
        }
        let known_to = self.holders(&value.ty) & self.census;
        self.census = known_to;
        self.knowledge.push(Knowledge { known_to, text, sender });
    }

    pub(super) fn bind_scrutinee(&mut self, pat: &syn::Pat, ty: &Type) -> Pattern {
        let ty = match ty {
            Type::Tuple(_) => Type::Error,
            other => narrow(other.clone(), self.census),
        };
        // What `match` binds may be a part of the value, or a reference to it.
        let ty = match ty {
            Type::At { at, .. } => Type::At { ty: None, at },
            other => other,
        };
        self.bind(pat, &ty, None, false)
    }

    pub(super) fn check_match(&mut self, node: &ast::Match, shape: &Shape) -> Expr {
        let text = describe(&node.scrutinee);
        let sender = self.sender_of(&node.scrutinee);
        let scrutinee = self.check_expr(&node.scrutinee, &Shape::default());
        let at = self.holders(&scrutinee.ty) & self.census;
        if matches!(scrutinee.ty, Type::Tuple(_)) {
            self.errors.error(
                scrutinee.span,
                "a choreographic tuple can't be matched on: no role has all of it",
                "take it apart with `let` and match on an agreement",
            );
        }
        let mut ty = Type::Never;
        let mut arms = Vec::new();
        for arm in &node.arms {
            let reason = Knowledge { known_to: at, text: format!("match {text}"), sender };
            let arm = self.knowing(reason, |inside| inside.check_arm(arm, &scrutinee.ty, shape));
            ty = meet(ty, &arm.body.ty);
            arms.push(arm);
        }
        let guards = arms.iter().filter_map(|arm| arm.guard.as_ref());
        let guard_acts = if guards.clone().all(|guard| guard.pure) { RoleSet::EMPTY } else { at };
        let acts = scrutinee.acts | guard_acts | union(arms.iter().map(|arm| arm.body.acts));
        let jumps = scrutinee.jumps || arms.iter().any(|arm| arm.body.jumps);
        let ty = narrow(ty, at);
        let text = format!("match {text}");
        let names = arms.iter().map(|arm| arm.text.clone()).collect();
        let site = self.branch_site(&text, names, at, node.span);
        let node_match = Match { at, text, site, scrutinee, arms };
        Expr { ty, acts, jumps, span: node.span, kind: Kind::Match(Box::new(node_match)) }
    }

    fn check_arm(&mut self, arm: &ast::Arm, scrutinee: &Type, shape: &Shape) -> Arm {
        let pattern = self.bind_scrutinee(&arm.pat, scrutinee);
        let guard = arm.guard.as_ref().map(|guard| {
            let facts = rust::examine(guard);
            self.code(guard.clone(), &facts, self.census)
        });
        let mut body = self.check_expr(&arm.body, shape);
        self.watch_changes(&mut body);
        let text = rust::text(&arm.pat);
        Arm { text, attrs: arm.attrs.clone(), pattern, guard, body }
    }

    pub(super) fn check_else(&mut self, block: &ast::Block, value: &Type) -> Block {
        let known_to = self.holders(value) & self.census;
        let reason = Knowledge { known_to, text: "let .. else".to_owned(), sender: None };
        let checked = self.knowing(reason, |inside| inside.check_block(block, &Shape::default()));
        let missing = known_to - diverging(&checked, false);
        if let Some(role) = missing.iter().next() {
            let name = self.role(role);
            self.errors.error(
                block.span,
                format_args!("this `else` doesn't end for `{name}`"),
                "end it with `return`, `break` or `continue`, or let each role end: `[A, B]: panic!(..)`",
            );
        }
        checked
    }

    /// The role that a guard stems from, for advice.
    pub(super) fn sender_of(&self, expr: &ast::Expr) -> Option<RoleId> {
        let first = match expr {
            ast::Expr::Comm(comm) => comm.from.roles.first(),
            ast::Expr::Local { at, .. } => at.roles.first(),
            ast::Expr::Paren(inner) => return self.sender_of(inner),
            ast::Expr::Not { expr, .. } => return self.sender_of(expr),
            _ => None,
        };
        let index = first.and_then(|name| self.in_scope().iter().rposition(|role| role == name));
        index.and_then(|index| u8::try_from(index).ok()).map(RoleId)
    }

    pub(super) fn guard_sender(&self, guard: &ast::Guard) -> Option<RoleId> {
        match guard {
            ast::Guard::Bool(expr) => self.sender_of(expr),
            ast::Guard::Chain(links) => links.iter().find_map(|link| match link {
                ast::Link::Let { value, .. } => self.sender_of(value),
                ast::Link::Bool(expr) => self.sender_of(expr),
            }),
        }
    }
}

impl Link {
    pub fn value(&self) -> &Expr {
        match self {
            Self::Let { value, .. } | Self::Bool(value) => value,
        }
    }

    pub(super) fn value_mut(&mut self) -> &mut Expr {
        match self {
            Self::Let { value, .. } | Self::Bool(value) => value,
        }
    }
}

pub(super) fn guard_text(guard: &ast::Guard) -> String {
    let link = |link: &ast::Link| match link {
        ast::Link::Let { pat, value, .. } => {
            format!("let {} = {}", rust::text(pat), describe(value))
        }
        ast::Link::Bool(expr) => describe(expr),
    };
    match guard {
        ast::Guard::Bool(expr) => describe(expr),
        ast::Guard::Chain(links) => links.iter().map(link).collect::<Vec<_>>().join(" && "),
    }
}
