//! Places, which can be read again, and values, which are made once.

use super::facts::examine;
use super::shape::{assignment, is_pure, peel};
use syn::{Expr, UnOp};

/// `x`, `x.f[i]`, `*x`: reading it has no effect, and it stays where it is.
pub fn is_place(expr: &Expr) -> bool {
    is_placed(expr) && is_pure(expr)
}

/// The place that an assignment assigns something new to, if that is one and can be read again.
pub fn assigned_place(expr: &Expr) -> Option<&Expr> {
    assignment(expr)
        .filter(|(left, right)| is_place(left) && !is_given(right))
        .map(|(left, _)| left)
}

/// It makes a value: no place, and no macro, which may be either.
pub fn is_value(expr: &Expr) -> bool {
    match peel(expr) {
        Expr::Array(_)
        | Expr::Await(_)
        | Expr::Binary(_)
        | Expr::Call(_)
        | Expr::Cast(_)
        | Expr::Lit(_)
        | Expr::MethodCall(_)
        | Expr::Reference(_)
        | Expr::Struct(_)
        | Expr::Try(_)
        | Expr::Tuple(_) => true,
        Expr::Unary(unary) => !matches!(unary.op, UnOp::Deref(_)),
        _ => false,
    }
}

/// It makes nothing new: a literal, a name, a field, references to them, and tuples and arrays of
/// them.
pub fn is_given(expr: &Expr) -> bool {
    match peel(expr) {
        Expr::Lit(_) | Expr::Path(_) | Expr::Closure(_) => true,
        Expr::Field(field) => is_given(&field.base),
        Expr::Reference(it) => is_given(&it.expr),
        Expr::Unary(unary) => is_given(&unary.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_given),
        Expr::Array(array) => array.elems.iter().all(is_given),
        Expr::Repeat(repeat) => is_given(&repeat.expr),
        _ => false,
    }
}

/// Its value can be given to a function, which gives it back: what is borrowed in it doesn't live
/// longer because of where it stands.
pub fn is_passed(expr: &Expr) -> bool {
    !examine(expr).diverges && !lends(peel(expr), true)
}

/// It refers to a value that is made for that, and that lives as long as what the reference is bound to.
fn lends(expr: &Expr, whole: bool) -> bool {
    let part = |expr: &Expr| lends(expr, false);
    match expr {
        Expr::Reference(it) if whole && it.mutability.is_none() => {
            is_placed(&it.expr) || lends(&it.expr, true)
        }
        Expr::Reference(it) => whole || !is_placed(&it.expr),
        Expr::Tuple(it) => it.elems.iter().any(part),
        Expr::Array(it) => it.elems.iter().any(part),
        Expr::Repeat(it) => part(&it.expr),
        Expr::Struct(it) => it.fields.iter().any(|field| part(&field.expr)),
        Expr::Call(it) => is_constructor(&it.func) && it.args.iter().any(part),
        Expr::Cast(it) => part(&it.expr),
        Expr::Paren(it) => lends(&it.expr, whole),
        Expr::Group(it) => lends(&it.expr, whole),
        Expr::Macro(it) => it.mac.path.is_ident("format_args"),
        Expr::Block(it) => ends_in(&it.block, &part),
        Expr::Unsafe(it) => ends_in(&it.block, &part),
        Expr::If(it) => {
            ends_in(&it.then_branch, &part)
                || it.else_branch.as_ref().is_some_and(|(_, otherwise)| part(otherwise))
        }
        Expr::Match(it) => it.arms.iter().any(|arm| part(&arm.body)),
        _ => false,
    }
}

fn ends_in(block: &syn::Block, holds: &impl Fn(&Expr) -> bool) -> bool {
    matches!(block.stmts.last(), Some(syn::Stmt::Expr(tail, None)) if holds(tail))
}

/// `Some`, `Point`: by how it is written.
fn is_constructor(function: &Expr) -> bool {
    let Expr::Path(path) = function else { return false };
    let name = path.path.segments.last().map(|segment| segment.ident.to_string());
    name.is_some_and(|name| name.starts_with(char::is_uppercase))
}

fn is_placed(expr: &Expr) -> bool {
    match peel(expr) {
        Expr::Path(_) => true,
        Expr::Field(field) => is_placed(&field.base),
        Expr::Index(index) => is_placed(&index.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)) && is_placed(&unary.expr),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{assigned_place, is_given, is_passed, is_place, is_value};
    use quote::ToTokens;

    fn all(texts: &[&str], holds: fn(&syn::Expr) -> bool) {
        for text in texts {
            assert!(holds(&syn::parse_str(text).unwrap()), "{text}");
        }
    }

    #[test]
    fn places_are_told_from_values() {
        let places = ["x", "(x)", "x.f.0", "x[i + 1]", "*x", "a::B"];
        all(&places, |expr| is_place(expr) && !is_value(expr));
        let values = ["f(x)", "x.f()", "&x", "&mut x", "(x, y)", "x + 1", "-x", "x?", "x as u8"];
        all(&values, |expr| is_value(expr) && !is_place(expr));
        // Macros may be either, and these places have effects or go.
        let neither = ["m!(x)", "f().x", "x[f()]", "*f()"];
        all(&neither, |expr| !is_value(expr) && !is_place(expr));
    }

    #[test]
    fn what_is_assigned_is_found() {
        let found = |text: &str| {
            let expr = syn::parse_str(text).unwrap();
            assigned_place(&expr).map(|place| place.to_token_stream().to_string())
        };
        assert_eq!(found("x = f()").as_deref(), Some("x"));
        assert_eq!(found("x . f += f()").as_deref(), Some("x . f"));
        assert_eq!(found("x[f()] = f()"), None);
        assert_eq!(found("x += 1"), None);
        assert_eq!(found("(x, y) = f()"), None);
        assert_eq!(found("_ = f()"), None);
        assert_eq!(found("x + 1"), None);
    }

    #[test]
    fn what_is_given_is_told_from_what_is_computed() {
        all(&["1", "-1", "x", "&x.f", "(x, [0; 9])", "u32::MAX"], is_given);
        all(&["f()", "x + 1", "Some(f())", "x[f()]", "{ x }"], |expr| !is_given(expr));
    }

    #[test]
    fn what_lives_on_where_it_stands_is_not_given_to_a_function() {
        all(&["f(&g())", "&f()", "&(f() + 1)", "(&x, f())", "Some(f())", "{ f() }"], is_passed);
        let stays = ["&mut f()", "&x[i]", "(&f(), 1)", "Some(&f())", "{ &f() }", "panic!()"];
        all(&stays, |expr| !is_passed(expr));
    }
}
