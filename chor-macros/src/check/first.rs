//! Parts that don't wait for all: `first`, `until`, `within` of an `each`.

use super::bounds::unbound;
use super::code::error_expr;
use super::shape::Unfit;
use super::{Checker, Shape};
use crate::ast;
use crate::ir::{
    Block, Bound, Code, Each, EachResult, Expr, First, Kind, RoleId, RoleSet, Type, Until,
};
use crate::rust;

/// It doesn't wait for all members.
pub(super) fn is_partial(node: &ast::Each) -> bool {
    node.first.is_some() || node.within.is_some() || node.attempt
}

/// What the surroundings say of one member's value: `T` of `Vec<(Member, T)>`.
pub(super) fn value_shape(node: &ast::Each, shape: &Shape) -> Shape {
    let (written, label) = (shape.ty.as_deref(), shape.label.clone());
    let list = if node.attempt { written.and_then(|ty| argument(ty, "Result")) } else { written };
    let value = list.and_then(|ty| argument(ty, "Vec")).and_then(second);
    let unfit = value.is_none().then(|| Box::new(unpaired(node, written, label.as_deref())));
    Shape { ty: value.cloned().map(Box::new), unfit, label, ..Shape::default() }
}

fn argument<'t>(ty: &'t syn::Type, of: &str) -> Option<&'t syn::Type> {
    rust::type_argument(ty, of, 0)
}

fn second(pair: &syn::Type) -> Option<&syn::Type> {
    match pair {
        syn::Type::Tuple(pair) if pair.elems.len() == 2 => pair.elems.last(),
        _ => None,
    }
}

/// A type that should be one of pairs, `Vec<(Member, T)>`.
fn unpaired(node: &ast::Each, written: Option<&syn::Type>, label: Option<&str>) -> Unfit {
    let wanted = |value: &str| {
        let pairs = format!("Vec<(Member, {value})>");
        if node.attempt { format!("Result<{pairs}, Lost>") } else { pairs }
    };
    let word = word(node);
    let Some(written) = written else {
        let start = if node.attempt { "try each" } else { "each" };
        return Unfit::unwritten(label, &format!("{} = {start} ..", wanted("Type")));
    };
    let item = argument(argument(written, "Result").unwrap_or(written), "Vec");
    let value = item.map_or("T".to_owned(), |item| rust::text(second(item).unwrap_or(item)));
    let wanted = wanted(&value);
    let what = format!("the value of `{word}` is `{wanted}` at the role that collects");
    let help = format!("write `{wanted}`: who sent what, in the order of arrival");
    Unfit::written(written, what, help)
}

impl Checker<'_> {
    /// `each w in F first k within d { .. }`, whose body has been checked.
    pub(super) fn check_first(
        &mut self,
        node: &ast::Each,
        member: Bound,
        place: usize,
        body: Block,
        first_var: usize,
    ) -> Expr {
        let Some(at) = self.collector(node, &body, &member) else { return error_expr(node.span) };
        let until = match &node.first {
            Some(ast::First::Count(count)) => Until::Count(self.code_of(count, at)),
            Some(ast::First::Until(until)) => Until::Closure(self.code_of(until, at)),
            None => Until::All,
        };
        let within = node.within.as_ref().map(|within| self.code_of(within, at));
        let ty = match &body.ty {
            Type::At { ty: Some(ty), .. } => (**ty).clone(),
            _ => syn::parse_quote!(_),
        };
        let roles = unbound(body.acts, &member) | RoleSet::one(at);
        let first = Some(First { at, until, within, attempt: node.attempt, ty });
        let result = EachResult::Gather(RoleSet::one(at));
        let kind =
            Kind::Each(Box::new(Each { member, place, body, result, first, roles, first_var }));
        let ty = Type::At { ty: None, at: self.close(RoleSet::one(at)) };
        Expr { ty, acts: roles, jumps: false, span: node.span, kind }
    }

    /// The one role that has the members' values.
    fn collector(&mut self, node: &ast::Each, body: &Block, member: &Bound) -> Option<RoleId> {
        let word = word(node);
        let span = body.tail.as_ref().map_or(body.span, |tail| tail.span);
        let at = match &body.ty {
            Type::At { at, .. } if body.tail.is_some() => *at,
            Type::Never | Type::Error => return None,
            _ => RoleSet::EMPTY,
        };
        let one = self.single(at & self.all).filter(|role| *role != member.role);
        if one.is_none() {
            self.errors.error(
                span,
                format_args!("`{word}` has exactly one role that collects the members' values"),
                format_args!("end the block with a message to it: `{} -> A: value`", member.text),
            );
        }
        one
    }

    /// Code that one role runs.
    pub(super) fn code_of(&mut self, code: &syn::Expr, at: RoleId) -> Code {
        let facts = rust::examine(code);
        let at = self.close(RoleSet::one(at));
        self.code(code.clone(), &facts, at)
    }
}

fn word(node: &ast::Each) -> &'static str {
    match (&node.first, &node.within) {
        (Some(ast::First::Count(_)), _) => "first",
        (Some(ast::First::Until(_)), _) => "until",
        (None, Some(_)) => "within",
        (None, None) => "try",
    }
}
