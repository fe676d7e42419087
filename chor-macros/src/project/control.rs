//! Branches, loops and jumps.

use super::{NOBODY, Projector, nobody, without_value};
use crate::ir::{
    Expr, Head, If, Link, Local, LocalArm, LocalBlock, LocalHead, LocalLink, LocalStmt, Loop,
    Match, Type,
};

impl Projector<'_> {
    pub(super) fn project_if(&mut self, node: &If, want: &Type) -> Local {
        let (mut guard, rest) = self.project_guard(&node.guard);
        if let Some(rest) = rest {
            return surround(guard, rest);
        }
        let then = self.project_block(&node.then, want);
        let otherwise = node.otherwise.as_ref().map(|expr| self.project_branch(expr, want));
        let otherwise = otherwise.filter(|local| !local.is_empty());
        if then.is_empty() && otherwise.is_none() && !self.wants(want) {
            if let [LocalLink::Bool(_)] = guard.as_slice() {
                return self.project_expr(node.guard[0].value(), &NOBODY);
            }
            if guard.iter().all(LocalLink::is_pure) {
                return Local::Nothing;
            }
        }
        guard.shrink_to_fit();
        Local::If { site: node.site, guard, then, otherwise: otherwise.map(Box::new) }
    }

    fn project_branch(&mut self, expr: &Expr, want: &Type) -> Local {
        let local = self.project_expr(expr, want);
        if self.wants(want) { local } else { without_value(local) }
    }

    /// The links that this role knows; where that ends, what it does for the first link that it
    /// doesn't know.
    fn project_guard(&mut self, links: &[Link]) -> (Vec<LocalLink>, Option<Local>) {
        let mut known = Type::Never.holders();
        let mut locals = Vec::new();
        for link in links {
            known = known & link.value().ty.holders();
            if !self.has(known) {
                return (locals, Some(self.project_expr(link.value(), &NOBODY)));
            }
            let want = Type::At { ty: None, at: known };
            let value = self.project_expr(link.value(), &want);
            locals.push(match link {
                Link::Bool(_) => LocalLink::Bool(value),
                Link::Let { pattern, .. } => match self.project_pattern(pattern) {
                    Some(pattern) => LocalLink::Let { pattern, value },
                    None => LocalLink::Bool(value),
                },
            });
        }
        (locals, None)
    }

    pub(super) fn project_match(&mut self, node: &Match, want: &Type) -> Local {
        if !self.has(node.at) {
            return self.project_expr(&node.scrutinee, &NOBODY);
        }
        let at = Type::At { ty: None, at: node.at };
        let arms: Vec<LocalArm> = node
            .arms
            .iter()
            .filter_map(|arm| {
                Some(LocalArm {
                    attrs: arm.attrs.clone(),
                    pattern: self.project_pattern(&arm.pattern)?,
                    guard: arm.guard.clone(),
                    body: self.project_branch(&arm.body, want),
                })
            })
            .collect();
        let idle = arms
            .iter()
            .all(|arm| arm.body.is_empty() && arm.guard.as_ref().is_none_or(|guard| guard.pure));
        if idle && !self.wants(want) {
            return self.project_expr(&node.scrutinee, &NOBODY);
        }
        let scrutinee = Box::new(self.project_expr(&node.scrutinee, &at));
        Local::Match { site: node.site, scrutinee, arms }
    }

    pub(super) fn project_loop(&mut self, node: &Loop, want: &Type) -> Local {
        if !self.has(node.roles) {
            return match &node.head {
                Head::For { iter, .. } => self.project_expr(iter, &NOBODY),
                Head::Loop | Head::While(_) => Local::Nothing,
            };
        }
        let at = Type::At { ty: None, at: node.roles };
        let head = match &node.head {
            Head::Loop => LocalHead::Loop,
            Head::While(links) => LocalHead::While(self.project_guard(links).0),
            Head::For { pattern, iter } => match self.project_pattern(pattern) {
                Some(pattern) => {
                    LocalHead::For { pattern, iter: Box::new(self.project_expr(iter, &at)) }
                }
                None => LocalHead::Loop,
            },
        };
        self.exits.push((label_name(node.label.as_ref()), true, want.clone()));
        let body = self.project_block(&node.body, &nobody());
        self.exits.pop();
        Local::Loop { label: node.label.clone(), site: node.site, head, body }
    }

    /// `return` or `break`: with the value where it is wanted, else after what makes it.
    pub(super) fn project_jump(
        &mut self,
        value: Option<&Expr>,
        want: &Type,
        jump: impl FnOnce(Option<Box<Local>>) -> Local,
    ) -> Local {
        let Some(value) = value else { return jump(None) };
        let wanted = self.wants(want);
        match self.project_expr(value, want) {
            local if wanted => jump(Some(Box::new(local))),
            Local::Nothing => jump(None),
            local => {
                let stmts = vec![LocalStmt::Expr(local), LocalStmt::Expr(jump(None))];
                let block = LocalBlock { stmts, tail: None, span: None };
                Local::Block { label: None, block }
            }
        }
    }

    pub(super) fn exit_want(&self, label: Option<&syn::Lifetime>) -> Type {
        let name = label.map(|label| label.ident.to_string());
        let found = self.exits.iter().rev().find(|(own, is_loop, _)| match &name {
            Some(_) => *own == name,
            None => *is_loop,
        });
        found.map_or_else(nobody, |(_, _, want)| want.clone())
    }
}

pub(super) fn label_name(label: Option<&syn::Label>) -> Option<String> {
    label.map(|label| label.name.ident.to_string())
}

/// `if links { inner }`, or just `inner` without links.
fn surround(guard: Vec<LocalLink>, inner: Local) -> Local {
    if guard.is_empty() {
        return inner;
    }
    let stmts = if inner.is_empty() { vec![] } else { vec![LocalStmt::Expr(inner)] };
    if stmts.is_empty() && guard.iter().all(LocalLink::is_pure) {
        return Local::Nothing;
    }
    let then = LocalBlock { stmts, tail: None, span: None };
    Local::If { site: None, guard, then, otherwise: None }
}
