//! One role's share of a checked choreography.
//!
//! Total: what this role has no part in is `Nothing`. A value is made only where it is wanted;
//! what acts is run in any case.

use crate::ir::{
    Anonymous, Arg, Block, Call, Code, Comm, Expr, Global, Head, If, Input, Instance, Kind, Let,
    Link, Local, LocalAnonymous, LocalArm, LocalBlock, LocalCall, LocalHead, LocalInstance,
    LocalLink, LocalPattern, LocalStmt, Loop, Match, Pattern, RoleId, RoleSet, Send, Stmt, Type,
    Var,
};

/// The share of `role`; its tail is the role's result.
pub fn project_body(global: &Global, role: RoleId) -> LocalBlock {
    let mut projector =
        Projector { role, vars: &global.vars, result: &global.result, exits: vec![] };
    let own = global.body.ty.clone();
    // Without a written result every role has `()`, and rustc checks the tail against it.
    let is_unit = global.result.holders() == Type::Never.holders();
    let want = if is_unit { own } else { global.result.clone() };
    projector.project_block(&global.body, &want)
}

/// The patterns of the parameters that `role` holds, each with its position.
pub fn project_params(global: &Global, role: RoleId) -> Vec<(usize, LocalPattern)> {
    let share = |pattern| project_pattern(pattern, role);
    global.params.iter().map(share).enumerate().filter_map(|(i, p)| Some((i, p?))).collect()
}

struct Projector<'a> {
    role: RoleId,
    vars: &'a [Var],
    result: &'a Type,
    /// The label and the wanted value of each loop and labelled block around.
    exits: Vec<(Option<String>, bool, Type)>,
}

fn nobody() -> Type {
    Type::At { ty: None, at: RoleSet::EMPTY }
}

