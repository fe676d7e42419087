//! What is done for members of families, and in branches at once.
//!
//! A role that is one of the members has two shares of it: its own, and that in what the others do.

use super::{Projector, nobody};
use crate::ir::{
    Block, Bound, Each, EachResult, EachValue, First, ForMember, Local, LocalBlock, LocalBranch,
    LocalEach, LocalForMember, Part, Race, RoleSet, Type,
};
use proc_macro2::Span;

impl Projector<'_> {
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
        let collects = node.first.as_ref().filter(|first| self.is_one_of(&[first.at]));
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

    pub(super) fn project_par(
        &mut self,
        place: usize,
        span: Span,
        branches: &[Block],
        want: &Type,
    ) -> Local {
        let mut found = Vec::new();
        let valued = !branches.iter().all(|branch| branch.ty.is_unit());
        for (index, branch) in branches.iter().enumerate() {
            let want = match want {
                Type::Tuple(wants) => wants.get(index).cloned().unwrap_or_else(nobody),
                other => other.clone(),
            };
            let passed = valued && self.wants(&want) && self.has(branch.ty.holders());
            let block = self.project_block(branch, if passed { &want } else { &super::NOBODY });
            if passed || !block.is_empty() {
                found.push(LocalBranch { index, block, passed });
            }
        }
        if found.is_empty() { Local::Nothing } else { Local::Par { place, span, branches: found } }
    }

    /// What the role does for a member: as one of them, and as another.
    fn project_part(
        &mut self,
        member: &Bound,
        mut body: impl FnMut(&mut Self) -> LocalBlock,
    ) -> Part {
        let other = self.enclosed(|inside| inside.decided(member, false, &mut body));
        if !self.is_one_of(&member.of) {
            return Part::Outside(other);
        }
        let own = self.enclosed(|inside| inside.decided(member, true, &mut body));
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
