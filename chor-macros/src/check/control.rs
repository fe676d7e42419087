//! Control flow: who knows a guard, and who takes part in what depends on it.

use super::expr::{describe, union};
use super::types::{meet, narrow};
use super::{Checker, Exit, Jump, Knowledge, Shape};
use crate::ast;
use crate::ir::{
    Arm, Block, Expr, Head, If, Kind, Link, Loop, Match, Pattern, RoleId, RoleSet, Type,
};
use crate::rust;
use crate::syntax;
use proc_macro2::Span;

/// A checked guard: what it binds is in scope until the caller leaves the census it entered.
struct Guarded {
    links: Vec<Link>,
    at: RoleSet,
    acts: RoleSet,
    jumps: bool,
}

impl Checker<'_> {
    pub(super) fn check_if(&mut self, node: &ast::If, shape: &Shape) -> Expr {
        let text = guard_text(&node.guard);
        let sender = self.guard_sender(&node.guard);
        let (guard, then) =
            self.guarded(&node.guard, |inside| inside.check_block(&node.then, shape));
        let otherwise = node.otherwise.as_ref().map(|expr| {
            let reason = Knowledge { known_to: guard.at, text: text.clone(), sender };
            self.knowing(reason, |inside| inside.check_expr(expr, shape))
        });
        let ty = match &otherwise {
            Some(otherwise) => meet(then.ty.clone(), &otherwise.ty),
            None => meet(Type::unit(), &then.ty),
        };
        let acts = guard.acts
            | then.acts
            | otherwise.as_ref().map_or(RoleSet::EMPTY, |otherwise| otherwise.acts);
        let jumps = guard.jumps || then.jumps || otherwise.as_ref().is_some_and(|expr| expr.jumps);
        // Without an `else` the value is `()`, which the roles outside have as well.
        let ty = if otherwise.is_some() { narrow(ty, guard.at) } else { ty };
        let (at, text) = (guard.at, format!("if {text}"));
        let site = self.site(&text, at, node.span);
        let node_if = If { at, text, site, guard: guard.links, then, otherwise };
        Expr { ty, acts, jumps, span: node.span, kind: Kind::If(Box::new(node_if)) }
    }

    /// Checks a guard, and `inside` with what it binds in the census that knows it.
    fn guarded<R>(
        &mut self,
        guard: &ast::Guard,
        inside: impl FnOnce(&mut Self) -> R,
    ) -> (Guarded, R) {
        let (outer, depth) = (self.census, self.knowledge.len());
        self.scopes.push(std::collections::BTreeMap::new());
        let mut links = Vec::new();
        match guard {
            ast::Guard::Bool(expr) => links.push(self.check_condition(expr)),
            ast::Guard::Chain(chain) => {
                for link in chain {
                    links.push(self.check_link(link));
                }
            }
        }
        let at = self.census;
        let result = inside(self);
        self.scopes.pop();
        self.knowledge.truncate(depth);
        self.census = outer;
        let acts = union(links.iter().map(|link| link.value().acts));
        let jumps = links.iter().any(|link| link.value().jumps);
        (Guarded { links, at, acts, jumps }, result)
    }

    fn check_condition(&mut self, expr: &ast::Expr) -> Link {
        let value = self.check_expr(expr, &Shape::bool());
        let (text, sender) = (describe(expr), self.sender_of(expr));
        self.enter(&value, text, sender);
        Link::Bool(value)
    }

    fn check_link(&mut self, link: &ast::Link) -> Link {
        match link {
            ast::Link::Bool(expr) => self.check_condition(expr),
            ast::Link::Let { pat, value, .. } => {
                let text = format!("let {} = {}", rust::text(pat), describe(value));
                let sender = self.sender_of(value);
                let value = self.check_expr(value, &Shape::default());
                self.enter(&value, text, sender);
                let pattern = self.bind_scrutinee(pat, &value.ty);
                Link::Let { pattern, value }
            }
        }
    }

    /// From here on, only those who have `value` act.
    fn enter(&mut self, value: &Expr, text: String, sender: Option<RoleId>) {
        if matches!(value.ty, Type::Tuple(_)) {
            self.errors.error(
                value.span,
                "a choreographic tuple can't be branched on: no role has all of it",
                "branch on an agreement: `A => B: ..`",
            );
        }
        let known_to = value.ty.holders() & self.census;
        self.census = known_to;
        self.knowledge.push(Knowledge { known_to, text, sender });
    }

    fn bind_scrutinee(&mut self, pat: &syn::Pat, ty: &Type) -> Pattern {
        let ty = match ty {
            Type::Tuple(_) => Type::Error,
            other => narrow(other.clone(), self.census),
        };
        // What `match` binds may be a part of the value, or a reference to it.
        let ty = match ty {
            Type::At { at, .. } => Type::At { ty: None, at },
            other => other,
        };
        self.bind(pat, &ty, None, false)
    }

    pub(super) fn check_match(&mut self, node: &ast::Match, shape: &Shape) -> Expr {
        let text = describe(&node.scrutinee);
        let sender = self.sender_of(&node.scrutinee);
        let scrutinee = self.check_expr(&node.scrutinee, &Shape::default());
        let at = scrutinee.ty.holders() & self.census;
        if matches!(scrutinee.ty, Type::Tuple(_)) {
            self.errors.error(
                scrutinee.span,
                "a choreographic tuple can't be matched on: no role has all of it",
                "take it apart with `let` and match on an agreement",
            );
        }
        let mut ty = Type::Never;
        let mut arms = Vec::new();
        for arm in &node.arms {
            let reason = Knowledge { known_to: at, text: format!("match {text}"), sender };
            let arm = self.knowing(reason, |inside| inside.check_arm(arm, &scrutinee.ty, shape));
            ty = meet(ty, &arm.body.ty);
            arms.push(arm);
        }
        let guards = arms.iter().filter_map(|arm| arm.guard.as_ref());
        let guard_acts = if guards.clone().all(|guard| guard.pure) { RoleSet::EMPTY } else { at };
        let acts = scrutinee.acts | guard_acts | union(arms.iter().map(|arm| arm.body.acts));
        let jumps = scrutinee.jumps || arms.iter().any(|arm| arm.body.jumps);
        let ty = narrow(ty, at);
        let text = format!("match {text}");
        let site = self.site(&text, at, node.span);
        let node_match = Match { at, text, site, scrutinee, arms };
        Expr { ty, acts, jumps, span: node.span, kind: Kind::Match(Box::new(node_match)) }
    }

    fn check_arm(&mut self, arm: &ast::Arm, scrutinee: &Type, shape: &Shape) -> Arm {
        let pattern = self.bind_scrutinee(&arm.pat, scrutinee);
        let guard = arm.guard.as_ref().map(|guard| {
            let facts = rust::examine(guard);
            self.code(guard.clone(), &facts, self.census)
        });
        let body = self.check_expr(&arm.body, shape);
        let text = rust::text(&arm.pat);
        Arm { text, attrs: arm.attrs.clone(), pattern, guard, body }
    }

    pub(super) fn check_else(&mut self, block: &ast::Block, value: &Type) -> Block {
        let known_to = value.holders() & self.census;
        let reason = Knowledge { known_to, text: "let .. else".to_owned(), sender: None };
        let checked = self.knowing(reason, |inside| inside.check_block(block, &Shape::default()));
        let missing = known_to - diverging(&checked, false);
        if let Some(role) = missing.iter().next() {
            let name = self.role(role).clone();
            self.errors.error(
                block.span,
                format_args!("this `else` doesn't end for `{name}`"),
                "end it with `return`, `break` or `continue`, or let each role end: `[A, B]: panic!(..)`",
            );
        }
        checked
    }

    pub(super) fn check_while(&mut self, node: &ast::While) -> Expr {
        let text = format!("while {}", guard_text(&node.guard));
        self.enter_exit(node.label.as_ref(), true, false, Shape::default());
        let (mut guard, body) =
            self.guarded(&node.guard, |inside| inside.check_block(&node.body, &Shape::default()));
        let plain = |link: &Link| matches!(link.value().kind, Kind::Code(_));
        let acts =
            union(guard.links.iter().filter(|link| !plain(link)).map(|link| link.value().acts));
        let roles = body.acts | acts | self.jumping_out();
        let sender = self.guard_sender(&node.guard);
        let reason = Knowledge { known_to: guard.at, text: guard_text(&node.guard), sender };
        self.require_known(roles, &reason, node.span);
        for link in &mut guard.links {
            Self::settle(link.value_mut(), roles);
        }
        let head = Head::While(guard.links);
        self.finish_loop(node.label.clone(), text, head, body, roles, node.span)
    }

    pub(super) fn check_for(&mut self, node: &ast::For) -> Expr {
        let text = format!("for {} in {}", rust::text(&node.pat), describe(&node.iter));
        let sender = self.sender_of(&node.iter);
        let mut iter = self.check_expr(&node.iter, &Shape::default());
        if matches!(iter.ty, Type::Tuple(_)) {
            self.errors.error(
                iter.span,
                "a choreographic tuple can't be iterated over: no role has all of it",
                "take it apart with `let` first",
            );
        }
        let known_to = iter.ty.holders() & self.census;
        self.enter_exit(node.label.as_ref(), true, false, Shape::default());
        let reason = Knowledge { known_to, text: text.clone(), sender };
        let (pattern, body) = self.knowing(reason.clone(), |inside| {
            let pattern = inside.bind_scrutinee(&node.pat, &iter.ty);
            (pattern, inside.check_block(&node.body, &Shape::default()))
        });
        let roles = body.acts | self.jumping_out();
        self.require_known(roles, &reason, node.span);
        Self::settle(&mut iter, roles);
        let acts = iter.acts;
        let head = Head::For { pattern, iter };
        let mut expr = self.finish_loop(node.label.clone(), text, head, body, roles, node.span);
        expr.acts |= acts;
        expr
    }

    pub(super) fn check_loop(&mut self, node: &ast::Loop, shape: &Shape) -> Expr {
        self.enter_exit(node.label.as_ref(), true, true, shape.clone());
        let body = self.check_block(&node.body, &Shape::default());
        let roles = body.acts | self.jumping_out();
        self.finish_loop(node.label.clone(), "loop".to_owned(), Head::Loop, body, roles, node.span)
    }

    pub(super) fn check_labelled(
        &mut self,
        label: Option<&syn::Label>,
        block: &ast::Block,
        shape: &Shape,
    ) -> Expr {
        if label.is_none() {
            let block = self.check_block(block, shape);
            return Expr {
                ty: block.ty.clone(),
                acts: block.acts,
                jumps: block.jumps,
                span: block.span,
                kind: Kind::Block { label: None, block: Box::new(block) },
            };
        }
        self.enter_exit(label, false, true, shape.clone());
        let block = self.check_block(block, shape);
        let left = self.leave_exit(block.acts);
        let ty = left.values.iter().fold(block.ty.clone(), meet);
        let acts = block.acts | left.roles;
        let kind = Kind::Block { label: label.cloned(), block: Box::new(block) };
        Expr { ty, acts, jumps: left.outer, span: left.span.unwrap_or(Span::call_site()), kind }
    }

    fn enter_exit(
        &mut self,
        label: Option<&syn::Label>,
        is_loop: bool,
        takes_value: bool,
        shape: Shape,
    ) {
        let before = self.exits.iter().map(|exit| exit.jumps.len()).collect();
        self.exits.push(Exit {
            before,
            label: label.map(|label| label.name.ident.to_string()),
            is_loop,
            takes_value,
            shape,
            first_var: self.vars.len(),
            jumps: Vec::new(),
            values: Vec::new(),
        });
    }

    /// The roles that know of the jumps from the innermost loop to something around it: they have to
    /// run the loop, to come to the jump.
    fn jumping_out(&self) -> RoleSet {
        let Some((exit, around)) = self.exits.split_last() else { return RoleSet::EMPTY };
        let inside =
            around.iter().zip(&exit.before).flat_map(|(exit, before)| &exit.jumps[*before..]);
        union(inside.map(|jump| jump.census))
    }

    fn finish_loop(
        &mut self,
        label: Option<syn::Label>,
        text: String,
        head: Head,
        body: Block,
        roles: RoleSet,
        span: Span,
    ) -> Expr {
        let left = self.leave_exit(roles);
        let roles = roles | left.roles;
        for var in &mut self.vars[left.first_var..] {
            var.ty = narrow(var.ty.clone(), roles);
        }
        let ty = match (&head, left.stops) {
            (Head::Loop, false) if !left.outer => Type::Never,
            (Head::Loop, _) => {
                let ty = left.values.iter().fold(Type::Never, meet);
                if left.valued { narrow(ty, roles) } else { Type::unit() }
            }
            (Head::While(_) | Head::For { .. }, _) => Type::unit(),
        };
        let jumps = left.outer;
        let site = match head {
            Head::Loop => None,
            Head::While(_) | Head::For { .. } => self.site(&text, roles, span),
        };
        let node = Loop { label, text, site, head, body, roles };
        Expr { ty, acts: roles, jumps, span, kind: Kind::Loop(Box::new(node)) }
    }

    /// Every role that runs the loop has to know of each way out of it.
    fn leave_exit(&mut self, acting: RoleSet) -> Left {
        let Some(exit) = self.exits.pop() else { return Left::default() };
        let valued = exit.values.iter().any(|ty| !is_unit(ty));
        let holders = exit.values.iter().filter(|ty| !matches!(ty, Type::Never | Type::Error));
        let holders = holders.fold(self.all, |at, ty| at & ty.holders());
        let roles = if valued { acting | (holders & self.census) } else { acting };
        for jump in &exit.jumps {
            let missing = (roles - jump.census) & self.all;
            if let Some(role) = missing.iter().next() {
                let name = self.role(role).clone();
                let place = if exit.is_loop { "loop" } else { "block" };
                let reason = jump.reasons.iter().find(|reason| !reason.known_to.contains(role));
                let (text, help) = reason.map_or_else(Default::default, |reason| {
                    (reason.text.clone(), self.tell(reason, RoleSet::one(role)))
                });
                self.errors.error(
                    jump.span,
                    format_args!(
                        "`{name}` acts in this {place}, but doesn't know of this `{}`, which depends on `{text}`",
                        jump.word
                    ),
                    help,
                );
            }
        }
        let stops = exit.jumps.iter().any(|jump| jump.word == "break");
        let around = self.exits.iter().zip(&exit.before);
        let outer = around.into_iter().any(|(around, before)| around.jumps.len() > *before);
        Left {
            first_var: exit.first_var,
            values: exit.values,
            roles,
            stops,
            valued,
            outer,
            span: None,
        }
    }

    fn require_known(&mut self, roles: RoleSet, reason: &Knowledge, span: Span) {
        if let Some(role) = (roles - reason.known_to).iter().next() {
            let name = self.role(role).clone();
            let help = self.tell(reason, RoleSet::one(role));
            self.errors.error(
                span,
                format_args!(
                    "`{name}` acts in this loop, but doesn't know how `{}` turns out",
                    reason.text
                ),
                help,
            );
        }
    }

    pub(super) fn check_return(&mut self, value: Option<&ast::Expr>, span: Span) -> Expr {
        let shape = self.result.clone();
        let value = value.map(|value| self.check_expr(value, &shape));
        if let Some(value) = &value {
            if let Some(result) = self.result_type.clone() {
                self.require_expr(value, &result, "the result");
            }
        } else if let Some(result) = self.result_type.clone()
            && super::types::first(&result).is_some_and(|ty| !syntax::is_unit(ty))
        {
            let wanted = self.describe(&result);
            self.errors.error(
                span,
                format_args!("this `return` has no value, but the result is `{wanted}`"),
                "write `return value;`",
            );
        }
        let missing = self.whole - self.census;
        if let Some(role) = missing.iter().next() {
            let name = self.role(role).clone();
            let help = self.ignorance(self.whole).map_or_else(
                || "end it where all roles act".to_owned(),
                |reason| self.tell(reason, self.whole),
            );
            self.errors.error(
                span,
                format_args!("`return` ends the choreography for all its roles, but `{name}` doesn't know of it here"),
                help,
            );
        }
        let acts = self.whole;
        Expr { ty: Type::Never, acts, jumps: false, span, kind: Kind::Return(value.map(Box::new)) }
    }

    pub(super) fn check_break(
        &mut self,
        label: Option<&syn::Lifetime>,
        value: Option<&ast::Expr>,
        span: Span,
    ) -> Expr {
        let index = self.exit(label, "break", span);
        let shape = index.map(|index| self.exits[index].shape.clone()).unwrap_or_default();
        let value = value.map(|value| self.check_expr(value, &shape));
        if let Some(index) = index {
            let mut ty = value
                .as_ref()
                .map_or_else(Type::unit, |value| narrow(value.ty.clone(), self.census));
            let wanted = shape.ty.as_deref().filter(|ty| !syntax::is_unit(ty) && value.is_none());
            if let Some(wanted) = wanted.filter(|_| self.exits[index].takes_value) {
                self.errors.error(
                    span,
                    format_args!(
                        "this `break` has no value, but a `{}` is wanted",
                        rust::text(wanted)
                    ),
                    "write `break value;`",
                );
                ty = Type::Error;
            }
            if let (Some(value), Some(at)) = (&value, shape.at) {
                let mistakes = self.errors.count();
                self.require_expr(value, &Type::At { ty: None, at }, "the value of this loop");
                if self.errors.count() > mistakes {
                    ty = Type::Error;
                }
            }
            if value.is_some() && !self.exits[index].takes_value {
                self.errors.error(
                    span,
                    "`break` with a value leaves only a `loop` or a labelled block",
                    "bind the value to a variable outside the loop",
                );
            }
            let census = self.census;
            self.exits[index].values.push(ty);
            let reasons = self.knowledge.clone();
            self.exits[index].jumps.push(Jump { census, reasons, span, word: "break" });
        }
        let acts = value.as_ref().map_or(RoleSet::EMPTY, |value| value.acts);
        let kind = Kind::Break { label: label.cloned(), value: value.map(Box::new) };
        Expr { ty: Type::Never, acts, jumps: true, span, kind }
    }

    pub(super) fn check_continue(&mut self, label: Option<&syn::Lifetime>, span: Span) -> Expr {
        if let Some(index) = self.exit(label, "continue", span) {
            let census = self.census;
            let reasons = self.knowledge.clone();
            self.exits[index].jumps.push(Jump { census, reasons, span, word: "continue" });
        }
        let kind = Kind::Continue { label: label.cloned() };
        Expr { ty: Type::Never, acts: RoleSet::EMPTY, jumps: true, span, kind }
    }

    /// The loop or block that a jump leaves.
    fn exit(&mut self, label: Option<&syn::Lifetime>, word: &str, span: Span) -> Option<usize> {
        let found = self.exits.iter().rposition(|exit| match label {
            Some(label) => exit.label.as_deref() == Some(label.ident.to_string().as_str()),
            None => exit.is_loop,
        });
        if found.is_none() {
            match label {
                Some(label) => self.errors.error(
                    label.span(),
                    format_args!(
                        "there is no loop or block with the label `{label}` around this `{word}`"
                    ),
                    format_args!("write `{label}:` before it"),
                ),
                None => self.errors.error(
                    span,
                    format_args!("`{word}` outside of a loop"),
                    "put it into a `loop`, `while` or `for` of the choreography",
                ),
            }
        }
        found
    }

    /// The role that a guard stems from, for advice.
    pub(super) fn sender_of(&self, expr: &ast::Expr) -> Option<RoleId> {
        let first = match expr {
            ast::Expr::Comm(comm) => comm.from.roles.first(),
            ast::Expr::Local { at, .. } => at.roles.first(),
            ast::Expr::Paren(inner) => return self.sender_of(inner),
            ast::Expr::Not { expr, .. } => return self.sender_of(expr),
            _ => None,
        };
        let index = first.and_then(|name| self.own.roles.iter().position(|role| role == name));
        index.and_then(|index| u8::try_from(index).ok()).map(RoleId)
    }

    fn guard_sender(&self, guard: &ast::Guard) -> Option<RoleId> {
        match guard {
            ast::Guard::Bool(expr) => self.sender_of(expr),
            ast::Guard::Chain(links) => links.iter().find_map(|link| match link {
                ast::Link::Let { value, .. } => self.sender_of(value),
                ast::Link::Bool(expr) => self.sender_of(expr),
            }),
        }
    }
}

