//! The way through a choreography's body.

use super::race::Race;
use super::{Found, Played, Sends, Sent};
use crate::ir::{
    Actor, Block, Bound, Comm, Each, Expr, Global, Head, Kind, Link, RoleId, RoleSet, Stmt, Type,
};
use proc_macro2::Span;
use std::collections::BTreeSet;

pub(super) struct Walk<'g> {
    pub(super) global: &'g Global,
    known: &'g [Option<Sent>],
    recursive: bool,
    pub(super) found: Found,
    /// The members in scope, the outermost first.
    pub(super) members: Vec<&'g Bound>,
    /// The parts around that don't wait for all, from outside in.
    pub(super) races: Vec<Race>,
}

impl<'g> Walk<'g> {
    pub(super) fn run(
        global: &'g Global,
        index: usize,
        known: &'g [Option<Sent>],
        recursive: bool,
    ) -> Found {
        let sent = known[index].clone().unwrap_or_else(|| Sent::new(global));
        let found = Found { sent, answers: Vec::new(), demands: Vec::new() };
        let (members, races) = (Vec::new(), Vec::new());
        let mut walk = Self { global, known, recursive, found, members, races };
        walk.block(&global.body);
        walk.found
    }

    fn note(&mut self, from: RoleId, to: RoleId, sends: Sends) {
        for from in self.header_roles(from) {
            for to in self.header_roles(to) {
                self.found.sent.note(from, to, sends);
            }
        }
    }

    /// The role itself, or those of the header whose members it is one of.
    pub(super) fn header_roles(&self, role: RoleId) -> BTreeSet<usize> {
        let Some(bound) = role.index().checked_sub(self.global.roles.len()) else {
            return BTreeSet::from([role.index()]);
        };
        let of = self.members.get(bound).into_iter().flat_map(|member| &member.of);
        of.flat_map(|role| self.header_roles(*role)).collect()
    }

    fn block(&mut self, block: &'g Block) {
        let outside = self.members.len();
        for stmt in &block.stmts {
            match stmt {
                Stmt::Member { bound, .. } => self.members.push(bound),
                Stmt::Let(binding) => {
                    binding.init.iter().for_each(|init| self.expr(init));
                    binding.otherwise.iter().for_each(|otherwise| self.block(otherwise));
                }
                Stmt::Item(_) => {}
                Stmt::Expr(expr) => self.expr(expr),
            }
        }
        block.tail.iter().for_each(|tail| self.expr(tail));
        self.members.truncate(outside);
    }

    fn with(&mut self, member: &'g Bound, body: &'g Block) {
        self.members.push(member);
        self.block(body);
        self.members.pop();
    }