impl Projector<'_> {
    fn wants(&self, want: &Type) -> bool {
        want.holders().contains(self.role)
    }

    fn project_block(&mut self, block: &Block, want: &Type) -> LocalBlock {
        let stmts = block.stmts.iter().filter_map(|stmt| self.project_stmt(stmt)).collect();
        let tail = block.tail.as_ref().map(|tail| self.project_expr(tail, want));
        let tail = tail.filter(|tail| !matches!(tail, Local::Nothing)).map(Box::new);
        let mut block = LocalBlock { stmts, tail, span: Some(block.span) };
        if !self.wants(want) {
            block.end_without_value();
        }
        block
    }

    fn project_stmt(&mut self, stmt: &Stmt) -> Option<LocalStmt> {
        match stmt {
            Stmt::Let(binding) => self.project_let(binding),
            Stmt::Item(item) => Some(LocalStmt::Item(item.clone())),
            Stmt::Expr(expr) => match self.project_expr(expr, &nobody()) {
                Local::Nothing => None,
                local => Some(LocalStmt::Expr(local)),
            },
        }
    }

    fn project_let(&mut self, binding: &Let) -> Option<LocalStmt> {
        let Some(pattern) = project_pattern(&binding.pattern, self.role) else {
            let init = self.project_expr(binding.init.as_ref()?, &nobody());
            return (!matches!(init, Local::Nothing)).then_some(LocalStmt::Expr(init));
        };
        let want = self.want_of(&binding.pattern);
        Some(LocalStmt::Let {
            attrs: binding.attrs.clone(),
            pattern,
            init: binding.init.as_ref().map(|init| self.project_expr(init, &want)),
            otherwise: binding.otherwise.as_ref().map(|block| self.project_block(block, &nobody())),
        })
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
        if !expr.acts.contains(self.role) && !expr.jumps && !self.wants(want) {
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
        if !code.at.contains(self.role) {
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
            .filter(|(elem, _)| elem.holders().contains(self.role))
            .map(|(_, want)| self.wants(want))
            .collect();
        if wanted.iter().all(|wanted| *wanted) || wanted.len() < 2 {
            return value;
        }
        Local::Take { value: Box::new(value), wanted }
    }

    fn project_comm(&self, comm: &Comm, want: &Type) -> Local {
        if comm.to.contains(&self.role) {
            let (from, step, ty) = (comm.from, comm.step, comm.ty.clone());
            return Local::Recv { from, step, ty, span: comm.payload.span };
        }
        let keep = comm.keep.contains(self.role) && self.wants(want);
        if comm.from == self.role {
            return Local::Send(Send {
                to: comm.to.clone(),
                step: comm.step,
                ty: comm.ty.clone(),
                payload: comm.payload.clone(),
                by: comm.by,
                copies: !comm.keep.is_empty(),
                keep,
            });
        }
        // Another role of the agreement that was copied: it has its own.
        if keep { Local::Code(comm.payload.clone()) } else { Local::Nothing }
    }

    fn project_call(&mut self, call: &Call, ty: &Type, want: &Type) -> Local {
        let role = call.roles.iter().position(|role| *role == self.role);
        let args = self.project_args(&call.args, role.is_some());
        let Some(role) = role else { return run_only(args) };
        let value = Local::Call(LocalCall {
            callee: call.callee,
            path: call.path.clone(),
            role,
            roles: call.roles.clone(),
            args,
            generics: call.generics.clone(),
            span: call.span,
        });
        self.take(value, ty, want)
    }

    fn project_apply(
        &mut self,
        value: &Code,
        params: &[(Expr, Type)],
        ty: &Type,
        want: &Type,
    ) -> Local {
        let takes_part = value.at.contains(self.role);
        let args = self.project_args(params, takes_part);
        if takes_part {
            let value = value.clone();
            return self.take(Local::Apply { value, args }, ty, want);
        }
        run_only(args)
    }

    fn project_args(&mut self, params: &[(Expr, Type)], takes_part: bool) -> Vec<Arg> {
        let mut args = Vec::new();
        for (arg, param) in params {
            let passed = takes_part && self.wants(param);
            let value = self.project_expr(arg, if passed { param } else { &NOBODY });
            if passed || !matches!(value, Local::Nothing) {
                args.push(Arg { value, passed });
            }
        }
        args
    }

    fn project_instance(&mut self, node: &Instance, want: &Type) -> Local {
        let Type::Chor(want) = want else { return Local::Nothing };
        let takes = |ty: &Type| ty.holders().contains(self.role);
        let inputs = want
            .inputs
            .iter()
            .zip(&node.ty.inputs)
            .filter(|(given, _)| takes(given))
            .map(|(given, own)| Input {
                ty: written(given, self.role),
                pattern: None,
                passed: takes(own),
            })
            .collect();
        let call = node.roles.iter().position(|role| *role == self.role).map(|role| LocalCall {
            callee: node.callee,
            path: node.path.clone(),
            role,
            roles: node.roles.clone(),
            args: Vec::new(),
            generics: node.generics.clone(),
            span: node.span,
        });
        let returns = want.returns && takes(&want.output);
        Local::Instance(LocalInstance { inputs, call, returns })
    }

    fn project_anonymous(&mut self, node: &Anonymous, want: &Type) -> Local {
        let Type::Chor(want) = want else { return Local::Nothing };
        let takes = |ty: &Type| ty.holders().contains(self.role);
        let inputs = want
            .inputs
            .iter()
            .zip(&node.params)
            .filter(|(given, _)| takes(given))
            .map(|(given, own)| Input {
                ty: written(given, self.role),
                pattern: project_pattern(own, self.role),
                passed: true,
            })
            .collect();
        let returns = want.returns && takes(&want.output);
        let mut inside = Projector {
            role: self.role,
            vars: self.vars,
            result: if want.returns { &want.output } else { &NOBODY },
            exits: Vec::new(),
        };
        let body = inside.project_expr(&node.body, if returns { &want.output } else { &NOBODY });
        let (by_value, first_var) = (node.by_value, node.first_var);
        Local::Anonymous(Box::new(LocalAnonymous { inputs, body, returns, by_value, first_var }))
    }

    fn project_tuple(&mut self, elems: &[Expr], want: &Type) -> Local {
        let mut args = Vec::new();
        for (index, elem) in elems.iter().enumerate() {
            let want = match want {
                Type::Tuple(wants) => wants.get(index).cloned().unwrap_or_else(nobody),
                other => other.clone(),
            };
            let passed = self.wants(&want) && elem.ty.holders().contains(self.role);
            let value = self.project_expr(elem, if passed { &want } else { &NOBODY });
            if passed || !matches!(value, Local::Nothing) {
                args.push(Arg { value, passed });
            }
        }
        match args.len() {
            0 => Local::Nothing,
            1 => args.swap_remove(0).value,
            _ => Local::Tuple(args),
        }
    }

    fn project_agree(&self, parts: &[Code], site: Option<usize>, verified: Option<usize>) -> Local {
        let own = parts.iter().find(|part| part.at.contains(self.role));
        let Some(own) = own else { return Local::Nothing };
        Local::Agree { value: Box::new(Local::Code(own.clone())), site, verified }
    }

    fn project_logic(&mut self, and: bool, left: &Expr, right: &Expr, want: &Type) -> Local {
        let known = Type::At { ty: None, at: left.ty.holders() };
        if self.wants(want) {
            let left = Box::new(self.project_expr(left, &known));
            let right = Box::new(self.project_expr(right, want));
            return Local::Logic { and, left, right };
        }
        match self.project_expr(right, &NOBODY) {
            Local::Nothing => self.project_expr(left, &NOBODY),
            right => {
                let left = Box::new(self.project_expr(left, &known));
                Local::When { and, left, right: Box::new(right) }
            }
        }
    }

    fn project_assign(
        &mut self,
        target: &Code,
        operator: &proc_macro2::TokenStream,
        value: &Expr,
    ) -> Local {
        let want = Type::At { ty: None, at: target.at };
        let value_local = self.project_expr(value, &want);
        if !target.at.contains(self.role) {
            return value_local;
        }
        Local::Assign {
            target: target.clone(),
            operator: operator.clone(),
            value: Box::new(value_local),
        }
    }

    fn project_if(&mut self, node: &If, want: &Type) -> Local {
        let (mut guard, rest) = self.project_guard(&node.guard);
        if let Some(rest) = rest {
            return surround(guard, rest);
        }
        let then = self.project_block(&node.then, want);
        let otherwise = node.otherwise.as_ref().map(|expr| self.project_branch(expr, want));
        let otherwise = otherwise.filter(|local| !local.is_empty());
        if then.is_empty() && otherwise.is_none() && !self.wants(want) {
            if let [LocalLink::Bool(_)] = guard.as_slice() {
                return self.project_expr(node.guard[0].value(), &NOBODY);
            }
            if guard.iter().all(LocalLink::is_pure) {
                return Local::Nothing;
            }
        }
        guard.shrink_to_fit();
        Local::If { site: node.site, guard, then, otherwise: otherwise.map(Box::new) }
    }

    fn project_branch(&mut self, expr: &Expr, want: &Type) -> Local {
        let local = self.project_expr(expr, want);
        if self.wants(want) { local } else { without_value(local) }
    }

    /// The links that this role knows; where that ends, what it does for the first link that it
    /// doesn't know.
    fn project_guard(&mut self, links: &[Link]) -> (Vec<LocalLink>, Option<Local>) {
        let mut known = Type::Never.holders();
        let mut locals = Vec::new();
        for link in links {
            known = known & link.value().ty.holders();
            if !known.contains(self.role) {
                return (locals, Some(self.project_expr(link.value(), &NOBODY)));
            }
            let want = Type::At { ty: None, at: known };
            let value = self.project_expr(link.value(), &want);
            locals.push(match link {
                Link::Bool(_) => LocalLink::Bool(value),
                Link::Let { pattern, .. } => match project_pattern(pattern, self.role) {
                    Some(pattern) => LocalLink::Let { pattern, value },
                    None => LocalLink::Bool(value),
                },
            });
        }
        (locals, None)
    }

    fn project_match(&mut self, node: &Match, want: &Type) -> Local {
        if !node.at.contains(self.role) {
            return self.project_expr(&node.scrutinee, &NOBODY);
        }
        let at = Type::At { ty: None, at: node.at };
        let arms: Vec<LocalArm> = node
            .arms
            .iter()
            .filter_map(|arm| {
                Some(LocalArm {
                    attrs: arm.attrs.clone(),
                    pattern: project_pattern(&arm.pattern, self.role)?,
                    guard: arm.guard.clone(),
                    body: self.project_branch(&arm.body, want),
                })
            })
            .collect();
        let idle = arms
            .iter()
            .all(|arm| arm.body.is_empty() && arm.guard.as_ref().is_none_or(|guard| guard.pure));
        if idle && !self.wants(want) {
            return self.project_expr(&node.scrutinee, &NOBODY);
        }
        let scrutinee = Box::new(self.project_expr(&node.scrutinee, &at));
        Local::Match { site: node.site, scrutinee, arms }
    }

    fn project_loop(&mut self, node: &Loop, want: &Type) -> Local {
        if !node.roles.contains(self.role) {
            return match &node.head {
                Head::For { iter, .. } => self.project_expr(iter, &NOBODY),
                Head::Loop | Head::While(_) => Local::Nothing,
            };
        }
        let at = Type::At { ty: None, at: node.roles };
        let head = match &node.head {
            Head::Loop => LocalHead::Loop,
            Head::While(links) => LocalHead::While(self.project_guard(links).0),
            Head::For { pattern, iter } => match project_pattern(pattern, self.role) {
                Some(pattern) => {
                    LocalHead::For { pattern, iter: Box::new(self.project_expr(iter, &at)) }
                }
                None => LocalHead::Loop,
            },
        };
        self.exits.push((label_name(node.label.as_ref()), true, want.clone()));
        let body = self.project_block(&node.body, &nobody());
        self.exits.pop();
        Local::Loop { label: node.label.clone(), site: node.site, head, body }
    }

    /// `return` or `break`: with the value where it is wanted, else after what makes it.
    fn project_jump(
        &mut self,
        value: Option<&Expr>,
        want: &Type,
        jump: impl FnOnce(Option<Box<Local>>) -> Local,
    ) -> Local {
        let Some(value) = value else { return jump(None) };
        let wanted = self.wants(want);
        match self.project_expr(value, want) {
            local if wanted => jump(Some(Box::new(local))),
            Local::Nothing => jump(None),
            local => {
                let stmts = vec![LocalStmt::Expr(local), LocalStmt::Expr(jump(None))];
                let block = LocalBlock { stmts, tail: None, span: None };
                Local::Block { label: None, block }
            }
        }
    }

    fn exit_want(&self, label: Option<&syn::Lifetime>) -> Type {
        let name = label.map(|label| label.ident.to_string());
        let found = self.exits.iter().rev().find(|(own, is_loop, _)| match &name {
            Some(_) => *own == name,
            None => *is_loop,
        });
        found.map_or_else(nobody, |(_, _, want)| want.clone())
    }
}

const NOBODY: Type = Type::At { ty: None, at: RoleSet::EMPTY };

/// Arguments of a call in which the role takes no part.
fn run_only(args: Vec<Arg>) -> Local {
    let stmts: Vec<_> = args.into_iter().map(|arg| LocalStmt::Expr(arg.value)).collect();
    if stmts.is_empty() {
        return Local::Nothing;
    }
    Local::Block { label: None, block: LocalBlock { stmts, tail: None, span: None } }
}

/// A role's share of a type, if all of it is written.
fn written(ty: &Type, role: RoleId) -> Option<syn::Type> {
    fn whole(ty: &Type, role: RoleId) -> bool {
        match ty {
            Type::At { ty, at } => ty.is_some() || !at.contains(role),
            Type::Tuple(elems) => elems.iter().all(|elem| whole(elem, role)),
            Type::Chor(_) | Type::Never | Type::Error => false,
        }
    }
    if whole(ty, role) { crate::layout::share(ty, role) } else { None }
}

fn label_name(label: Option<&syn::Label>) -> Option<String> {
    label.map(|label| label.name.ident.to_string())
}

/// `if links { inner }`, or just `inner` without links.
fn surround(guard: Vec<LocalLink>, inner: Local) -> Local {
    if guard.is_empty() {
        return inner;
    }
    let stmts = if inner.is_empty() { vec![] } else { vec![LocalStmt::Expr(inner)] };
    if stmts.is_empty() && guard.iter().all(LocalLink::is_pure) {
        return Local::Nothing;
    }
    let then = LocalBlock { stmts, tail: None, span: None };
    Local::If { site: None, guard, then, otherwise: None }
}

fn project_pattern(pattern: &Pattern, role: RoleId) -> Option<LocalPattern> {
    match pattern {
        Pattern::One { pat, ty, at, vars } => at.contains(role).then(|| LocalPattern::One {
            pat: pat.clone(),
            ty: ty.clone(),
            vars: vars.clone(),
        }),
        Pattern::Tuple(elems) => {
            let mut elems: Vec<LocalPattern> =
                elems.iter().filter_map(|elem| project_pattern(elem, role)).collect();
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
