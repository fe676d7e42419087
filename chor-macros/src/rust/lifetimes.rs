//! Names for what function signatures may leave out: lifetimes and `impl Trait`.

use super::types::named;
use proc_macro2::{Ident, Span};
use syn::visit_mut::{self, VisitMut};
use syn::{Lifetime, Type, TypeParam};

/// Names the elided lifetimes of a type (`&T`, `Foo<'_>`) `'__0`, `'__1`, .. and returns them. In
/// `fn(..)` and `Fn(..)` they elide by themselves.
///
/// Comes before `name_impls`, which takes bounds with their lifetimes away.
pub fn name_lifetimes(ty: &mut Type, counter: &mut usize) -> Vec<Lifetime> {
    let mut elided = Elided { counter, names: Vec::new() };
    elided.visit_type_mut(ty);
    elided.names
}

struct Elided<'a> {
    counter: &'a mut usize,
    names: Vec<Lifetime>,
}

impl Elided<'_> {
    fn fresh(&mut self, span: Span) -> Lifetime {
        let name = format!("'__{}", self.counter);
        let lifetime = Lifetime::new(&name, span.resolved_at(Span::mixed_site()));
        *self.counter += 1;
        self.names.push(lifetime.clone());
        lifetime
    }
}

impl VisitMut for Elided<'_> {
    fn visit_type_reference_mut(&mut self, node: &mut syn::TypeReference) {
        if node.lifetime.is_none() {
            node.lifetime = Some(self.fresh(node.and_token.span));
            self.visit_type_mut(&mut node.elem);
        } else {
            visit_mut::visit_type_reference_mut(self, node);
        }
    }

    fn visit_lifetime_mut(&mut self, node: &mut Lifetime) {
        if node.ident == "_" {
            *node = self.fresh(node.span());
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}
    fn visit_parenthesized_generic_arguments_mut(
        &mut self,
        _: &mut syn::ParenthesizedGenericArguments,
    ) {
    }
    fn visit_expr_mut(&mut self, _: &mut syn::Expr) {}
}

/// Replaces each `impl Trait` by a type parameter `__Impl0`, `__Impl1`, .. and returns these with
/// their bounds, an outer one before those inside its bounds.
pub fn name_impls(ty: &mut Type, counter: &mut usize) -> Vec<TypeParam> {
    let mut impls = Impls { counter, params: Vec::new() };
    impls.visit_type_mut(ty);
    impls.params
}

struct Impls<'a> {
    counter: &'a mut usize,
    params: Vec<TypeParam>,
}

impl VisitMut for Impls<'_> {
    fn visit_type_mut(&mut self, node: &mut Type) {
        // `&(impl A + B)` needs no parentheses any more.
        if let Type::Paren(paren) = node
            && let Type::ImplTrait(_) = *paren.elem
        {
            *node = (*paren.elem).clone();
        }
        let Type::ImplTrait(it) = node else { return visit_mut::visit_type_mut(self, node) };

        let span = it.impl_token.span.resolved_at(Span::mixed_site());
        let ident = Ident::new(&format!("__Impl{}", self.counter), span);
        *self.counter += 1;
        let index = self.params.len();
        self.params.push(TypeParam::from(ident.clone()));
        self.params[index].colon_token = Some(syn::Token![:](span));
        for mut bound in it.bounds.clone() {
            self.visit_type_param_bound_mut(&mut bound);
            self.params[index].bounds.push(bound);
        }
        *node = named(ident);
    }

    fn visit_expr_mut(&mut self, _: &mut syn::Expr) {}
}
