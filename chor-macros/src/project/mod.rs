//! One role's share of a checked choreography.
//!
//! Total: what this role has no part in is `Nothing`. A value is made only where it is wanted;
//! what acts is run in any case.

mod comm;
mod control;
mod me;
mod members;
mod rest;
mod uses;
mod values;

use control::label_name;
use me::Me;

use crate::ir::{
    Block, Code, Expr, FamilySize, Global, Kind, Let, Local, LocalBlock, LocalLink, LocalPattern,
    LocalStmt, Pattern, RoleId, RoleSet, Stmt, Type, Var,
};

/// The share of `role`; its tail is the role's result.
pub fn project_body(global: &Global, role: RoleId) -> LocalBlock {
    let mut projector = Projector {
        me: Me::new(role),
        families: &global.families,
        vars: &global.vars,
        result: global.result.clone(),
        exits: vec![],
    };
    let own = global.body.ty.clone();
    // Without a written result every role has `()`, and rustc checks the tail against it.
    let is_unit = global.result.holders() == Type::Never.holders();
    let want = if is_unit { own } else { global.result.clone() };
    projector.project_block(&global.body, &want)
}

/// The patterns of the parameters that `role` holds, each with its position.
pub fn project_params(global: &Global, role: RoleId) -> Vec<(usize, LocalPattern)> {
    let share = |pattern| project_pattern(pattern, &|set| set.contains(role));
    global.params.iter().map(share).enumerate().filter_map(|(i, p)| Some((i, p?))).collect()
}

struct Projector<'a> {
    me: Me,
    families: &'a [Option<FamilySize>],
    vars: &'a [Var],
    result: Type,
    /// The label and the wanted value of each loop and labelled block around.
    exits: Vec<(Option<String>, bool, Type)>,
}

fn nobody() -> Type {
    Type::At { ty: None, at: RoleSet::EMPTY }
}
const NOBODY: Type = Type::At { ty: None, at: RoleSet::EMPTY };

impl Projector<'_> {
    fn wants(&self, want: &Type) -> bool {
        self.has(want.holders())
    }

    /// It is one of these roles.
    fn has(&self, set: RoleSet) -> bool {
        self.me.is_in(set)
    }

    fn project_block(&mut self, block: &Block, want: &Type) -> LocalBlock {
        let rest = self.project_rest(&block.stmts, block.tail.as_ref(), want);
        LocalBlock { span: Some(block.span), ..rest }
    }

    fn project_stmt(&mut self, stmt: &Stmt) -> Option<LocalStmt> {
        match stmt {
            Stmt::Let(binding) => self.project_let(binding),
            // It begins the rest of a block.
            Stmt::Member { .. } => None,
            Stmt::Item(item) => Some(LocalStmt::Item(item.clone())),
            Stmt::Expr(expr) => match self.project_expr(expr, &nobody()) {
                Local::Nothing => None,
                local => Some(LocalStmt::Expr(local)),
            },
        }
    }

    fn project_let(&mut self, binding: &Let) -> Option<LocalStmt> {
        let Some(pattern) = self.project_pattern(&binding.pattern) else {
            let init = self.project_expr(binding.init.as_ref()?, &nobody());
            return (!matches!(init, Local::Nothing)).then_some(LocalStmt::Expr(init));
        };
        let want = self.want_of(&binding.pattern);
        Some(LocalStmt::Let {
            attrs: binding.attrs.clone(),
            pattern,
            init: binding.init.as_ref().map(|init| self.project_expr(init, &want)),
            otherwise: binding.otherwise.as_ref().map(|block| self.project_block(block, &nobody())),
            site: binding.site,
        })
    }

    fn project_pattern(&self, pattern: &Pattern) -> Option<LocalPattern> {
        project_pattern(pattern, &|set| self.has(set))
    }

    /// What a pattern takes: its own elements, or the whole of a tuple that one name is bound to.
    fn want_of(&self, pattern: &Pattern) -> Type {
        match pattern {
            Pattern::One { at, vars, .. } => match vars.as_slice() {
                [var] if matches!(self.vars[var.0].ty, Type::Tuple(_) | Type::Chor(_)) => {
                    self.vars[var.0].ty.clone()
                }
                _ => Type::At { ty: None, at: *at },
            },
            Pattern::Tuple(elems) => {
                Type::Tuple(elems.iter().map(|elem| self.want_of(elem)).collect())
            }
        }
    }

    fn project_expr(&mut self, expr: &Expr, want: &Type) -> Local {
        if !self.has(expr.acts) && !expr.jumps && !self.wants(want) {
            return Local::Nothing;
        }
        match &expr.kind {
            Kind::Code(code) => self.project_code(code, &expr.ty, want),
            Kind::Comm(comm) => self.project_comm(comm, want),
            Kind::Call(call) => self.project_call(call, &expr.ty, want),
            Kind::Apply { value, args } => self.project_apply(value, args, &expr.ty, want),
            Kind::Instance(node) => self.project_instance(node, want),
            Kind::Anonymous(node) => self.project_anonymous(node, want),
            Kind::Tuple(elems) => self.project_tuple(elems, want),
            Kind::Agree { parts, site, verified } => self.project_agree(parts, *site, *verified),
            Kind::Not(inner) => match self.project_expr(inner, want) {
                inner if self.wants(want) => Local::Not(Box::new(inner)),
                inner => inner,
            },
            Kind::Logic { and, left, right } => self.project_logic(*and, left, right, want),
            Kind::Assign { target, operator, value } => {
                self.project_assign(target, operator, value)
            }
            Kind::If(node) => self.project_if(node, want),
            Kind::Match(node) => self.project_match(node, want),
            Kind::Loop(node) => self.project_loop(node, want),
            Kind::ForMember(node) => self.project_for_member(node),
            Kind::Each(node) => self.project_each(node, want),
            Kind::Par { place, branches } => self.project_par(*place, expr.span, branches, want),
            Kind::Block { label, block } => {
                self.exits.push((label_name(label.as_ref()), false, want.clone()));
                let block = self.project_block(block, want);
                self.exits.pop();
                if label.is_none() && block.is_empty() {
                    return Local::Nothing;
                }
                Local::Block { label: label.clone(), block }
            }
            Kind::Return(value) => {
                let result = self.result.clone();
                self.project_jump(value.as_deref(), &result, Local::Return)
            }
            Kind::Break { label, value } => {
                let want = self.exit_want(label.as_ref());
                let label = label.clone();
                self.project_jump(value.as_deref(), &want, |value| Local::Break {
                    label,
                    value,
                    span: expr.span,
                })
            }
            Kind::Continue { label } => Local::Continue { label: label.clone(), span: expr.span },
            Kind::Error => Local::Nothing,
        }
    }

    fn project_code(&self, code: &Code, ty: &Type, want: &Type) -> Local {
        if !self.has(code.at) {
            return Local::Nothing;
        }
        self.take(Local::Code(code.clone()), ty, want)
    }

    /// Leaves out the elements of a tuple that aren't wanted.
    fn take(&self, value: Local, ty: &Type, want: &Type) -> Local {
        let (Type::Tuple(elems), Type::Tuple(wants)) = (ty, want) else { return value };
        let wanted: Vec<bool> = elems
            .iter()
            .zip(wants)
            .filter(|(elem, _)| self.has(elem.holders()))
            .map(|(_, want)| self.wants(want))
            .collect();
        if wanted.iter().all(|wanted| *wanted) || wanted.len() < 2 {
            return value;
        }
        Local::Take { value: Box::new(value), wanted }
    }
}

