//! Members of families: bound one after the other, all at once, and by their number.

use super::bounds::{unbound, whole};
use super::code::error_expr;
use super::shape::Unfit;
use super::{Checker, Fence, Shape};
use crate::ast;
use crate::ir::{
    Block, Bound, Each, EachResult, Expr, ForMember, Kind, RoleId, RoleSet, Stmt, Type,
};
use crate::rust;
use proc_macro2::{Ident, Span};

impl Checker<'_> {
    /// `let left = F[e];`: in scope until [`leave_members`](Self::leave_members).
    pub(super) fn check_member(&mut self, member: &ast::Member) -> Option<Stmt> {
        let family =
            ast::Location { roles: vec![member.family.clone()], span: member.family.span() };
        let found = self.members_of(&family);
        let known = found.is_some();
        // After a mistake its name is nobody in particular, who takes part.
        let of = found.unwrap_or_else(|| self.census.iter().collect());
        let facts = rust::examine(&member.index);
        let mut index = self.code(member.index.clone(), &facts, self.census);
        self.watch_code(&mut index);
        let bound = self.bound(&member.name, &member.text, of);
        self.enter_member(&bound);
        (known && !self.mentions_error(&facts)).then_some(Stmt::Member { bound, index })
    }

    /// `for w in F { .. }`
    pub(super) fn check_for_member(&mut self, node: &ast::ForMember) -> Expr {
        let Some(of) = self.members_of(&node.family) else { return error_expr(node.span) };
        self.enter_exit(node.label.as_ref(), true, false, Shape::default());
        let member = self.bound(&node.member, &node.member.to_string(), of);
        let body =
            self.with_member(&member, |inside| inside.check_block(&node.body, &Shape::default()));
        let roles = unbound(body.acts | self.jumping_out(), &member);
        let left = self.leave_exit(roles);
        let roles = roles | left.roles;
        let jumps = left.outer;
        let label = node.label.clone();
        let node_for = ForMember { label, member, body, roles };
        let kind = Kind::ForMember(Box::new(node_for));
        Expr { ty: Type::unit(), acts: roles, jumps, span: node.span, kind }
    }

    /// `each w in F { .. }`
    pub(super) fn check_each(&mut self, node: &ast::Each, shape: &Shape) -> Expr {
        let Some(of) = self.members_of(&node.family) else { return error_expr(node.span) };
        let member = self.bound(&node.member, &node.text, of);
        let inner = if super::first::is_partial(node) {
            super::first::value_shape(node, shape)
        } else {
            value_shape(node, shape)
        };
        let place = self.new_place();
        let first_var = self.vars.len();
        let mut body = self.with_member(&member, |inside| {
            inside.fenced("each", |inside| inside.check_block(&node.body, &inner))
        });
        let roles = unbound(body.acts, &member);
        if super::first::is_partial(node) {
            return self.check_first(node, member, place, body, first_var);
        }
        let (ty, result) = self.collected(&body, &member, shape);
        if matches!(result, EachResult::Gather(_)) {
            self.with_member(&member, |inside| inside.watch_tail(&mut body));
        }
        let first = None;
        let kind =
            Kind::Each(Box::new(Each { member, place, body, result, first, roles, first_var }));
        Expr { ty, acts: roles, jumps: false, span: node.span, kind }
    }

    /// What the values of the branches become.
    fn collected(&mut self, body: &Block, member: &Bound, shape: &Shape) -> (Type, EachResult) {
        let family = whole(member);
        if body.tail.is_none() || body.ty.is_unit() {
            let ty = if matches!(body.ty, Type::Error) { Type::Error } else { Type::unit() };
            return (ty, EachResult::Nothing);
        }
        match &body.ty {
            Type::At { ty, at } => {
                let others = *at - RoleSet::one(member.role);
                let own = at.contains(member.role);
                if at.includes(family) || !own {
                    let ty = ty.as_deref().map(vec_of);
                    return (Type::At { ty, at: others }, EachResult::Gather(others));
                }
                if others.is_empty() || shape.each || shape.ty.is_none() {
                    return (Type::Each { ty: ty.clone(), of: family }, EachResult::Scatter);
                }
                let ty = ty.as_deref().map(vec_of);
                (Type::At { ty, at: others }, EachResult::Gather(others))
            }
            Type::Each { ty, of } => {
                let of = unbound(*of, member);
                (Type::Each { ty: ty.as_deref().map(vec_of), of }, EachResult::Gather(of))
            }
            Type::Never | Type::Error => (body.ty.clone(), EachResult::Nothing),
            Type::Tuple(_) | Type::Chor(_) => {
                let span = body.tail.as_ref().map_or(body.span, |tail| tail.span);
                self.errors.error(
                    span,
                    "the value of an `each` is at the members or at roles that gather it, \
                     and this one is neither",
                    "end with one value: at the member, or sent to the role that collects",
                );
                (Type::Error, EachResult::Nothing)
            }
        }
    }

    /// A family, or a list of roles and families, all of which act here.
    fn members_of(&mut self, family: &ast::Location) -> Option<Vec<RoleId>> {
        let of = self.acting(family)?;
        let lone = of.len() == 1 && !self.is_family(of[0]);
        if lone && family.roles.len() == 1 && !is_list(family) {
            let name = self.role(of[0]);
            self.errors.error(
                family.span,
                format_args!("`{name}` is one role, not a family"),
                format_args!("name it: `{name}: ..`; a family is declared as `{name}[..]`"),
            );
            return None;
        }
        Some(of)
    }

    fn bound(&self, name: &Ident, text: &str, of: Vec<RoleId>) -> Bound {
        let number = self.own.roles.len() + self.bounds.len();
        let role = RoleId(u8::try_from(number).unwrap_or(u8::MAX));
        Bound { role, name: name.clone(), text: text.to_owned(), of }
    }

    fn enter_member(&mut self, bound: &Bound) {
        let one = RoleSet::one(bound.role);
        self.all |= one;
        if self.census.includes(whole(bound)) {
            self.census |= one;
        }
        self.bounds.push(bound.clone());
    }

    /// Runs `inside` with a member in scope.
    fn with_member<R>(&mut self, bound: &Bound, inside: impl FnOnce(&mut Self) -> R) -> R {
        let before = (self.bounds.len(), self.all, self.census);
        self.enter_member(bound);
        let result = inside(self);
        self.leave_members(before);
        result
    }

    /// What [`leave_members`](Self::leave_members) goes back to.
    pub(super) fn members_before(&self) -> (usize, RoleSet, RoleSet) {
        (self.bounds.len(), self.all, self.census)
    }

    pub(super) fn leave_members(&mut self, before: (usize, RoleSet, RoleSet)) {
        self.bounds.truncate(before.0);
        (self.all, self.census) = (before.1, before.2);
    }

    /// Runs `inside` as one of several branches that run at once.
    pub(super) fn fenced<R>(
        &mut self,
        word: &'static str,
        inside: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let fence = Fence { word, exits: self.exits.len(), first_var: self.vars.len() };
        self.fences.push(fence);
        let result = inside(self);
        self.fences.pop();
        result
    }

    pub(super) fn new_place(&mut self) -> usize {
        self.places += 1;
        self.places - 1
    }

    /// What is left of a block's type and acts when the members that it names by number go out of
    /// scope.
    pub(super) fn forget_members(&mut self, bounds: usize, block: &mut Block) {
        let gone: Vec<Bound> = self.bounds[bounds..].to_vec();
        for bound in gone.iter().rev() {
            block.acts = unbound(block.acts, bound);
            if let Type::At { at, .. } = &mut block.ty
                && *at != RoleSet::EVERYBODY
                && at.contains(bound.role)
            {
                let rest = *at - RoleSet::one(bound.role);
                let span = block.tail.as_ref().map_or(block.span, |tail| tail.span);
                if rest.is_empty() {
                    self.refuse_escaping(bound, span);
                    block.ty = Type::Error;
                } else {
                    *at = rest;
                }
            }
        }
    }

    fn refuse_escaping(&mut self, bound: &Bound, span: Span) {
        let name = &bound.text;
        self.errors.error(
            span,
            format_args!("this value is at `{name}`, which has no name after this block"),
            "use it inside the block, or send it to a role",
        );
    }
}

