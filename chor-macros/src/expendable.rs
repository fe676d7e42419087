//! Whose loss is a value where it is missed, and nothing elsewhere.
//!
//! A role or family is expendable if it sends something, and each of its messages is received by `try`
//! or in a `first`. What choreographies of other blocks and choreography values do isn't known here:
//! who takes part in one isn't expendable.

use crate::ir::{
    Actor, Block, Bound, Call, Comm, Each, Expr, Global, Head, Kind, Link, RoleId, RoleSet, Stmt,
};

/// What a role sends to another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sends {
    Nothing,
    /// Only what its receivers can do without.
    Tried,
    Missed,
}

/// By sender and receiver.
type Table = Vec<Vec<Sends>>;

/// The expendable roles of each choreography; of those without a body, which are of other blocks,
/// `None` is given.
pub fn expendable(bodies: &[Option<&Global>]) -> Vec<Vec<usize>> {
    let nothing =
        |global: &Global| vec![vec![Sends::Nothing; global.roles.len()]; global.roles.len()];
    let mut known: Vec<Option<Table>> = bodies.iter().map(|body| body.map(nothing)).collect();
    // What a callee sends can make a caller's role send more: until nothing changes.
    loop {
        let mut grown = false;
        for (index, body) in bodies.iter().enumerate() {
            let Some(global) = body else { continue };
            let sends = Walk::run(global, nothing(global), &known);
            grown |= known[index].as_ref() != Some(&sends);
            known[index] = Some(sends);
        }
        if !grown {
            break;
        }
    }
    let tried = |sends: Table| {
        let roles = sends.iter().map(|to| to.iter().max()).enumerate();
        roles.filter(|(_, most)| *most == Some(&Sends::Tried)).map(|(role, _)| role).collect()
    };
    known.into_iter().map(|sends| sends.map(tried).unwrap_or_default()).collect()
}

struct Walk<'g> {
    known: &'g [Option<Table>],
    sends: Table,
    /// The members in scope, the outermost first.
    members: Vec<&'g Bound>,
    /// The collecting role and the member of each `first` around.
    races: Vec<(RoleId, RoleId)>,
}

impl<'g> Walk<'g> {
    fn run(global: &'g Global, sends: Table, known: &'g [Option<Table>]) -> Table {
        let mut walk = Self { known, sends, members: Vec::new(), races: Vec::new() };
        for agreement in &global.agreements {
            walk.note_all(agreement.at);
        }
        walk.block(&global.body);
        walk.sends
    }

    fn note(&mut self, from: RoleId, to: RoleId, sends: Sends) {
        for from in self.header_roles(from) {
            for to in self.header_roles(to) {
                let own = &mut self.sends[from][to];
                *own = sends.max(*own);
            }
        }
    }

    /// The role itself, or those of the header whose members it is one of.
    fn header_roles(&self, role: RoleId) -> Vec<usize> {
        let Some(bound) = role.index().checked_sub(self.sends.len()) else {
            return vec![role.index()];
        };
        let of = self.members.get(bound).into_iter().flat_map(|member| &member.of);
        of.flat_map(|role| self.header_roles(*role)).collect()
    }

    /// They send each other what isn't known here.
    fn note_all(&mut self, roles: RoleSet) {
        let known = self.sends.len() + self.members.len();
        for role in roles.iter().filter(|role| role.index() < known) {
            self.note(role, role, Sends::Missed);
        }
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
            Kind::Comm(comm) => self.comm(comm),
            Kind::Call(call) => self.call(call),
            Kind::Apply { value, args } => {
                for (arg, _) in args {
                    self.expr(arg);
                }
                self.note_all(value.at);
            }
            Kind::Instance(node) => self.note_all(node.ty.roles),
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
            Kind::Code(_) | Kind::Agree { .. } | Kind::Continue { .. } | Kind::Error => {}
        }
    }

    fn links(&mut self, links: &'g [Link]) {
        for link in links {
            self.expr(link.value());
        }
    }

    fn comm(&mut self, comm: &Comm) {
        for to in &comm.to {
            let sends = if comm.attempt { Sends::Tried } else { Sends::Missed };
            let sends = self.raced(&[comm.from], &[*to], sends);
            self.note(comm.from, *to, sends);
        }
    }

    /// In a `first`, the collecting role can do without what a member sends to it.
    fn raced(&self, from: &[RoleId], to: &[RoleId], sends: Sends) -> Sends {
        let race = |(at, member): &(RoleId, RoleId)| from == [*member] && to == [*at];
        if self.races.iter().any(race) { sends.min(Sends::Tried) } else { sends }
    }

    fn call(&mut self, call: &'g Call) {
        for (arg, _) in &call.args {
            self.expr(arg);
        }
        let Some(Some(callee)) = self.known.get(call.callee) else {
            return self.note_all(call.roles.iter().flat_map(Actor::roles).copied().collect());
        };
        let actors = || call.roles.iter().map(Actor::roles);
        for (own, from) in callee.iter().zip(actors()) {
            for (sends, to) in own.iter().zip(actors()) {
                let sends = self.raced(from, to, *sends);
                for (from, to) in from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
                    self.note(*from, *to, sends);
                }
            }
        }
    }

    /// A deadline alone makes nobody expendable: it says who is late, not who is lost.
    fn each(&mut self, node: &'g Each) {
        let counted = node.first.as_ref().filter(|first| first.counts());
        let outside = self.races.len();
        self.races.extend(counted.map(|first| (first.at, node.member.role)));
        self.with(&node.member, &node.body);
        self.races.truncate(outside);
    }
}