fn project_pattern(pattern: &Pattern, has: &impl Fn(RoleSet) -> bool) -> Option<LocalPattern> {
    match pattern {
        Pattern::One { pat, ty, at, vars } => has(*at).then(|| LocalPattern::One {
            pat: pat.clone(),
            ty: ty.clone(),
            vars: vars.clone(),
        }),
        Pattern::Tuple(elems) => {
            let mut elems: Vec<LocalPattern> =
                elems.iter().filter_map(|elem| project_pattern(elem, has)).collect();
            match elems.len() {
                0 => None,
                1 => Some(elems.swap_remove(0)),
                _ => Some(LocalPattern::Tuple(elems)),
            }
        }
    }
}

impl Local {
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Block { label: _, block } => block.is_empty(),
            _ => false,
        }
    }
}

impl LocalLink {
    fn is_pure(&self) -> bool {
        match self {
            Self::Let { value, .. } | Self::Bool(value) => match value {
                Local::Code(code) => code.pure,
                _ => false,
            },
        }
    }
}

impl LocalBlock {
    pub fn is_empty(&self) -> bool {
        self.tail.is_none() && self.stmts.iter().all(|stmt| matches!(stmt, LocalStmt::Item(_)))
    }

    /// Makes the tail a statement: nobody wants its value.
    fn end_without_value(&mut self) {
        if let Some(tail) = self.tail.take() {
            self.stmts.push(unwanted(*tail));
        }
    }
}

/// A value that nobody wants, as a statement. Code's is bound to `_`: the user did mean a value
/// here, if another role's, and isn't to be told that it goes unused.
fn unwanted(local: Local) -> LocalStmt {
    match local {
        Local::Code(_) => LocalStmt::Let {
            attrs: Vec::new(),
            pattern: LocalPattern::One { pat: syn::parse_quote!(_), ty: None, vars: Vec::new() },
            init: Some(local),
            otherwise: None,
            site: None,
        },
        other => LocalStmt::Expr(other),
    }
}

/// A branch whose value nobody wants.
fn without_value(local: Local) -> Local {
    match local {
        Local::Nothing | Local::Block { .. } => local,
        other => {
            let block = LocalBlock { stmts: vec![unwanted(other)], tail: None, span: None };
            Local::Block { label: None, block }
        }
    }
}
