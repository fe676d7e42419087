//! The tree of a choreography's messages: what `PROTOCOL` says and the diagram draws.

mod names;

use crate::ir::{
    Actor, Block, Bound, Call, Comm, Each, Expr, First, ForMember, Global, Head, If, Kind, Link,
    Loop, Match, RoleId, RoleSet, Stmt, Until,
};
use names::Names;

/// What happens, in the order of the source; local code is left out.
pub enum Node {
    Message {
        /// Index into the steps.
        step: usize,
        /// The columns between which it is drawn: a member's is that of its family.
        from: RoleId,
        to: Vec<RoleId>,
        attempt: bool,
        timed: bool,
    },
    /// Index into the agreements.
    Agreement(usize),
    Branch {
        on: String,
        at: Vec<String>,
        arms: Vec<(String, Vec<Node>)>,
    },
    Loop {
        head: String,
        at: Vec<String>,
        body: Vec<Node>,
    },
    /// What is done for all members at once.
    Each {
        member: String,
        of: Vec<String>,
        at: Vec<String>,
        race: Option<Race>,
        body: Vec<Node>,
    },
    /// What is done for one member after the other.
    For {
        member: String,
        of: Vec<String>,
        at: Vec<String>,
        body: Vec<Node>,
    },
    /// A name for the member of a number.
    Member {
        member: String,
        of: Vec<String>,
        index: String,
    },
    Par {
        branches: Vec<Vec<Node>>,
    },
    Call {
        name: String,
        /// Unless it is a value.
        path: Option<syn::Path>,
        /// Who plays its roles, a list as `[A, B]`.
        roles: Vec<String>,
    },
}

/// Not all members are waited for.
pub struct Race {
    /// The role that collects.
    pub at: String,
    /// `first quorum within limit`
    pub text: String,
}

pub fn tree(global: &Global) -> Vec<Node> {
    let params = global.agreements.iter().take_while(|agreement| agreement.param.is_some());
    let mut nodes: Vec<Node> =
        params.enumerate().map(|(index, _)| Node::Agreement(index)).collect();
    Tree { names: Names::new(global) }.block(&global.body, &mut nodes);
    nodes
}

struct Tree<'g> {
    names: Names<'g>,
}

