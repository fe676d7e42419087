//! Expressions: one arm for each form, and those that only combine others.

use super::code::error_expr;
use super::types::{meet, narrow};
use super::watch;
use super::{Checker, Knowledge, Shape};
use crate::ast;
use crate::ir::{Agreement, Block, Code, Expr, Kind, RoleSet, Stmt, Type};
use crate::rust;
use crate::syntax;
use proc_macro2::Span;
use syn::spanned::Spanned;

impl Checker<'_> {
    pub(super) fn check_expr(&mut self, expr: &ast::Expr, shape: &Shape) -> Expr {
        match expr {
            ast::Expr::Local { at, code } => self.check_local(at, code),
            ast::Expr::Comm(comm) => self.check_comm(comm, shape),
            ast::Expr::Rust(code) => self.check_rust(code, shape),
            ast::Expr::Call(call) => self.check_call(call, shape),
            ast::Expr::Instance(instance) => self.check_instance(instance, shape),
            ast::Expr::Anonymous(node) => self.check_anonymous(node, shape),
            ast::Expr::Tuple { span, elems } => self.check_tuple(elems, shape, *span),
            ast::Expr::Paren(inner) => self.check_expr(inner, shape),
            ast::Expr::Agree { span, parts } => self.check_agree(parts, *span),
            ast::Expr::Not { span, expr } => self.check_not(expr, *span),
            ast::Expr::Logic { and, span, left, right } => {
                self.check_logic(*and, left, right, *span)
            }
            ast::Expr::Assign(assign) => self.check_assign(assign),
            ast::Expr::If(node) => self.check_if(node, shape),
            ast::Expr::Match(node) => self.check_match(node, shape),
            ast::Expr::While(node) => self.check_while(node),
            ast::Expr::For(node) => self.check_for(node),
            ast::Expr::ForMember(node) => self.check_for_member(node),
            ast::Expr::Loop(node) => self.check_loop(node, shape),
            ast::Expr::Each(node) => self.check_each(node, shape),
            ast::Expr::Par(node) => self.check_par(node, shape),
            ast::Expr::Block { label, block } => self.check_labelled(label.as_ref(), block, shape),
            ast::Expr::Return { span, value } => self.check_return(value.as_deref(), *span),
            ast::Expr::Break { span, label, value } => {
                self.check_break(label.as_ref(), value.as_deref(), *span)
            }
            ast::Expr::Continue { span, label } => self.check_continue(label.as_ref(), *span),
            ast::Expr::Error => error_expr(Span::call_site()),
        }
    }

    fn check_tuple(&mut self, elems: &[ast::Expr], shape: &Shape, span: Span) -> Expr {
        let shapes = shape.split(elems.len());
        let elems: Vec<Expr> =
            elems.iter().zip(&shapes).map(|(elem, shape)| self.check_expr(elem, shape)).collect();
        Expr {
            ty: Type::Tuple(elems.iter().map(|elem| elem.ty.clone()).collect()),
            acts: union(elems.iter().map(|elem| elem.acts)),
            jumps: elems.iter().any(|elem| elem.jumps),
            span,
            kind: Kind::Tuple(elems),
        }
    }

    fn check_agree(&mut self, parts: &[(ast::Location, syn::Expr)], span: Span) -> Expr {
        let mut at = RoleSet::EMPTY;
        let mut ty = None;
        let mut codes: Vec<Code> = Vec::new();
        let mut texts = Vec::new();
        let mut failed = false;
        for (location, code) in parts {
            let Some(roles) = self.acting(location) else {
                failed = true;
                continue;
            };
            let roles: RoleSet = roles.into_iter().collect();
            if !(roles & at).is_empty() {
                let twice = self.names(roles & at);
                self.errors.error(
                    location.span,
                    format_args!("{twice} gives its value twice"),
                    "give one value for each role",
                );
                failed = true;
            }
            at |= roles;
            texts.push(format!("{}: {}", self.location(roles), rust::text(code)));
            let part = self.check_local(location, code);
            if let Type::At { ty: Some(shown), .. } = &part.ty {
                ty.get_or_insert_with(|| shown.clone());
            }
            if let Kind::Code(code) = part.kind {
                codes.push(code);
            }
        }
        if at.len() < 2 && !failed {
            self.errors.error(
                span,
                "an agreement takes at least two roles",
                "write `agree!(A: x, B: y)`",
            );
            failed = true;
        }
        if failed {
            return error_expr(span);
        }
        let text = format!("agree!({})", texts.join(", "));
        let site = self.site(&text, at, span);
        let label = text.clone();
        let written = ty.as_deref().cloned();
        let verified = self.verify_value(Agreement {
            text,
            param: None,
            label,
            ty: written,
            at,
            by: None,
            span,
        });
        let kind = Kind::Agree { parts: codes, site, verified };
        Expr { ty: Type::At { ty, at }, acts: at, jumps: false, span, kind }
    }

    fn check_not(&mut self, expr: &ast::Expr, span: Span) -> Expr {
        let expr = self.check_expr(expr, &Shape::bool());
        Expr {
            ty: expr.ty.clone(),
            acts: expr.acts,
            jumps: expr.jumps,
            span,
            kind: Kind::Not(Box::new(expr)),
        }
    }

    /// The right side runs only where the left side's outcome is known.
    fn check_logic(&mut self, and: bool, left: &ast::Expr, right: &ast::Expr, span: Span) -> Expr {
        let reason = describe(left);
        let sender = self.sender_of(left);
        let left = self.check_expr(left, &Shape::bool());
        let known_to = self.holders(&left.ty) & self.census;
        let reason = Knowledge { known_to, text: reason, sender };
        let right = self.knowing(reason, |inside| inside.check_expr(right, &Shape::bool()));
        Expr {
            ty: meet(narrow(left.ty.clone(), known_to), &right.ty),
            acts: left.acts | right.acts,
            jumps: left.jumps || right.jumps,
            span,
            kind: Kind::Logic { and, left: Box::new(left), right: Box::new(right) },
        }
    }

    /// `x = A => B: e`
    pub(super) fn check_assign(&mut self, assign: &ast::Assign) -> Expr {
        let span = assign.target.span();
        let facts = rust::examine(&assign.target);
        let root = syntax::root(&assign.target).and_then(|name| self.lookup(&name));
        let Some(var) = root else {
            self.errors.error(
                span,
                "only a variable of the choreography can be assigned a choreographic value",
                "bind the value with `let` first",
            );
            return error_expr(span);
        };
        let Some(at) = self.assigned_at(var, span) else { return error_expr(span) };
        let ty = match &self.vars[var.0].ty {
            Type::At { ty, .. } | Type::Each { ty, .. } if facts.variable.is_some() => ty.clone(),
            _ => None,
        };
        let label = Some(syntax::name(&self.vars[var.0].name));
        let shape = Shape { ty, at: Some(at), label, ..Shape::default() };
        let value = self.check_expr(&assign.value, &shape);
        let want = Type::At { ty: None, at };
        self.require_expr(&value, &want, "the assigned value");
        let mut target = self.code(assign.target.clone(), &facts, at);
        if watch::is_computed(&value) && rust::is_place(&target.expr) {
            let text = format!("{} {} ..", rust::text(&target.expr), assign.operator);
            target.site = self.site(&text, at, span);
        }
        Expr {
            ty: Type::unit(),
            acts: at | value.acts,
            jumps: value.jumps,
            span,
            kind: Kind::Assign {
                target,
                operator: assign.operator.clone(),
                value: Box::new(value),
            },
        }
    }

    pub(super) fn check_block(&mut self, block: &ast::Block, shape: &Shape) -> Block {
        self.scopes.push(std::collections::BTreeMap::new());
        let before = self.members_before();
        let mut stmts = Vec::new();
        let mut tail = None;
        for (index, stmt) in block.stmts.iter().enumerate() {
            match stmt {
                ast::Stmt::Member(member) => stmts.extend(self.check_member(member)),
                ast::Stmt::Let(binding) => stmts.push(Stmt::Let(Box::new(self.check_let(binding)))),
                ast::Stmt::Item(item) => stmts.push(Stmt::Item(item.clone())),
                ast::Stmt::Expr { expr, semi: false } if index + 1 == block.stmts.len() => {
                    let mut checked = self.check_expr(expr, shape);
                    self.watch_changes(&mut checked);
                    tail = Some(checked);
                }
                ast::Stmt::Expr { expr, .. } => {
                    let mut checked = self.check_expr(expr, &Shape::default());
                    self.watch_changes(&mut checked);
                    stmts.push(Stmt::Expr(checked));
                }
                ast::Stmt::Error => {
                    stmts.push(Stmt::Expr(error_expr(block.span)));
                    // What the unreadable statement declared isn't known.
                }
            }
        }
        self.scopes.pop();
        let ty = block_type(&stmts, tail.as_ref(), block.stmts.iter().any(is_error));
        let acts =
            union(stmts.iter().map(Stmt::acts)) | tail.as_ref().map_or(RoleSet::EMPTY, |t| t.acts);
        let jumps = stmts.iter().any(Stmt::jumps) || tail.as_ref().is_some_and(|tail| tail.jumps);
        let mut checked = Block { stmts, tail, ty, acts, jumps, span: block.span };
        self.forget_members(before.0, &mut checked);
        self.leave_members(before);
        checked
    }
}

