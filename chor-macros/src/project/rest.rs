//! Blocks, statement by statement, where it may depend on a member's number who runs them.
//!
//! A participant of a family is a member that is named by its number, or another: that shows only at
//! run time. Each statement that depends on it is there twice, and the two meet behind it, so that a
//! second such member doesn't double what the first has doubled.

use super::uses::Uses;
use super::{NOBODY, Projector, nobody};
use crate::foreign::is_known;
use crate::ir::{
    Bound, Expr, Kind, Let, Local, LocalBlock, LocalPattern, LocalStmt, Stmt, Type, VarId,
};
use std::collections::BTreeSet;

/// The statements of a block from one on, and its value.
#[derive(Clone, Copy)]
struct Rest<'s> {
    stmts: &'s [Stmt],
    tail: Option<&'s Expr>,
    want: &'s Type,
}

impl Projector<'_> {
    pub(super) fn project_rest(
        &mut self,
        stmts: &[Stmt],
        tail: Option<&Expr>,
        want: &Type,
    ) -> LocalBlock {
        let mut block = LocalBlock { stmts: Vec::new(), tail: None, span: None };
        let mut rest = Rest { stmts, tail, want };
        while let Some((stmt, after)) = rest.stmts.split_first() {
            if let Stmt::Member { bound, index } = stmt {
                let index = LocalStmt::Member { member: bound.clone(), index: index.clone() };
                let inner = self.project_named(bound, Rest { stmts: after, ..rest });
                block.follow(index, inner);
                return self.ended(block, want);
            }
            match self.asking(|inside| inside.project_stmt(stmt)) {
                (local, None) => {
                    block.stmts.extend(local);
                    rest.stmts = after;
                }
                (_, Some(member)) => rest = self.project_parted(&member, rest, &mut block),
            }
        }
        if let Some(tail) = rest.tail {
            let tail = self.project_value(&mut |inside| inside.project_expr(tail, want));
            block.tail = Some(tail).filter(|tail| !matches!(tail, Local::Nothing)).map(Box::new);
        }
        self.ended(block, want)
    }

    fn ended(&self, mut block: LocalBlock, want: &Type) -> LocalBlock {
        if !self.wants(want) {
            block.end_without_value();
        }
        block
    }

    /// What follows a name for a member.
    fn project_named(&mut self, bound: &Bound, rest: Rest<'_>) -> LocalBlock {
        let Rest { stmts, tail, want } = rest;
        if self.is_one_of(&bound.of) {
            self.opened(bound, |inside| inside.project_rest(stmts, tail, want))
        } else {
            self.project_rest(stmts, tail, want)
        }
    }

    /// The first statement, which depends on whether this is `member`, with what belongs to it; what is
    /// behind that is left.
    fn project_parted<'s>(
        &mut self,
        member: &Bound,
        rest: Rest<'s>,
        block: &mut LocalBlock,
    ) -> Rest<'s> {
        let (first, after) = rest.stmts.split_at(1);
        if let Stmt::Let(binding) = &first[0] {
            match self.asking(|inside| inside.project_pattern(&binding.pattern)) {
                (_, Some(member)) => return self.project_region(&member, rest, block),
                (Some(pattern), None) => {
                    block.stmts.push(self.project_bound(binding, pattern));
                    return Rest { stmts: after, ..rest };
                }
                (None, None) => {}
            }
        }
        let split =
            self.project_split(member, &mut |inside| inside.project_rest(first, None, &nobody()));
        block.stmts.extend(split.map(LocalStmt::Expr));
        Rest { stmts: after, ..rest }
    }

    /// The first statement binds what one member has and the others don't: all that uses it belongs to
    /// it.
    fn project_region<'s>(
        &mut self,
        member: &Bound,
        rest: Rest<'s>,
        block: &mut LocalBlock,
    ) -> Rest<'s> {
        let count = self.region(rest);
        let (region, after) = rest.stmts.split_at(count.unwrap_or(rest.stmts.len()));
        let (tail, want) = if count.is_none() { (rest.tail, rest.want) } else { (None, &NOBODY) };
        // The whole block sees an item, wherever in it that stands.
        let items = region.iter().filter(|stmt| matches!(stmt, Stmt::Item(_)));
        block.stmts.extend(items.filter_map(|item| self.project_stmt(item)));
        let split = self.project_split(member, &mut |inside| {
            let mut inner = inside.project_rest(region, tail, want);
            inner.stmts.retain(|stmt| !matches!(stmt, LocalStmt::Item(_)));
            inner
        });
        if count.is_some() {
            block.stmts.extend(split.map(LocalStmt::Expr));
            return Rest { stmts: after, ..rest };
        }
        block.tail = split.map(Box::new);
        Rest { stmts: &[], tail: None, ..rest }
    }

    /// How many statements use what the first one binds, or what is bound in between; `None` for all,
    /// and the value of the block.
    fn region(&self, rest: Rest<'_>) -> Option<usize> {
        let mut bound: BTreeSet<VarId> = BTreeSet::new();
        let (mut seen, mut count) = (0, 1);
        while seen < count {
            match &rest.stmts[seen] {
                Stmt::Let(binding) if self.is_passing(binding) => {
                    bound.extend(binding.pattern.vars());
                }
                Stmt::Let(_) | Stmt::Member { .. } => return None,
                Stmt::Item(_) | Stmt::Expr(_) => {}
            }
            seen += 1;
            let uses = |stmt: &Stmt| self.meets(&bound, |uses| uses.stmt(stmt));
            let last = rest.stmts[seen..].iter().rposition(uses);
            count = count.max(last.map_or(seen, |last| seen + last + 1));
        }
        let in_tail = |tail: &Expr| self.meets(&bound, |uses| uses.expr(tail));
        (!rest.tail.is_some_and(in_tail)).then_some(count)
    }

    fn meets(&self, bound: &BTreeSet<VarId>, part: impl FnOnce(&mut Uses)) -> bool {
        let mut uses = Uses::of(self.me.perhaps());
        part(&mut uses);
        !uses.found.is_disjoint(bound)
    }

    /// Nothing is noticed of when the value is dropped, which may then be before the block ends: it has
    /// come as a message, or is of a type of the standard library.
    fn is_passing(&self, binding: &Let) -> bool {
        let is_plain = |var: VarId| match &self.vars[var.0].ty {
            Type::At { ty: Some(ty), .. } => is_known(ty, &BTreeSet::new()),
            _ => false,
        };
        let came = binding.init.as_ref().is_some_and(|init| matches!(init.kind, Kind::Comm(_)));
        came || binding.pattern.vars().into_iter().all(is_plain)
    }

    /// A binding whose value depends on an open member, and its pattern doesn't.
    fn project_bound(&mut self, binding: &Let, pattern: LocalPattern) -> LocalStmt {
        let want = self.want_of(&binding.pattern);
        let value = |init| self.project_value(&mut |inside| inside.project_expr(init, &want));
        LocalStmt::Let {
            attrs: binding.attrs.clone(),
            pattern,
            init: binding.init.as_ref().map(value),
            otherwise: binding.otherwise.as_ref().map(|block| self.project_block(block, &nobody())),
            site: binding.site,
        }
    }

    /// A value, twice where it depends on an open member.
    fn project_value(&mut self, value: &mut dyn FnMut(&mut Self) -> Local) -> Local {
        let (local, asked) = self.asking(&mut *value);
        let Some(member) = asked else { return local };
        let split = self.project_split(&member, &mut |inside| {
            let tail = inside.project_value(value);
            let tail = Some(tail).filter(|tail| !matches!(tail, Local::Nothing)).map(Box::new);
            LocalBlock { stmts: Vec::new(), tail, span: None }
        });
        split.unwrap_or(Local::Nothing)
    }

    /// What is done as this member, and what otherwise; `None` if nothing is.
    fn project_split(
        &mut self,
        member: &Bound,
        part: &mut dyn FnMut(&mut Self) -> LocalBlock,
    ) -> Option<Local> {
        let own = self.decided(member, true, &mut *part);
        let other = self.decided(member, false, &mut *part);
        let is_empty = own.is_empty() && other.is_empty();
        (!is_empty).then(|| Local::Split { member: member.clone(), own, other })
    }
}

impl LocalBlock {
    /// Adds a name for a member, and what follows it; without that, nobody needs the name.
    fn follow(&mut self, name: LocalStmt, rest: Self) {
        if !rest.is_empty() {
            self.stmts.push(name);
        }
        self.stmts.extend(rest.stmts);
        self.tail = rest.tail;
    }
}
