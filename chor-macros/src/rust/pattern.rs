//! The names that a pattern binds.

use super::shape::starts_upper_case;
use proc_macro2::{Ident, Span};
use std::collections::BTreeSet;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FieldPat, Pat, PatIdent};

/// The names that a pattern binds, each once, in source order. `None` and `MAX` look like bindings, but are read as what they
/// are by convention: constants.
pub fn examine_pattern(pat: &Pat) -> Vec<Ident> {
    let mut names = Names::default();
    names.visit_pat(pat);
    names.bindings
}

#[derive(Default)]
struct Names {
    bindings: Vec<Ident>,
    seen: BTreeSet<String>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, node: &'ast PatIdent) {
        if is_binding(node) && self.seen.insert(node.ident.to_string()) {
            self.bindings.push(node.ident.clone());
        }
        visit::visit_pat_ident(self, node);
    }

    // The guard of an arm and constant expressions bind nothing outside of themselves.
    fn visit_expr(&mut self, _: &'ast Expr) {}
    fn visit_block(&mut self, _: &'ast syn::Block) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
}

fn is_binding(node: &PatIdent) -> bool {
    let marked = node.by_ref.is_some() || node.mutability.is_some() || node.subpat.is_some();
    marked || !starts_upper_case(&node.ident)
}

/// Renames the bindings that are unused to `_name`, without `mut`, so that no lint reports them.
/// They still bind, so what is moved, borrowed and dropped stays the same.
pub fn discard(pat: &mut Pat, unused: &dyn Fn(&Ident) -> bool) {
    Discard { unused }.visit_pat_mut(pat);
}

struct Discard<'a> {
    unused: &'a dyn Fn(&Ident) -> bool,
}

impl Discard<'_> {
    fn drops(&self, node: &PatIdent) -> bool {
        is_binding(node) && !node.ident.to_string().starts_with('_') && (self.unused)(&node.ident)
    }
}

impl VisitMut for Discard<'_> {
    fn visit_field_pat_mut(&mut self, node: &mut FieldPat) {
        if let (None, Pat::Ident(ident)) = (node.colon_token, &*node.pat)
            && self.drops(ident)
        {
            node.colon_token = Some(syn::Token![:](ident.ident.span()));
        }
        visit_mut::visit_field_pat_mut(self, node);
    }

    fn visit_pat_ident_mut(&mut self, node: &mut PatIdent) {
        if self.drops(node) {
            let name = node.ident.to_string();
            let span = node.ident.span().resolved_at(Span::mixed_site());
            node.ident = Ident::new(&format!("_{}", name.trim_start_matches("r#")), span);
            // With `ref`, `mut` decides about the type.
            if node.by_ref.is_none() {
                node.mutability = None;
            }
        }
        visit_mut::visit_pat_ident_mut(self, node);
    }

    fn visit_expr_mut(&mut self, _: &mut Expr) {}
    fn visit_block_mut(&mut self, _: &mut syn::Block) {}
    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}
