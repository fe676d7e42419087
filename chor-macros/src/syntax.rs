//! Small questions to syn nodes that several passes ask.

use crate::rust;
use proc_macro2::Ident;
use std::collections::BTreeSet;
use syn::ext::IdentExt;
use syn::visit::Visit;

/// A name without `r#`.
pub fn name(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The variable that an assignment to this place changes.
pub fn root(place: &syn::Expr) -> Option<Ident> {
    match place {
        syn::Expr::Path(path) => path.path.get_ident().cloned(),
        syn::Expr::Field(field) => root(&field.base),
        syn::Expr::Index(index) => root(&index.expr),
        syn::Expr::Paren(paren) => root(&paren.expr),
        syn::Expr::Group(group) => root(&group.expr),
        syn::Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => root(&unary.expr),
        _ => None,
    }
}

/// Code of which rustc may know that it has no value: only it can tell for sure.
pub fn may_diverge(code: &syn::Expr) -> bool {
    rust::examine(code).diverges
        || matches!(code, syn::Expr::Call(_) | syn::Expr::MethodCall(_) | syn::Expr::Macro(_))
}

pub fn is_unit(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Tuple(tuple) if tuple.elems.is_empty())
}

pub fn has_impl(ty: &syn::Type) -> bool {
    struct Search(bool);
    impl<'ast> Visit<'ast> for Search {
        fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut search = Search(false);
    search.visit_type(ty);
    search.0
}

/// A macro in the code is known to return errors of its own type: `bail!`, `ensure!`.
pub fn returns_errors(code: &syn::Expr) -> bool {
    struct Search(bool);
    impl<'ast> Visit<'ast> for Search {
        fn visit_macro(&mut self, node: &'ast syn::Macro) {
            let last = node.path.segments.last().map(|segment| segment.ident.to_string());
            self.0 |=
                last.is_some_and(|name| matches!(name.as_str(), "bail" | "ensure" | "ensure_eq"));
        }
    }
    let mut search = Search(false);
    search.visit_expr(code);
    search.0
}

/// The lifetimes that a type mentions, each once; an elided one counts by itself.
pub fn lifetimes(ty: &syn::Type) -> (BTreeSet<String>, usize) {
    let mut ty = ty.clone();
    let elided = rust::name_lifetimes(&mut ty, &mut 0).len();
    let mut named = Lifetimes::default();
    named.visit_type(&ty);
    named.0.retain(|name| !name.starts_with("'__") && name != "'static");
    (named.0, elided)
}

#[derive(Default)]
struct Lifetimes(BTreeSet<String>);

impl<'ast> Visit<'ast> for Lifetimes {
    fn visit_lifetime(&mut self, lifetime: &'ast syn::Lifetime) {
        self.0.insert(lifetime.to_string());
    }
    fn visit_type_fn_ptr(&mut self, _: &'ast syn::TypeFnPtr) {}
}

/// Whether a pattern binds this name as `mut`.
pub fn is_mutable(pat: &syn::Pat, name: &Ident) -> bool {
    struct Search<'a>(&'a Ident, bool);
    impl<'ast> Visit<'ast> for Search<'_> {
        fn visit_pat_ident(&mut self, node: &'ast syn::PatIdent) {
            self.1 |= node.ident == *self.0 && node.mutability.is_some();
            syn::visit::visit_pat_ident(self, node);
        }
    }
    let mut search = Search(name, false);
    search.visit_pat(pat);
    search.1
}