fn is_error(stmt: &ast::Stmt) -> bool {
    matches!(stmt, ast::Stmt::Error)
}

fn block_type(stmts: &[Stmt], tail: Option<&Expr>, unreadable: bool) -> Type {
    match tail {
        _ if unreadable => Type::Error,
        Some(tail) => tail.ty.clone(),
        None if stmts.iter().any(Stmt::ends) => Type::Never,
        None => Type::unit(),
    }
}

pub(super) fn union(sets: impl Iterator<Item = RoleSet>) -> RoleSet {
    sets.fold(RoleSet::EMPTY, |all, set| all | set)
}

impl Stmt {
    fn acts(&self) -> RoleSet {
        match self {
            Self::Let(binding) => {
                let init = binding.init.as_ref().map_or(RoleSet::EMPTY, |init| init.acts);
                // A refutable binding is a branch.
                binding.otherwise.as_ref().map_or(init, |block| init | block.acts)
            }
            Self::Member { .. } | Self::Item(_) => RoleSet::EMPTY,
            Self::Expr(expr) => expr.acts,
        }
    }

    fn jumps(&self) -> bool {
        match self {
            Self::Let(binding) => {
                binding.init.as_ref().is_some_and(|init| init.jumps)
                    || binding.otherwise.as_ref().is_some_and(|block| block.jumps)
            }
            Self::Member { .. } | Self::Item(_) => false,
            Self::Expr(expr) => expr.jumps,
        }
    }