/// What is known of a loop once it has been left.
#[derive(Default)]
struct Left {
    /// The variables from here on are declared inside.
    first_var: usize,
    values: Vec<Type>,
    roles: RoleSet,
    /// It has a `break`.
    stops: bool,
    /// It has a value other than `()`.
    valued: bool,
    /// It may leave for something around it.
    outer: bool,
    span: Option<Span>,
}

impl Link {
    pub fn value(&self) -> &Expr {
        match self {
            Self::Let { value, .. } | Self::Bool(value) => value,
        }
    }

    fn value_mut(&mut self) -> &mut Expr {
        match self {
            Self::Let { value, .. } | Self::Bool(value) => value,
        }
    }
}

fn guard_text(guard: &ast::Guard) -> String {
    let link = |link: &ast::Link| match link {
        ast::Link::Let { pat, value, .. } => {
            format!("let {} = {}", rust::text(pat), describe(value))
        }
        ast::Link::Bool(expr) => describe(expr),
    };
    match guard {
        ast::Guard::Bool(expr) => describe(expr),
        ast::Guard::Chain(links) => links.iter().map(link).collect::<Vec<_>>().join(" && "),
    }
}

fn is_unit(ty: &Type) -> bool {
    match ty {
        Type::At { ty: Some(ty), .. } => syntax::is_unit(ty),
        Type::At { ty: None, .. } | Type::Tuple(_) | Type::Chor(_) | Type::Error => false,
        Type::Never => true,
    }
}

/// The roles for which a block surely, or without `sure` as far as syntax shows, never ends.
pub(super) fn diverging(block: &Block, sure: bool) -> RoleSet {
    if matches!(block.ty, Type::Never | Type::Error) {
        return Type::Never.holders();
    }
    let stmts = block.stmts.iter().map(|stmt| match stmt {
        crate::ir::Stmt::Expr(expr) => ending(expr, sure),
        crate::ir::Stmt::Let(_) | crate::ir::Stmt::Item(_) => RoleSet::EMPTY,
    });
    union(stmts) | block.tail.as_ref().map_or(RoleSet::EMPTY, |tail| ending(tail, sure))
}

fn ending(expr: &Expr, sure: bool) -> RoleSet {
    match &expr.kind {
        Kind::Code(code) if sure && rust::examine(&code.expr).diverges => code.at,
        Kind::Code(code) if !sure && syntax::may_diverge(&code.expr) => code.at,
        _ if matches!(expr.ty, Type::Never | Type::Error) => Type::Never.holders(),
        _ => RoleSet::EMPTY,
    }
}