    fn expr(&mut self, expr: &'g Expr) {
        match &expr.kind {
            Kind::Comm(comm) => self.comm(comm, expr.span),
            Kind::Call(call) => {
                self.args(&call.args);
                self.call(call.callee, &call.path, &call.roles, call.span);
            }
            Kind::Apply { value, args } => {
                self.args(args);
                self.value(value, value.at);
            }
            Kind::Instance(node) => self.call(node.callee, &node.path, &node.roles, node.span),
            Kind::Anonymous(node) => self.expr(&node.body),
            Kind::Tuple(elems) => elems.iter().for_each(|elem| self.expr(elem)),
            Kind::Not(inner) => self.expr(inner),
            Kind::Logic { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            Kind::Assign { value, .. } => self.expr(value),
            Kind::If(node) => {
                self.links(&node.guard);
                self.block(&node.then);
                node.otherwise.iter().for_each(|otherwise| self.expr(otherwise));
            }
            Kind::Match(node) => {
                self.expr(&node.scrutinee);
                node.arms.iter().for_each(|arm| self.expr(&arm.body));
            }
            Kind::Loop(node) => {
                match &node.head {
                    Head::Loop => {}
                    Head::While(links) => self.links(links),
                    Head::For { iter, .. } => self.expr(iter),
                }
                self.block(&node.body);
            }
            Kind::ForMember(node) => self.with(&node.member, &node.body),
            Kind::Each(node) => self.each(node),
            Kind::Par { branches, .. } => branches.iter().for_each(|branch| self.block(branch)),
            Kind::Block { block, .. } => self.block(block),
            Kind::Return(value) | Kind::Break { value, .. } => {
                if let Some(value) = value {
                    self.expr(value);
                }
            }
            Kind::Agree { verified: Some(index), .. } => self.compare(*index),
            Kind::Code(code) => {
                if let Type::Chor(chor) = &expr.ty {
                    self.value(code, chor.roles);
                }
            }
            Kind::Agree { verified: None, .. } | Kind::Continue { .. } | Kind::Error => {}
        }
    }

    fn args(&mut self, args: &'g [(Expr, Type)]) {
        for (arg, _) in args {
            self.expr(arg);
        }
    }

    fn links(&mut self, links: &'g [Link]) {
        for link in links {
            self.expr(link.value());
        }
    }

    fn each(&mut self, node: &'g Each) {
        let outside = self.races.len();
        self.races.extend(node.first.as_ref().map(|first| Race {
            at: first.at,
            member: node.member.role,
            counts: first.counts(),
            first_var: node.first_var,
        }));
        self.with(&node.member, &node.body);
        self.races.truncate(outside);
    }

    fn comm(&mut self, comm: &Comm, span: Span) {
        for to in &comm.to {
            let sends = if comm.attempt { Sends::Tried } else { Sends::Missed };
            let sends = if self.is_raced(&[comm.from], &[*to]) { Sends::Tried } else { sends };
            self.note(comm.from, *to, sends);
        }
        let (from, to) = (comm.from, comm.to.iter());
        for race in self.races.clone() {
            if self.may_be(from, race.at) && to.clone().any(|to| *to != race.at) {
                self.answer(race, from, "this is sent", span);
            }
        }
    }

    /// All who hold an agreement that is verified may tell each other what they have.
    fn compare(&mut self, agreement: usize) {
        let agreement = &self.global.agreements[agreement];
        let known = self.global.roles.len() + self.members.len();
        let at: RoleSet = agreement.at.iter().filter(|role| role.index() < known).collect();
        for from in at.iter() {
            at.iter().for_each(|to| self.note(from, to, Sends::Missed));
        }
        for race in self.races.clone() {
            if let Some(from) = at.iter().find(|from| self.may_be(*from, race.at)) {
                self.answer(race, from, "this is compared", agreement.span);
            }
        }
    }

    /// In a `first`, the collecting role can do without what a member sends to it.
    fn is_raced(&self, from: &[RoleId], to: &[RoleId]) -> bool {
        let races = self.races.iter().filter(|race| race.counts);
        races.into_iter().any(|race| from == [race.member] && to == [race.at])
    }

    fn call(&mut self, callee: usize, path: &syn::Path, actors: &[Actor], span: Span) {
        match self.known.get(callee) {
            Some(Some(sent)) => self.call_here(sent, path, actors, span),
            _ => self.call_abroad(path, actors, span),
        }
    }

    fn call_here(&mut self, callee: &Sent, path: &syn::Path, actors: &[Actor], span: Span) {
        let own = self.played(actors);
        for (from, sends) in callee.table.iter().enumerate() {
            for (to, sends) in sends.iter().enumerate() {
                let raced = own.raced.contains(&(from, to));
                let sends = if raced { Sends::Tried.min(*sends) } else { *sends };
                for from in &own.actors[from] {
                    own.actors[to].iter().for_each(|to| self.found.sent.note(*from, *to, sends));
                }
            }
        }
        for abroad in callee.abroad.values() {
            for call in &abroad.calls {
                self.found.sent.note_abroad(&abroad.path.0, own.behind(call));
            }
        }
        for race in self.races.clone() {
            let Some(demand) = self.demand(race, path, actors, span) else { continue };
            if demand.is_broken(&callee.table) {
                self.found.answers.push(demand.answer);
            } else if !callee.abroad.is_empty() {
                self.found.demands.push(demand);
            }
        }
    }

    fn call_abroad(&mut self, path: &syn::Path, actors: &[Actor], span: Span) {
        let own = self.played(actors);
        if self.recursive {
            let all: BTreeSet<usize> = own.actors.iter().flatten().copied().collect();
            let pairs = all.iter().flat_map(|from| all.iter().map(move |to| (*from, *to)));
            for (from, to) in pairs {
                self.found.sent.note(from, to, Sends::Missed);
            }
        } else {
            self.found.sent.note_abroad(path, own);
        }
        for race in self.races.clone() {
            let demand = self.demand(race, path, actors, span);
            self.found.demands.extend(demand);
        }
    }

    fn played(&self, actors: &[Actor]) -> Played {
        let roles = |actor: &Actor| -> BTreeSet<usize> {
            actor.roles().iter().flat_map(|role| self.header_roles(*role)).collect()
        };
        let numbers = || 0..actors.len();
        let raced = numbers().flat_map(|from| numbers().map(move |to| (from, to)));
        let raced =
            raced.filter(|(from, to)| self.is_raced(actors[*from].roles(), actors[*to].roles()));
        Played { actors: actors.iter().map(roles).collect(), raced: raced.collect() }
    }
}

impl Played {
    /// A call in a choreography that is called so.
    fn behind(&self, inner: &Self) -> Self {
        let all = |roles: &BTreeSet<usize>| -> BTreeSet<usize> {
            roles.iter().flat_map(|role| self.actors[*role].iter().copied()).collect()
        };
        let is_raced =
            |from: usize, to: usize| match (one(&inner.actors[from]), one(&inner.actors[to])) {
                (Some(from), Some(to)) => self.raced.contains(&(from, to)),
                _ => false,
            };
        let numbers = || 0..inner.actors.len();
        let pairs = numbers().flat_map(|from| numbers().map(move |to| (from, to)));
        let raced = pairs.filter(|(from, to)| is_raced(*from, *to));
        Self {
            actors: inner.actors.iter().map(all).collect(),
            raced: inner.raced.iter().copied().chain(raced).collect(),
        }
    }
}

fn one(roles: &BTreeSet<usize>) -> Option<usize> {
    roles.first().copied().filter(|_| roles.len() == 1)
}