    fn ends(&self) -> bool {
        match self {
            Self::Let(binding) => {
                matches!(&binding.init, Some(Expr { ty: Type::Never, .. }))
            }
            Self::Member { .. } | Self::Item(_) => false,
            Self::Expr(expr) => matches!(expr.ty, Type::Never),
        }
    }
}

/// A guard as the user wrote it, in one line.
pub(super) fn describe(expr: &ast::Expr) -> String {
    match expr {
        ast::Expr::Rust(code) => rust::text(code),
        ast::Expr::Local { at, code } => format!("{}: {}", place(at), rust::text(code)),
        ast::Expr::Comm(comm) => {
            let arrow = if comm.arrow == ast::Arrow::Copy { "=>" } else { "->" };
            format!(
                "{} {arrow} {}: {}",
                place(&comm.from),
                place(&comm.to),
                rust::text(&comm.payload)
            )
        }
        ast::Expr::Call(call) => {
            let roles = call.roles.as_ref().map(|roles| {
                let names: Vec<String> = roles.args.iter().map(role_arg).collect();
                format!("[{}]", names.join(", "))
            });
            format!("{}{}(..)", rust::text(&call.path), roles.unwrap_or_default())
        }
        ast::Expr::Paren(inner) => format!("({})", describe(inner)),
        ast::Expr::Not { expr, .. } => format!("!{}", describe(expr)),
        ast::Expr::Logic { and, left, right, .. } => {
            let operator = if *and { "&&" } else { "||" };
            format!("{} {operator} {}", describe(left), describe(right))
        }
        ast::Expr::Agree { .. } => "agree!(..)".to_owned(),
        ast::Expr::If(_) => "if ..".to_owned(),
        ast::Expr::Match(_) => "match ..".to_owned(),
        ast::Expr::Block { .. } => "{ .. }".to_owned(),
        ast::Expr::Tuple { .. } => "(..)".to_owned(),
        ast::Expr::Each(node) => {
            format!("each {} in {} {{ .. }}", node.member, place(&node.family))
        }
        ast::Expr::Par(_) => "par { .. }".to_owned(),
        ast::Expr::ForMember(_)
        | ast::Expr::Instance(_)
        | ast::Expr::Anonymous(_)
        | ast::Expr::Assign(_)
        | ast::Expr::While(_)
        | ast::Expr::For(_)
        | ast::Expr::Loop(_)
        | ast::Expr::Return { .. }
        | ast::Expr::Break { .. }
        | ast::Expr::Continue { .. }
        | ast::Expr::Error => "..".to_owned(),
    }
}

fn place(location: &ast::Location) -> String {
    let names: Vec<String> = location.roles.iter().map(ToString::to_string).collect();
    if names.len() == 1 { names[0].clone() } else { format!("[{}]", names.join(", ")) }
}

fn role_arg(arg: &ast::RoleArg) -> String {
    match arg {
        ast::RoleArg::One(role) => role.to_string(),
        ast::RoleArg::List(list) => {
            let names: Vec<String> = list.roles.iter().map(ToString::to_string).collect();
            format!("[{}]", names.join(", "))
        }
    }
}
