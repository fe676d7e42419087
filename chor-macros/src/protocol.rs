//! The tree of a choreography's messages: what `PROTOCOL` says and the diagram draws.

use crate::ir::{
    Actor, Block, Call, Comm, Expr, Global, Head, If, Kind, Link, Loop, Match, RoleId, RoleSet,
    Stmt,
};

/// What happens, in the order of the source; local code is left out.
pub enum Node {
    /// Index into the steps.
    Message(usize),
    /// Index into the agreements.
    Agreement(usize),
    Branch {
        on: String,
        at: RoleSet,
        arms: Vec<(String, Vec<Node>)>,
    },
    Loop {
        head: String,
        at: RoleSet,
        body: Vec<Node>,
    },
    Call {
        name: String,
        /// Unless it is a value.
        path: Option<syn::Path>,
        roles: Vec<RoleId>,
    },
}

pub fn tree(global: &Global) -> Vec<Node> {
    let params = global.agreements.iter().take_while(|agreement| agreement.param.is_some());
    let mut nodes: Vec<Node> =
        params.enumerate().map(|(index, _)| Node::Agreement(index)).collect();
    block(&global.body, &mut nodes);
    nodes
}

fn block(node: &Block, nodes: &mut Vec<Node>) {
    for stmt in &node.stmts {
        match stmt {
            Stmt::Let(binding) => {
                if let Some(init) = &binding.init {
                    expr(init, nodes);
                }
                if let (Some(otherwise), Some(init)) = (&binding.otherwise, &binding.init) {
                    let at = init.ty.holders();
                    branch(
                        "let .. else".to_owned(),
                        at,
                        vec![("else".to_owned(), inner(otherwise))],
                        nodes,
                    );
                }
            }
            Stmt::Member { .. } | Stmt::Item(_) => {}
            Stmt::Expr(node) => expr(node, nodes),
        }
    }
    if let Some(tail) = &node.tail {
        expr(tail, nodes);
    }
}

fn inner(node: &Block) -> Vec<Node> {
    let mut nodes = Vec::new();
    block(node, &mut nodes);
    nodes
}

fn of(node: &Expr) -> Vec<Node> {
    let mut nodes = Vec::new();
    expr(node, &mut nodes);
    nodes
}

fn expr(node: &Expr, nodes: &mut Vec<Node>) {
    match &node.kind {
        Kind::Comm(comm) => message(comm, nodes),
        Kind::Call(node) => call(node, nodes),
        Kind::Apply { value, args } => {
            for (arg, _) in args {
                expr(arg, nodes);
            }
            let name = crate::rust::text(&value.expr);
            nodes.push(Node::Call { name, path: None, roles: value.at.iter().collect() });
        }
        Kind::Anonymous(node) => {
            let body = of(&node.body);
            branch("chor".to_owned(), node.ty.roles, vec![("called".to_owned(), body)], nodes);
        }
        Kind::Tuple(elems) => elems.iter().for_each(|elem| expr(elem, nodes)),
        Kind::Not(inner) => expr(inner, nodes),
        Kind::Logic { and, left, right } => {
            expr(left, nodes);
            let on = if *and { "&&" } else { "||" };
            branch(on.to_owned(), left.ty.holders(), vec![(and.to_string(), of(right))], nodes);
        }
        Kind::Assign { value, .. } => expr(value, nodes),
        Kind::If(node) => conditional(node, nodes),
        Kind::Match(node) => choice(node, nodes),
        Kind::Loop(node) => repetition(node, nodes),
        Kind::ForMember(node) => block(&node.body, nodes),
        Kind::Each(node) => block(&node.body, nodes),
        Kind::Par { branches, .. } => branches.iter().for_each(|branch| block(branch, nodes)),
        Kind::Block { block: node, .. } => block(node, nodes),
        Kind::Return(value) | Kind::Break { value, .. } => {
            if let Some(value) = value {
                expr(value, nodes);
            }
        }
        Kind::Agree { verified, .. } => nodes.extend(verified.map(Node::Agreement)),
        Kind::Code(_) | Kind::Instance(_) | Kind::Continue { .. } | Kind::Error => {}
    }
}

fn message(comm: &Comm, nodes: &mut Vec<Node>) {
    nodes.push(Node::Message(comm.step));
}

fn call(node: &Call, nodes: &mut Vec<Node>) {
    for (arg, _) in &node.args {
        expr(arg, nodes);
    }
    let name = crate::rust::text(&node.path);
    let roles = node.roles.iter().flat_map(Actor::roles).copied().collect();
    nodes.push(Node::Call { name, path: Some(node.path.clone()), roles });
}

fn conditional(node: &If, nodes: &mut Vec<Node>) {
    guard(&node.guard, nodes);
    let mut arms = vec![("true".to_owned(), inner(&node.then))];
    if let Some(otherwise) = &node.otherwise {
        arms.push(("false".to_owned(), of(otherwise)));
    }
    branch(node.text.clone(), node.at, arms, nodes);
}

fn guard(links: &[Link], nodes: &mut Vec<Node>) {
    for link in links {
        expr(link.value(), nodes);
    }
}

fn choice(node: &Match, nodes: &mut Vec<Node>) {
    expr(&node.scrutinee, nodes);
    let arms = node.arms.iter().map(|arm| (arm.text.clone(), of(&arm.body))).collect();
    branch(node.text.clone(), node.at, arms, nodes);
}

/// A branch without messages isn't one of the protocol.
fn branch(on: String, at: RoleSet, arms: Vec<(String, Vec<Node>)>, nodes: &mut Vec<Node>) {
    if arms.iter().any(|(_, arm)| !arm.is_empty()) {
        nodes.push(Node::Branch { on, at, arms });
    }
}

fn repetition(node: &Loop, nodes: &mut Vec<Node>) {
    let mut body = Vec::new();
    match &node.head {
        Head::Loop => {}
        // A `while` asks again in each round.
        Head::While(links) => guard(links, &mut body),
        Head::For { iter, .. } => expr(iter, nodes),
    }
    block(&node.body, &mut body);
    if !body.is_empty() {
        nodes.push(Node::Loop { head: node.text.clone(), at: node.roles, body });
    }
}
