//! Calls, choreographies as values, tuples, and what is made of values.

use super::{NOBODY, Projector, nobody};
use crate::ir::{
    Actor, Anonymous, Arg, Call, Code, Coinciding, Expr, Input, Instance, Local, LocalAnonymous,
    LocalBlock, LocalCall, LocalInstance, LocalStmt, Type,
};

impl Projector<'_> {
    pub(super) fn project_call(&mut self, call: &Call, ty: &Type, want: &Type) -> Local {
        let role = self.played(&call.roles);
        let args = self.project_args(&call.args, role.is_some());
        let Some(role) = role else { return run_only(args) };
        let value = Local::Call(LocalCall {
            callee: call.callee,
            path: call.path.clone(),
            role,
            roles: call.roles.clone(),
            args,
            generics: call.generics.clone(),
            coincides: self.coinciding(&call.roles, ty, want),
            span: call.span,
        });
        self.take(value, ty, want)
    }

    /// Which of the roles that these play is this participant's.
    fn played(&self, actors: &[Actor]) -> Option<usize> {
        actors.iter().position(|actor| self.is_one_of(actor.roles()))
    }

    fn coinciding(&self, actors: &[Actor], ty: &Type, want: &Type) -> Option<Coinciding> {
        let mine = |actor: &&Actor| self.is_one_of(actor.roles());
        if actors.iter().filter(mine).count() < 2 {
            return None;
        }
        let unit = || Some(syn::parse_quote!(()));
        let ty = if self.wants(want) { self.written(ty) } else { unit() };
        Some(Coinciding { ty })
    }

    pub(super) fn project_apply(
        &mut self,
        value: &Code,
        params: &[(Expr, Type)],
        ty: &Type,
        want: &Type,
    ) -> Local {
        let takes_part = self.has(value.at);
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

    pub(super) fn project_instance(&mut self, node: &Instance, want: &Type) -> Local {
        let Type::Chor(want) = want else { return Local::Nothing };
        let takes = |ty: &Type| self.wants(ty);
        let inputs = want
            .inputs
            .iter()
            .zip(&node.ty.inputs)
            .filter(|(given, _)| takes(given))
            .map(|(given, own)| Input {
                ty: self.written(given),
                pattern: None,
                passed: takes(own),
            })
            .collect();
        let call = self.played(&node.roles).map(|role| LocalCall {
            callee: node.callee,
            path: node.path.clone(),
            role,
            roles: node.roles.clone(),
            args: Vec::new(),
            generics: node.generics.clone(),
            coincides: self.coinciding(&node.roles, &node.ty.output, &want.output),
            span: node.span,
        });
        let returns = want.returns && takes(&want.output);
        Local::Instance(LocalInstance { inputs, call, returns })
    }

    pub(super) fn project_anonymous(&mut self, node: &Anonymous, want: &Type) -> Local {
        let Type::Chor(want) = want else { return Local::Nothing };
        let takes = |ty: &Type| self.wants(ty);
        let inputs = want
            .inputs
            .iter()
            .zip(&node.params)
            .filter(|(given, _)| takes(given))
            .map(|(given, own)| Input {
                ty: self.written(given),
                pattern: self.project_pattern(own),
                passed: true,
            })
            .collect();
        let returns = want.returns && takes(&want.output);
        let result = if want.returns { &want.output } else { &NOBODY };
        let outer =
            (std::mem::replace(&mut self.result, result.clone()), std::mem::take(&mut self.exits));
        let want = if returns { &want.output } else { &NOBODY };
        let body = self.enclosed(|inside| inside.project_expr(&node.body, want));
        (self.result, self.exits) = outer;
        let (by_value, first_var) = (node.by_value, node.first_var);
        Local::Anonymous(Box::new(LocalAnonymous { inputs, body, returns, by_value, first_var }))
    }

    pub(super) fn project_tuple(&mut self, elems: &[Expr], want: &Type) -> Local {
        let mut args = Vec::new();
        for (index, elem) in elems.iter().enumerate() {
            let want = match want {
                Type::Tuple(wants) => wants.get(index).cloned().unwrap_or_else(nobody),
                other => other.clone(),
            };
            let passed = self.wants(&want) && self.has(elem.ty.holders());
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

    pub(super) fn project_agree(
        &self,
        parts: &[Code],
        site: Option<usize>,
        verified: Option<usize>,
    ) -> Local {
        let own = parts.iter().find(|part| self.has(part.at));
        let Some(own) = own else { return Local::Nothing };
        Local::Agree { value: Box::new(Local::Code(own.clone())), site, verified }
    }

    pub(super) fn project_logic(
        &mut self,
        and: bool,
        left: &Expr,
        right: &Expr,
        want: &Type,
    ) -> Local {
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

    pub(super) fn project_assign(
        &mut self,
        target: &Code,
        operator: &proc_macro2::TokenStream,
        value: &Expr,
    ) -> Local {
        let want = Type::At { ty: None, at: target.at };
        let value_local = self.project_expr(value, &want);
        if !self.has(target.at) {
            return value_local;
        }
        Local::Assign {
            target: target.clone(),
            operator: operator.clone(),
            value: Box::new(value_local),
        }
    }
}

/// Arguments of a call in which the role takes no part.
fn run_only(args: Vec<Arg>) -> Local {
    let stmts: Vec<_> = args.into_iter().map(|arg| LocalStmt::Expr(arg.value)).collect();
    if stmts.is_empty() {
        return Local::Nothing;
    }
    Local::Block { label: None, block: LocalBlock { stmts, tail: None, span: None } }
}

impl Projector<'_> {
    /// Its share of a type, if all of it is written.
    fn written(&self, ty: &Type) -> Option<syn::Type> {
        if self.is_written(ty) { crate::layout::share_of(ty, self.me.sure) } else { None }
    }

    fn is_written(&self, ty: &Type) -> bool {
        match ty {
            Type::At { ty, at } | Type::Each { ty, of: at } => !self.has(*at) || ty.is_some(),
            Type::Tuple(elems) => elems.iter().all(|elem| self.is_written(elem)),
            Type::Chor(_) | Type::Never | Type::Error => false,
        }
    }
}
