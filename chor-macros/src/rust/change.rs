//! What code changes in place, as far as its syntax shows, and what it replaces.

use super::place::is_place;
use super::shape::{assignment, is_compound, peel};
use crate::syntax;
use proc_macro2::{Ident, TokenTree};
use syn::Expr;
use syn::visit::{self, Visit};

/// Methods that by convention only read: what is called by another one may be changed.
const READS: [&str; 44] = [
    "len",
    "is_empty",
    "get",
    "iter",
    "contains",
    "contains_key",
    "clone",
    "cloned",
    "copied",
    "first",
    "last",
    "keys",
    "values",
    "as_ref",
    "as_str",
    "as_slice",
    "as_bytes",
    "as_deref",
    "to_owned",
    "to_string",
    "to_vec",
    "chars",
    "bytes",
    "lines",
    "split",
    "starts_with",
    "ends_with",
    "is_some",
    "is_none",
    "is_ok",
    "is_err",
    "eq",
    "ne",
    "cmp",
    "partial_cmp",
    "min",
    "max",
    "index",
    "borrow",
    "deref",
    "windows",
    "chunks",
    "range",
    "peek",
];

/// Macros that only read what they are given.
const SHOWS: [&str; 15] = [
    "print",
    "println",
    "eprint",
    "eprintln",
    "format",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "panic",
    "dbg",
    "vec",
    "matches",
];

/// The variables that a statement may change in place: on which it calls a method, to which it takes
/// `&mut`, or that it assigns in a block or as a part. A place that it assigns as a whole is none: that is
/// compared as such.
pub fn changed(statement: &Expr) -> Vec<Ident> {
    let mut changes = Changes::default();
    match assignment(statement) {
        Some((target, _)) if is_place(target) => {}
        Some((target, _)) => changes.target(target),
        None => changes.visit_expr(statement),
    }
    changes.changed
}

/// The variables that get a new value as a whole, somewhere in the code.
pub fn replaced(code: &Expr) -> Vec<Ident> {
    let mut changes = Changes::default();
    changes.visit_expr(code);
    changes.replaced
}

#[derive(Default)]
struct Changes {
    changed: Vec<Ident>,
    replaced: Vec<Ident>,
}

impl Changes {
    fn target(&mut self, target: &Expr) {
        match peel(target) {
            Expr::Tuple(it) => it.elems.iter().for_each(|elem| self.target(elem)),
            Expr::Array(it) => it.elems.iter().for_each(|elem| self.target(elem)),
            Expr::Path(path) => self.replaced.extend(path.path.get_ident().cloned()),
            _ => {}
        }
        self.changed.extend(syntax::root(target));
    }
}

impl<'ast> Visit<'ast> for Changes {
    fn visit_expr_assign(&mut self, node: &'ast syn::ExprAssign) {
        self.target(&node.left);
        visit::visit_expr_assign(self, node);
    }

    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        if is_compound(&node.op) {
            self.changed.extend(syntax::root(&node.left));
        }
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_method_call(&mut self, node: &'ast syn::ExprMethodCall) {
        if !READS.iter().any(|name| node.method == name) {
            self.changed.extend(syntax::root(&node.receiver));
        }
        visit::visit_expr_method_call(self, node);
    }

    fn visit_expr_reference(&mut self, node: &'ast syn::ExprReference) {
        if node.mutability.is_some() {
            self.changed.extend(syntax::root(&node.expr));
        }
        visit::visit_expr_reference(self, node);
    }

    /// What a macro does with its tokens is its own.
    fn visit_macro(&mut self, node: &'ast syn::Macro) {
        if !SHOWS.iter().any(|name| node.path.is_ident(name)) {
            let idents = node.tokens.clone().into_iter().filter_map(|token| match token {
                TokenTree::Ident(ident) => Some(ident),
                _ => None,
            });
            self.changed.extend(idents);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{changed, replaced};

    fn names(found: &[proc_macro2::Ident]) -> Vec<String> {
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_may_be_changed_is_found() {
        let found = |text: &str| names(&changed(&syn::parse_str(text).unwrap()));
        assert_eq!(found("x.push(y.len())"), ["x"]);
        assert_eq!(found("x.rows[0].push(y.clone())"), ["x"]);
        assert_eq!(found("swap(&mut x, &mut y.z)"), ["x", "y"]);
        assert_eq!(found("{ x.push(1); y += 1; z = f(); }"), ["x", "y", "z"]);
        assert_eq!(found("x[f()] = g()"), ["x"]);
        assert_eq!(found("writeln!(x, \"{}\", 1)"), ["x"]);
        assert_eq!(found("x.iter().for_each(|i| y.push(*i))"), ["y"]);
        // Assigned places are shown as such, and these only read.
        for text in ["x = f()", "x += 1", "println!(\"{}\", x)", "x.len()", "f(x)", "f(&x)"] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_is_replaced_is_told_from_what_is_changed() {
        let found = |text: &str| names(&replaced(&syn::parse_str(text).unwrap()));
        assert_eq!(found("x = f()"), ["x"]);
        assert_eq!(found("(x, y.z) = f()"), ["x"]);
        assert_eq!(found("{ if f() { x = 1 } }"), ["x"]);
        assert_eq!(found("x.y = 1"), [""; 0]);
        assert_eq!(found("x += 1"), [""; 0]);
    }
}
