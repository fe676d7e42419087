//! Loops and labelled blocks: who runs them, and who has to know of the jumps out of them.

use super::choice::guard_text;
use super::expr::{describe, union};
use super::types::{meet, narrow};
use super::{Checker, Exit, Knowledge, Shape};
use crate::ast;
use crate::ir::{Block, Expr, Head, Kind, Link, Loop, RoleSet, Type};
use crate::rust;
use proc_macro2::Span;

/// What is known of a loop once it has been left.
#[derive(Default)]
pub(super) struct Left {
    /// The variables from here on are declared inside.
    first_var: usize,
    values: Vec<Type>,
    pub(super) roles: RoleSet,
    /// It has a `break`.
    stops: bool,
    /// It has a value other than `()`.
    valued: bool,
    /// It may leave for something around it.
    pub(super) outer: bool,
    span: Option<Span>,
}

impl Checker<'_> {
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
        let known_to = self.holders(&iter.ty) & self.census;
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
        self.watch_pattern(&pattern, &text);
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

    pub(super) fn enter_exit(
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
    pub(super) fn jumping_out(&self) -> RoleSet {
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
    pub(super) fn leave_exit(&mut self, acting: RoleSet) -> Left {
        let Some(exit) = self.exits.pop() else { return Left::default() };
        let valued = exit.values.iter().any(|ty| !ty.is_unit());
        let holders = exit.values.iter().filter(|ty| !matches!(ty, Type::Never | Type::Error));
        let holders = holders.fold(self.all, |at, ty| at & self.holders(ty));
        let roles = if valued { acting | (holders & self.census) } else { acting };
        for jump in &exit.jumps {
            let missing = (roles - jump.census) & self.all;
            if let Some(role) = missing.iter().next() {
                let name = self.role(role);
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
            let name = self.role(role);
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
}
