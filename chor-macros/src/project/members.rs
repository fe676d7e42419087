//! What is done for members of families, and in branches at once.
//!
//! A role that is one of the members has two shares of it: its own, and that in what the others do.

use super::{Projector, nobody};
use crate::ir::{
    Block, Bound, Each, EachResult, EachValue, Expr, First, ForMember, Local, LocalBlock,
    LocalBranch, LocalEach, LocalForMember, LocalStmt, Part, Race, RoleSet, Stmt, Type,
};

impl Projector<'_> {
    /// The rest of a block from a statement on; a bound member begins one of its own.
    pub(super) fn project_rest(
        &mut self,
        stmts: &[Stmt],
        tail: Option<&Expr>,
        want: &Type,
    ) -> LocalBlock {
        let binds = |stmt: &Stmt| matches!(stmt, Stmt::Member { .. });
        let Some(first) = stmts.iter().position(binds) else {
            return self.project_plain_rest(stmts, tail, want);
        };
        let (before, after) = (&stmts[..first], &stmts[first + 1..]);
        let mut local: Vec<LocalStmt> =
            before.iter().filter_map(|stmt| self.project_stmt(stmt)).collect();
        // The whole block sees an item, wherever in it that stands.
        let items = after.iter().filter(|stmt| matches!(stmt, Stmt::Item(_)));
        local.extend(items.filter_map(|stmt| self.project_stmt(stmt)));
        let Stmt::Member { bound, index } = &stmts[first] else { unreachable!() };
        let part = self.project_part(bound, |projector| {
            let mut rest = projector.project_rest(after, tail, want);
            rest.stmts.retain(|stmt| !matches!(stmt, LocalStmt::Item(_)));
            rest
        });
        let member = LocalStmt::Member { member: bound.clone(), index: index.clone() };
        let (own, other) = match part {
            part if part.is_empty() => {
                return LocalBlock { stmts: local, tail: None, span: None };
            }
            Part::Outside(rest) => {
                local.push(member);
                local.extend(rest.stmts);
                return LocalBlock { stmts: local, tail: rest.tail, span: None };
            }
            Part::Own(own) => (own, LocalBlock { stmts: vec![], tail: None, span: None }),
            Part::Both { own, other } => (own, other),
        };
        local.push(member);
        let split = Box::new(Local::Split { member: bound.clone(), own, other });
        let mut block = LocalBlock { stmts: local, tail: Some(split), span: None };
        if !self.wants(want) {
            block.end_without_value();
        }
        block
    }

    fn project_plain_rest(
        &mut self,
        stmts: &[Stmt],
        tail: Option<&Expr>,
        want: &Type,
    ) -> LocalBlock {
        let stmts = stmts.iter().filter_map(|stmt| self.project_stmt(stmt)).collect();
        let tail = tail.map(|tail| self.project_expr(tail, want));
        let tail = tail.filter(|tail| !matches!(tail, Local::Nothing)).map(Box::new);
        let mut block = LocalBlock { stmts, tail, span: None };
        if !self.wants(want) {
            block.end_without_value();
        }
        block
    }

    pub(super) fn project_for_member(&mut self, node: &ForMember) -> Local {
        self.exits.push((super::label_name(node.label.as_ref()), true, nobody()));
        let part = self
            .project_part(&node.member, |projector| projector.project_block(&node.body, &nobody()));
        self.exits.pop();
        if part.is_empty() {
            return Local::Nothing;
        }
        let (label, member) = (node.label.clone(), node.member.clone());
        Local::ForMember(Box::new(LocalForMember { label, member, part }))
    }

    pub(super) fn project_each(&mut self, node: &Each, want: &Type) -> Local {
        let collects = node.first.as_ref().filter(|first| self.mine.contains(first.at));
        let value = match node.result {
            _ if collects.is_some() => EachValue::All,
            EachResult::Scatter if self.wants(want) => EachValue::Own,
            EachResult::Gather(_) if self.wants(want) => EachValue::All,
            EachResult::Nothing | EachResult::Scatter | EachResult::Gather(_) => EachValue::Nothing,
        };
        let at = match (value, node.result) {
            (EachValue::Nothing, _) => RoleSet::EMPTY,
            (EachValue::Own, _) => RoleSet::one(node.member.role),
            (EachValue::All, EachResult::Gather(at)) => at,
            (EachValue::All, _) => node.body.ty.holders(),
        };
        let inside = match &node.body.ty {
            Type::Tuple(_) if value != EachValue::Nothing => node.body.ty.clone(),
            _ => Type::At { ty: None, at },
        };
        let part = self
            .project_part(&node.member, |projector| projector.project_block(&node.body, &inside));
        if part.is_empty() && value == EachValue::Nothing {
            return Local::Nothing;
        }
        let race = match (&node.first, collects) {
            (None, _) => None,
            (Some(_), None) => Some(Race::Runs),
            (Some(_), Some(first)) => Some(collect(first)),
        };
        let (member, place) = (node.member.clone(), node.place);
        Local::Each(Box::new(LocalEach { member, place, part, value, race }))
    }

    pub(super) fn project_par(&mut self, place: usize, branches: &[Block], want: &Type) -> Local {
        let mut found = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let want = match want {
                Type::Tuple(wants) => wants.get(index).cloned().unwrap_or_else(nobody),
                other => other.clone(),
            };
            let passed = self.wants(&want) && self.has(branch.ty.holders());
            let block = self.project_block(branch, if passed { &want } else { &super::NOBODY });
            if passed || !block.is_empty() {
                found.push(LocalBranch { index, block, passed });
            }
        }
        if found.is_empty() { Local::Nothing } else { Local::Par { place, branches: found } }
    }

    /// What the role does for a member: as one of them, and as another.
    fn project_part(
        &mut self,
        member: &Bound,
        mut body: impl FnMut(&mut Self) -> LocalBlock,
    ) -> Part {
        let other = body(self);
        if !self.has(member.of.iter().copied().collect()) {
            return Part::Outside(other);
        }
        let outside = self.mine;
        self.mine |= RoleSet::one(member.role);
        let own = body(self);
        self.mine = outside;
        if other.is_empty() { Part::Own(own) } else { Part::Both { own, other } }
    }
}

fn collect(first: &First) -> Race {
    let First { at: _, until, within, attempt, ty } = first;
    let (until, within) = (until.clone(), within.clone());
    Race::Collects { until, within, attempt: *attempt, ty: ty.clone() }
}

impl Part {
    fn is_empty(&self) -> bool {
        match self {
            Self::Outside(block) | Self::Own(block) => block.is_empty(),
            Self::Both { .. } => false,
        }
    }
}
