//! Rust code in a choreography: what it mentions, and which roles run it.

use super::{Checker, Shape};
use crate::ast;
use crate::ir::{Code, Expr, Kind, RoleSet, Type, VarId};
use crate::rust::{self, Facts};
use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;

impl Checker<'_> {
    /// `A: e`, `[A, B]: e`
    pub(super) fn check_local(&mut self, at: &ast::Location, code: &syn::Expr) -> Expr {
        let Some(roles) = self.acting(at) else { return error_expr(code.span()) };
        let at = self.close(roles.into_iter().collect());
        if self.refuse_bare_call(code) {
            return error_expr(code.span());
        }
        let facts = rust::examine(code);
        let ty = self.value_type(&facts, code, at);
        let code = self.code(code.clone(), &facts, at);
        Expr { ty, acts: at, jumps: false, span: code.span, kind: Kind::Code(code) }
    }

    /// `auth(x)` for a choreography `auth` of the block.
    fn refuse_bare_call(&mut self, code: &syn::Expr) -> bool {
        let syn::Expr::Call(call) = code else { return false };
        let syn::Expr::Path(callee) = &*call.func else { return false };
        let hidden = callee.path.get_ident().is_some_and(|name| self.lookup(name).is_some());
        let found = !hidden && self.find_callee(&callee.path).is_some();
        if found {
            self.refuse_bare(&callee.path);
        }
        found
    }

    /// Plain Rust, which finds its place.
    pub(super) fn check_rust(&mut self, code: &syn::Expr, shape: &Shape) -> Expr {
        let facts = rust::examine(code);
        let span = code.span();
        if self.mentions_error(&facts) {
            self.refuse_stray(&facts);
            return error_expr(span);
        }
        if let Some(assign) = self.assigned_apply(code) {
            return self.check_assign(&assign);
        }
        let targets: Vec<VarId> =
            facts.targets.iter().filter_map(|root| self.lookup(root)).collect();
        if !targets.is_empty() {
            return self.check_plain_assign(code, &facts, &targets);
        }
        if let Some(applied) = self.check_rust_apply(code) {
            return applied;
        }
        if self.refuse_bare_call(code) {
            return error_expr(span);
        }
        if let Some(own) = self.check_own(code, &facts, shape) {
            return own;
        }
        let Some(at) = self.place(code, &facts, shape) else {
            self.refuse_stray(&facts);
            return error_expr(span);
        };
        let ty = self.value_type(&facts, code, at);
        let acts = if facts.pure { RoleSet::EMPTY } else { at };
        let code = self.code(code.clone(), &facts, at);
        Expr { ty, acts, jumps: false, span, kind: Kind::Code(code) }
    }

    /// The roles that run plain Rust.
    fn place(&mut self, code: &syn::Expr, facts: &Facts, shape: &Shape) -> Option<RoleSet> {
        let span = code.span();
        let written = shape.at.filter(|_| shape.binding);
        if let Some(at) = written {
            if let Some(role) = (at - self.census).iter().next() {
                self.knows(role, span);
                return None;
            }
            return Some(at);
        }
        let mut located: Vec<(Ident, RoleSet)> = Vec::new();
        let vars: Vec<(Ident, VarId)> = self.located(facts).collect();
        for (name, var) in vars {
            let at = self.place_of(&name, var)?;
            located.push((name, at));
        }
        if located.is_empty() {
            return self.place_constant(facts, shape, span);
        }
        let at = located.iter().fold(self.census, |at, (_, holders)| at & *holders);
        if at.is_empty() {
            self.nowhere(&located, code, span);
            return None;
        }
        Some(at)
    }

    fn place_constant(&mut self, facts: &Facts, shape: &Shape, span: Span) -> Option<RoleSet> {
        if facts.pure {
            return Some(self.census);
        }
        if let Some(at) = shape.at.map(|at| at & self.census).filter(|at| !at.is_empty()) {
            return Some(at);
        }
        let mut places: Vec<String> =
            self.census.iter().take(4).map(|role| format!("`{}: ..`", self.role(role))).collect();
        if self.census.len() > 1 {
            places.push(format!("`{}: ..`", self.location(self.census)));
        }
        let last = places.pop().unwrap_or_default();
        let help = if places.is_empty() {
            format!("write {last}")
        } else {
            format!("write {} or {last}", places.join(", "))
        };
        self.errors.error(span, "this code doesn't say which role runs it", help);
        None
    }

    /// Reports plain Rust that no role of the census can run.
    fn nowhere(&mut self, located: &[(Ident, RoleSet)], code: &syn::Expr, span: Span) {
        let mut named: Vec<String> = Vec::new();
        for (name, at) in located {
            let text = format!("`{name}` is at {}", self.names(*at));
            if !named.contains(&text) {
                named.push(text);
            }
        }
        let outside = located.iter().find(|(_, at)| (*at & self.census).is_empty());
        match outside {
            Some((name, at)) => match at.iter().next() {
                Some(role) => {
                    self.knows(role, name.span());
                }
                None => self.errors.error(
                    name.span(),
                    format_args!("no role has `{name}`"),
                    "let every branch that it comes from end at the same roles",
                ),
            },
            None => {
                let (name, at) = &located[located.len() - 1];
                let holder = at.iter().next().map(|role| self.role(role));
                let other = located.iter().find(|(_, other)| (*other & *at).is_empty());
                let other = other.and_then(|(_, at)| at.iter().next()).map(|role| self.role(role));
                let help = match (holder, other) {
                    _ if matches!(code, syn::Expr::Tuple(_)) => {
                        format!("say whose each part is: `({})`", self.parts(located))
                    }
                    (Some(holder), Some(other)) => {
                        let ty = self.lookup(name).map_or("", |var| self.type_to_write(var));
                        format!(
                            "send one of them first: `let {name}{ty} = {holder} -> {other}: {name};`"
                        )
                    }
                    _ => "send one of them first".to_owned(),
                };
                self.errors.error(
                    span,
                    format_args!("no role can run this code: {}", named.join(", ")),
                    help,
                );
            }
        }
    }

    /// `A: x, B: y`
    fn parts(&self, located: &[(Ident, RoleSet)]) -> String {
        let part = |(name, at): &(Ident, RoleSet)| format!("{}: {name}", self.location(*at));
        located.iter().map(part).collect::<Vec<_>>().join(", ")
    }

    /// Code at known roles: checks what it mentions.
    pub(super) fn code(&mut self, expr: syn::Expr, facts: &Facts, at: RoleSet) -> Code {
        self.refuse_stray(facts);
        let uses: Vec<(Ident, VarId)> = self.located(facts).collect();
        let whole = facts.variable.is_some() || facts.reference.is_some();
        let mut refused = Vec::new();
        for (name, var) in &uses {
            if !refused.contains(var) && !self.reachable(name, *var, at, facts.variable.is_some()) {
                refused.push(*var);
            }
        }
        let mut code = Code {
            span: expr.span(),
            site: self.site_of_assignment(&expr, at),
            expr,
            at,
            uses: uses.iter().map(|(_, var)| *var).collect(),
            mentions: Vec::new(),
            changes: Vec::new(),
            pure: facts.pure,
            apart: facts.opaque_macro,
        };
        for name in &facts.maybe {
            if let Some(var) = self.lookup(name)
                && self.var_at(var).includes(at)
            {
                code.uses.push(var);
            }
        }
        if !whole {
            for (name, var) in uses {
                if code.mentions.iter().all(|(_, other)| *other != var) {
                    code.mentions.push((name, var));
                }
            }
        }
        code
    }

    /// Lets plain code that heads a loop run at just the roles that run the loop.
    pub(super) fn settle(expr: &mut Expr, roles: RoleSet) {
        if let Kind::Code(code) = &mut expr.kind {
            code.at = code.at & roles;
            expr.acts = expr.acts & roles;
        }
    }

    /// Reports a variable that one of the roles doesn't have.
    fn reachable(&mut self, name: &Ident, var: VarId, at: RoleSet, whole: bool) -> bool {
        match &self.vars[var.0].ty {
            Type::Each { of, .. } => {
                let of = *of;
                self.is_own(at, of) || self.refuse_shared_own(name, of)
            }
            Type::At { at: holders, .. } => {
                let holders = self.close(*holders);
                let missing = at - holders;
                if missing.is_empty() {
                    return true;
                }
                let role = missing.iter().next().map(|role| self.role(role));
                let Some(role) = role else { return true };
                let (known, sender) = (self.names(holders), (holders & self.census).iter().next());
                // The same code could give another number each time that it is run.
                let alike = holders.iter().any(|holder| self.role(holder) == role);
                let help = match sender {
                    _ if alike => format!(
                        "each `{role}` is computed anew and may be another member: give it a name, \
                         `let member = {role};`"
                    ),
                    Some(sender) => format!(
                        "send it first: `let {name}{} = {} => {}: {name};`",
                        self.type_to_write(var),
                        self.role(sender),
                        self.location(missing)
                    ),
                    None if holders.is_empty() => {
                        "let every branch that it comes from end at the same roles".to_owned()
                    }
                    None => format!("only {known} can use it"),
                };
                self.errors.error(
                    name.span(),
                    format_args!("`{name}` is at {known}, but this code runs at `{role}`"),
                    help,
                );
                false
            }
            Type::Tuple(_) if !whole => {
                self.refuse_tuple(var, name.span());
                false
            }
            Type::Chor(_) if !whole => {
                self.errors.error(
                    name.span(),
                    format_args!("`{name}` is a choreography: it can't occur in local code"),
                    format_args!("call it in a statement of its own: `let x = {name}(..);`"),
                );
                false
            }
            Type::Chor(chor) => {
                let roles = chor.roles;
                at == roles || self.chor_elsewhere(name, roles)
            }
            Type::Tuple(_) | Type::Never | Type::Error => true,
        }
    }

    fn chor_elsewhere(&mut self, name: &Ident, roles: RoleSet) -> bool {
        let roles = self.names(roles);
        self.errors.error(
            name.span(),
            format_args!(
                "`{name}` is a choreography of {roles}, all of which have to take part here"
            ),
            "name it where all of them act",
        );
        false
    }

    /// What a message of this variable needs besides its name.
    fn type_to_write(&self, var: VarId) -> &'static str {
        match &self.vars[var.0].ty {
            Type::At { ty: Some(ty), .. } if rust::unspeakable(ty).is_none() => "",
            _ => ": Type",
        }
    }

    pub(super) fn refuse_tuple(&mut self, var: VarId, span: Span) {
        let name = self.vars[var.0].name.clone();
        if matches!(self.vars[var.0].ty, Type::Tuple(_)) {
            self.errors.error(
                span,
                format_args!("`{name}` is a choreographic tuple: no single role has it"),
                format_args!("take it apart with `let (a, b) = {name};`"),
            );
        }
    }

    fn refuse_stray(&mut self, facts: &Facts) {
        for stray in &facts.stray {
            let label = stray.label.as_ref().map(|label| format!(" {label}")).unwrap_or_default();
            self.errors.error(
                stray.span,
                format_args!("`{}{label}` would leave the code of one role, but the choreography goes on",
                    word(stray.kind),
                ),
                "make it a statement of the choreography: all roles of the loop or choreography have to know",
            );
        }
    }

    /// The located variables that code mentions, each occurrence.
    pub(super) fn located<'f>(
        &'f self,
        facts: &'f Facts,
    ) -> impl Iterator<Item = (Ident, VarId)> + 'f {
        facts.free.iter().filter_map(|name| Some((name.clone(), self.lookup(name)?)))
    }

    pub(super) fn mentions_error(&self, facts: &Facts) -> bool {
        facts
            .free
            .iter()
            .filter_map(|name| self.lookup(name))
            .any(|var| matches!(self.vars[var.0].ty, Type::Error))
    }

    pub(super) fn var_at(&self, var: VarId) -> RoleSet {
        self.holders(&self.vars[var.0].ty)
    }

    /// The type of code's value, where the syntax shows it.
    fn value_type(&self, facts: &Facts, code: &syn::Expr, at: RoleSet) -> Type {
        let var = facts.variable.as_ref().and_then(|name| self.lookup(name));
        match var.map(|var| &self.vars[var.0].ty) {
            Some(Type::At { ty, .. } | Type::Each { ty, .. }) => Type::At { ty: ty.clone(), at },
            Some(other) => super::types::narrow(self.closed(other), at),
            None => Type::At { ty: rust::literal_type(code).map(Box::new), at },
        }
    }
}

fn word(kind: rust::StrayKind) -> &'static str {
    match kind {
        rust::StrayKind::Return => "return",
        rust::StrayKind::Break => "break",
        rust::StrayKind::Continue => "continue",
    }
}

/// Stands for an expression with a mistake that has been reported.
pub(super) fn error_expr(span: Span) -> Expr {
    Expr { kind: Kind::Error, ty: Type::Error, acts: RoleSet::EMPTY, jumps: false, span }
}
