//! Places, which can be read again, and values, which are made once.

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
    use super::{assigned_place, is_given, is_place, is_value};
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
}