impl Tree<'_> {
    fn block(&mut self, node: &Block, nodes: &mut Vec<Node>) {
        let outside = self.names.bound();
        for stmt in &node.stmts {
            match stmt {
                Stmt::Let(binding) => {
                    if let Some(init) = &binding.init {
                        self.expr(init, nodes);
                    }
                    if let (Some(otherwise), Some(init)) = (&binding.otherwise, &binding.init) {
                        let arms = vec![("else".to_owned(), self.inner(otherwise))];
                        self.branch("let .. else".to_owned(), init.ty.holders(), arms, nodes);
                    }
                }
                Stmt::Member { bound, index } => {
                    let (member, of) = (bound.text.clone(), self.names.of(&bound.of));
                    let index = crate::rust::text(&index.expr);
                    nodes.push(Node::Member { member, of, index });
                    self.names.bind(bound);
                }
                Stmt::Item(_) => {}
                Stmt::Expr(node) => self.expr(node, nodes),
            }
        }
        if let Some(tail) = &node.tail {
            self.expr(tail, nodes);
        }
        self.names.leave(outside);
        while let Some(Node::Member { .. }) = nodes.last() {
            nodes.pop();
        }
    }

    fn inner(&mut self, node: &Block) -> Vec<Node> {
        let mut nodes = Vec::new();
        self.block(node, &mut nodes);
        nodes
    }

    fn of(&mut self, node: &Expr) -> Vec<Node> {
        let mut nodes = Vec::new();
        self.expr(node, &mut nodes);
        nodes
    }

    fn expr(&mut self, node: &Expr, nodes: &mut Vec<Node>) {
        match &node.kind {
            Kind::Comm(comm) => nodes.push(self.message(comm)),
            Kind::Call(node) => self.call(node, nodes),
            Kind::Apply { value, args } => {
                for (arg, _) in args {
                    self.expr(arg, nodes);
                }
                let name = crate::rust::text(&value.expr);
                nodes.push(Node::Call { name, path: None, roles: self.names.of_set(value.at) });
            }
            Kind::Anonymous(node) => {
                let arms = vec![("called".to_owned(), self.of(&node.body))];
                self.branch("chor".to_owned(), node.ty.roles, arms, nodes);
            }
            Kind::Tuple(elems) => elems.iter().for_each(|elem| self.expr(elem, nodes)),
            Kind::Not(inner) => self.expr(inner, nodes),
            Kind::Logic { and, left, right } => {
                self.expr(left, nodes);
                let on = if *and { "&&" } else { "||" };
                let arms = vec![(and.to_string(), self.of(right))];
                self.branch(on.to_owned(), left.ty.holders(), arms, nodes);
            }
            Kind::Assign { value, .. } => self.expr(value, nodes),
            Kind::If(node) => self.conditional(node, nodes),
            Kind::Match(node) => self.choice(node, nodes),
            Kind::Loop(node) => self.repetition(node, nodes),
            Kind::ForMember(node) => self.for_member(node, nodes),
            Kind::Each(node) => self.each(node, nodes),
            Kind::Par { branches, .. } => self.par(branches, nodes),
            Kind::Block { block: node, .. } => self.block(node, nodes),
            Kind::Return(value) | Kind::Break { value, .. } => {
                if let Some(value) = value {
                    self.expr(value, nodes);
                }
            }
            Kind::Agree { verified, .. } => nodes.extend(verified.map(Node::Agreement)),
            Kind::Code(_) | Kind::Instance(_) | Kind::Continue { .. } | Kind::Error => {}
        }
    }

    fn message(&self, comm: &Comm) -> Node {
        let column = |role: &RoleId| self.names.column(*role);
        let to = comm.to.iter().map(column).collect();
        let (attempt, timed) = (comm.attempt, comm.within.is_some());
        Node::Message { step: comm.step, from: column(&comm.from), to, attempt, timed }
    }

    fn call(&mut self, node: &Call, nodes: &mut Vec<Node>) {
        for (arg, _) in &node.args {
            self.expr(arg, nodes);
        }
        let name = crate::rust::text(&node.path);
        let actor = |actor: &Actor| match actor {
            Actor::One(role) => self.names.name(*role),
            Actor::List(roles) => {
                format!("[{}]", self.names.of(roles).join(", "))
            }
        };
        let roles = node.roles.iter().map(actor).collect();
        nodes.push(Node::Call { name, path: Some(node.path.clone()), roles });
    }

    fn conditional(&mut self, node: &If, nodes: &mut Vec<Node>) {
        self.guard(&node.guard, nodes);
        let mut arms = vec![("true".to_owned(), self.inner(&node.then))];
        if let Some(otherwise) = &node.otherwise {
            arms.push(("false".to_owned(), self.of(otherwise)));
        }
        self.branch(node.text.clone(), node.at, arms, nodes);
    }

    fn guard(&mut self, links: &[Link], nodes: &mut Vec<Node>) {
        for link in links {
            self.expr(link.value(), nodes);
        }
    }

    fn choice(&mut self, node: &Match, nodes: &mut Vec<Node>) {
        self.expr(&node.scrutinee, nodes);
        let arms = node.arms.iter().map(|arm| (arm.text.clone(), self.of(&arm.body))).collect();
        self.branch(node.text.clone(), node.at, arms, nodes);
    }

    /// A branch without messages isn't one of the protocol.
    fn branch(
        &self,
        on: String,
        at: RoleSet,
        arms: Vec<(String, Vec<Node>)>,
        nodes: &mut Vec<Node>,
    ) {
        if arms.iter().any(|(_, arm)| !arm.is_empty()) {
            nodes.push(Node::Branch { on, at: self.names.of_set(at), arms });
        }
    }

    fn repetition(&mut self, node: &Loop, nodes: &mut Vec<Node>) {
        let mut body = Vec::new();
        match &node.head {
            Head::Loop => {}
            // A `while` asks again in each round.
            Head::While(links) => self.guard(links, &mut body),
            Head::For { iter, .. } => self.expr(iter, nodes),
        }
        self.block(&node.body, &mut body);
        if !body.is_empty() {
            let at = self.names.of_set(node.roles);
            nodes.push(Node::Loop { head: node.text.clone(), at, body });
        }
    }

    fn for_member(&mut self, node: &ForMember, nodes: &mut Vec<Node>) {
        let body = self.with(&node.member, &node.body);
        if !body.is_empty() {
            let (member, at) = (node.member.text.clone(), self.names.of_set(node.roles));
            nodes.push(Node::For { member, of: self.names.of(&node.member.of), at, body });
        }
    }

    fn each(&mut self, node: &Each, nodes: &mut Vec<Node>) {
        let body = self.with(&node.member, &node.body);
        if body.is_empty() {
            return;
        }
        let of = self.names.of(&node.member.of);
        let (member, at) = (node.member.text.clone(), self.names.of_set(node.roles));
        let race = node.first.as_ref().map(|first| self.race(first));
        nodes.push(Node::Each { member, of, at, race, body });
    }

    fn race(&self, first: &First) -> Race {
        let until = match &first.until {
            Until::Count(count) => format!("first {}", crate::rust::text(&count.expr)),
            Until::Closure(code) => format!("until {}", crate::rust::text(&code.expr)),
            Until::All => String::new(),
        };
        let within = first.within.as_ref();
        let within = within.map(|code| format!("within {}", crate::rust::text(&code.expr)));
        let parts = [Some(until).filter(|until| !until.is_empty()), within];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Race { at: self.names.name(first.at), text }
    }

    fn with(&mut self, member: &Bound, body: &Block) -> Vec<Node> {
        let outside = self.names.bound();
        self.names.bind(member);
        let body = self.inner(body);
        self.names.leave(outside);
        body
    }

    fn par(&mut self, branches: &[Block], nodes: &mut Vec<Node>) {
        let branches: Vec<Vec<Node>> = branches.iter().map(|branch| self.inner(branch)).collect();
        if branches.iter().any(|branch| !branch.is_empty()) {
            nodes.push(Node::Par { branches });
        }
    }
}
