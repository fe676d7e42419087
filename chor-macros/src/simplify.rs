//! Leaves out of a role's share what has no effect and makes nothing that the role uses.
//!
//! Plain Rust is run by every role that could; a role that doesn't use what it would compute
//! there needn't, if computing it has no effect.

use crate::changes;
use crate::ir::{Local, LocalBlock, LocalHead, LocalPattern, LocalStmt, Part, Var, VarId};
use crate::walk::{Part as Visited, walk_block};
use std::collections::BTreeSet;

/// A role's share, and the variables that it uses.
pub struct Share {
    pub body: LocalBlock,
    pub uses: BTreeSet<VarId>,
}

/// The variables that a share uses.
pub fn uses(body: &LocalBlock) -> BTreeSet<VarId> {
    let mut uses = BTreeSet::new();
    walk_block(body, &mut |part| match part {
        Visited::Code(code) | Visited::Target(code) => uses.extend(code.uses.iter().copied()),
        Visited::Call(_) | Visited::Let(..) | Visited::Item(_) | Visited::Site(_) => {}
    });
    uses
}

impl Share {
    /// Where it shows what it comes to, to be compared with what others do.
    pub fn sites(&self, vars: &[Var]) -> BTreeSet<usize> {
        let mut sites = BTreeSet::new();
        walk_block(&self.body, &mut |part| match part {
            Visited::Code(code) | Visited::Target(code) => {
                sites.extend(code.site);
                sites.extend(code.changes.iter().map(|(_, site)| *site));
            }
            Visited::Let(pattern, _) | Visited::Item(pattern) => {
                let used = pattern.vars().into_iter().filter(|var| self.uses.contains(var));
                sites.extend(used.filter_map(|var| vars[var.0].site));
            }
            Visited::Site(site) => {
                sites.insert(site);
            }
            Visited::Call(_) => {}
        });
        sites
    }
}

/// `elsewhere` are the variables that any role uses: one that nobody uses stays, so that rustc
/// tells the user.
pub fn simplify(mut body: LocalBlock, elsewhere: &BTreeSet<VarId>, vars: &[Var]) -> Share {
    loop {
        let uses = uses(&body);
        let idle = |vars: &[VarId]| {
            vars.iter().all(|var| !uses.contains(var))
                && vars.iter().any(|var| elsewhere.contains(var))
        };
        let mut dropped = false;
        drop_idle(&mut body, &idle, &mut dropped);
        if !dropped {
            changes::settle(&mut body, vars);
            return Share { body, uses };
        }
    }
}

fn drop_idle(block: &mut LocalBlock, idle: &impl Fn(&[VarId]) -> bool, dropped: &mut bool) {
    let before = block.stmts.len();
    block.stmts.retain(|stmt| !is_idle(stmt, idle));
    *dropped |= block.stmts.len() != before;
    for stmt in &mut block.stmts {
        match stmt {
            LocalStmt::Let { init, otherwise, .. } => {
                if let Some(init) = init {
                    drop_in(init, idle, dropped);
                }
                if let Some(otherwise) = otherwise {
                    drop_idle(otherwise, idle, dropped);
                }
            }
            LocalStmt::Member { .. } | LocalStmt::Item(_) => {}
            LocalStmt::Expr(expr) => drop_in(expr, idle, dropped),
        }
    }
    if let Some(tail) = &mut block.tail {
        drop_in(tail, idle, dropped);
    }
}

fn is_idle(stmt: &LocalStmt, idle: &impl Fn(&[VarId]) -> bool) -> bool {
    let LocalStmt::Let { pattern, init, otherwise: None, .. } = stmt else { return false };
    let pure = match init {
        None => true,
        Some(Local::Code(code)) => code.pure && !code.apart,
        Some(_) => false,
    };
    pure && idle(&pattern.vars())
}

fn drop_in(local: &mut Local, idle: &impl Fn(&[VarId]) -> bool, dropped: &mut bool) {
    match local {
        Local::If { then, otherwise, .. } => {
            drop_idle(then, idle, dropped);
            if let Some(otherwise) = otherwise {
                drop_in(otherwise, idle, dropped);
            }
        }
        Local::Match { arms, .. } => {
            for arm in arms {
                drop_in(&mut arm.body, idle, dropped);
            }
        }
        Local::Loop {
            head: LocalHead::Loop | LocalHead::While(_) | LocalHead::For { .. },
            body,
            ..
        } => {
            drop_idle(body, idle, dropped);
        }
        Local::ForMember(node) => drop_in_part(&mut node.part, idle, dropped),
        Local::Each(node) => drop_in_part(&mut node.part, idle, dropped),
        Local::Par { branches, .. } => {
            for branch in branches {
                drop_idle(&mut branch.block, idle, dropped);
            }
        }
        Local::Split { own, other, .. } => {
            drop_idle(own, idle, dropped);
            drop_idle(other, idle, dropped);
        }
        Local::Block { block, .. } => drop_idle(block, idle, dropped),
        Local::Anonymous(node) => drop_in(&mut node.body, idle, dropped),
        Local::Nothing
        | Local::Code(_)
        | Local::Send(_)
        | Local::Recv { .. }
        | Local::Agree { .. }
        | Local::Call(_)
        | Local::Apply { .. }
        | Local::Instance(_)
        | Local::Tuple(_)
        | Local::Take { .. }
        | Local::Not(_)
        | Local::Logic { .. }
        | Local::When { .. }
        | Local::Assign { .. }
        | Local::Return(_)
        | Local::Break { .. }
        | Local::Continue { .. } => {}
    }
}

fn drop_in_part(part: &mut Part, idle: &impl Fn(&[VarId]) -> bool, dropped: &mut bool) {
    match part {
        Part::Outside(block) | Part::Own(block) => drop_idle(block, idle, dropped),
        Part::Both { own, other } => {
            drop_idle(own, idle, dropped);
            drop_idle(other, idle, dropped);
        }
    }
}

impl LocalPattern {
    /// `_`
    pub fn is_thrown_away(&self) -> bool {
        matches!(self, Self::One { pat: syn::Pat::Wild(_), .. })
    }

    pub fn vars(&self) -> Vec<VarId> {
        match self {
            Self::One { vars, .. } => vars.clone(),
            Self::Tuple(elems) => elems.iter().flat_map(Self::vars).collect(),
        }
    }
}