fn is_list(location: &ast::Location) -> bool {
    location.roles.first().is_some_and(|role| {
        let (role, all) = (role.span().start(), location.span.start());
        role != all
    })
}

fn vec_of(ty: &syn::Type) -> Box<syn::Type> {
    Box::new(syn::parse_quote!(::std::vec::Vec<#ty>))
}

/// What the surroundings say of one branch's value.
fn value_shape(node: &ast::Each, shape: &Shape) -> Shape {
    let (written, label) = (shape.ty.as_deref(), shape.label.clone());
    if shape.each || tail_is_at(&node.body, &node.member) {
        return Shape { ty: shape.ty.clone(), label, ..Shape::default() };
    }
    let ty = written.and_then(|ty| rust::type_argument(ty, "Vec", 0)).cloned().map(Box::new);
    let unfit = ty.is_none().then(|| Box::new(ungathered(node, written, label.as_deref())));
    Shape { ty, label, unfit, ..Shape::default() }
}

/// A type that should be `Vec<T>`.
fn ungathered(node: &ast::Each, written: Option<&syn::Type>, label: Option<&str>) -> Unfit {
    let Some(written) = written else {
        return Unfit::unwritten(label, "Vec<Type> = each ..");
    };
    let what = "what an `each` gathers is a `Vec`, with a value of each member, in their order";
    let help = format!("write `Vec<{}>`", rust::text(written));
    let unfit = Unfit::written(written, what.to_owned(), help);
    // Else the value may be the member's own.
    let gathers = matches!(tail(&node.body), Some(ast::Expr::Comm(comm))
        if !comm.to.roles.contains(&node.member));
    Unfit { sure: unfit.sure && gathers, ..unfit }
}

/// The block's value is surely the member's own.
fn tail_is_at(block: &ast::Block, member: &Ident) -> bool {
    match tail(block) {
        Some(ast::Expr::Local { at, .. }) => at.roles == [member.clone()],
        Some(ast::Expr::Comm(comm)) => comm.to.roles == [member.clone()],
        _ => false,
    }
}

fn tail(block: &ast::Block) -> Option<&ast::Expr> {
    match block.stmts.last() {
        Some(ast::Stmt::Expr { expr, semi: false }) => Some(expr),
        _ => None,
    }
}
