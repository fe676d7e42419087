//! Types as text in which spelling makes no difference.

use super::text::full_text;
use syn::visit_mut::{self, VisitMut};

/// The type without the modules in its paths and without the names of lifetimes; the generics of the
/// choreography are numbered.
///
/// Two types with equal text may differ: modules tell them apart only where they are built from the
/// same source.
pub fn normal_text(ty: &syn::Type, generics: &[String]) -> String {
    let mut ty = ty.clone();
    Normalise { generics }.visit_type_mut(&mut ty);
    full_text(&ty)
}

struct Normalise<'g> {
    generics: &'g [String],
}

impl Normalise<'_> {
    fn number(&self, name: &syn::Ident) -> Option<usize> {
        self.generics.iter().position(|generic| *name == generic.as_str())
    }
}

impl VisitMut for Normalise<'_> {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        path.leading_colon = None;
        let first = path.segments.first().and_then(|first| self.number(&first.ident));
        match (first, path.segments.first_mut()) {
            (Some(number), Some(first)) => {
                first.ident = quote::format_ident!("_{number}");
            }
            _ => path.segments = path.segments.iter().next_back().cloned().into_iter().collect(),
        }
        visit_mut::visit_path_mut(self, path);
    }

    /// `<T as Trait>::Item`: which part of the path is the trait's is counted.
    fn visit_type_path_mut(&mut self, ty: &mut syn::TypePath) {
        match &mut ty.qself {
            Some(own) => {
                self.visit_type_mut(&mut own.ty);
                visit_mut::visit_path_mut(self, &mut ty.path);
            }
            None => self.visit_path_mut(&mut ty.path),
        }
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
        if lifetime.ident != "static" {
            lifetime.ident = syn::Ident::new("_", lifetime.ident.span());
        }
    }

    fn visit_type_reference_mut(&mut self, ty: &mut syn::TypeReference) {
        if ty.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident != "static") {
            ty.lifetime = None;
        }
        visit_mut::visit_type_reference_mut(self, ty);
    }
}
