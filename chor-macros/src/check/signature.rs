//! What a header says: its parameters and result, and what they leave out.

use super::Signature;
use super::types::located;
use crate::ast;
use crate::error::Errors;
use crate::ir::{FamilySize, MOST_ROLES, RoleSet, Type};
use crate::rust;
use crate::syntax;
use proc_macro2::Ident;
use syn::spanned::Spanned;

/// What a header says, and what is wrong with it.
pub fn signature(item: &ast::Item, errors: &mut Errors) -> Signature {
    let mut resolve = |ty: &ast::Type| located(ty, &item.roles, &item.name, errors);
    let mut params: Vec<(Ident, Type)> =
        item.params.iter().map(|param| (param.name.clone(), resolve(&param.ty))).collect();
    let mut result = item.result.as_ref().map(&mut resolve);
    if let Some(result) = &mut result
        && !check_result_type(result, &params, errors)
    {
        *result = Type::Error;
    }
    let families = families(item);
    let shared = |at: RoleSet| {
        at.len() > 1 || at.iter().any(|role| matches!(families.get(role.index()), Some(Some(_))))
    };
    for (_, ty) in &mut params {
        if !check_param_type(ty, &shared, errors) {
            *ty = Type::Error;
        }
    }
    Signature {
        name: item.name.clone(),
        path: None,
        roles: item.roles.iter().take(MOST_ROLES).cloned().collect(),
        families,
        generics: item
            .generics
            .params
            .iter()
            .filter_map(|param| match param {
                syn::GenericParam::Type(param) => Some(param.ident.to_string()),
                syn::GenericParam::Const(param) => Some(param.ident.to_string()),
                syn::GenericParam::Lifetime(_) => None,
            })
            .collect(),
        params,
        returns: result.is_some(),
        result: result.unwrap_or_else(Type::unit),
    }
}

/// Which roles are families; those without a note in the syntax are none.
fn families(item: &ast::Item) -> Vec<Option<FamilySize>> {
    let noted = |role: usize| item.families.get(role).and_then(Option::as_ref);
    let size = |family: &ast::Family| match &family.size {
        Some(size) => FamilySize::Exactly(Box::new(size.clone())),
        None => FamilySize::Any,
    };
    (0..item.roles.len().min(MOST_ROLES)).map(|role| noted(role).map(size)).collect()
}

/// What a signature leaves out must follow from the rest of it.
fn check_result_type(result: &Type, params: &[(Ident, Type)], errors: &mut Errors) -> bool {
    match result {
        Type::At { ty: Some(ty), at } | Type::Each { ty: Some(ty), of: at } => {
            let named = !syntax::has_impl(ty);
            if !named {
                errors.error(
                    ty.span(),
                    "`impl Trait` can't be a result: callers couldn't name what they get",
                    "write the type, or a `Box<dyn Trait + Send>`",
                );
            }
            let (_, elided) = syntax::lifetimes(ty);
            let given: usize = params
                .iter()
                .filter(|(_, param)| !(param.holders() & *at).is_empty())
                .map(|(_, param)| count_lifetimes(param))
                .sum();
            let told = elided == 0 || given == 1;
            let sized = check_size(ty, errors);
            if !told {
                errors.error(
                    ty.span(),
                    "a lifetime of the result isn't written, and the parameters don't tell it",
                    "declare one, `name[A, B]<'a>(..)`, and write it at the parameter and at the result",
                );
            }
            named && told && sized
        }
        Type::Tuple(elems) => {
            elems.iter().filter(|elem| !check_result_type(elem, params, errors)).count() == 0
        }
        Type::Chor(_)
        | Type::At { ty: None, .. }
        | Type::Each { ty: None, .. }
        | Type::Never
        | Type::Error => true,
    }
}

fn count_lifetimes(ty: &Type) -> usize {
    match ty {
        Type::At { ty: Some(ty), .. } | Type::Each { ty: Some(ty), .. } => {
            let (named, elided) = syntax::lifetimes(ty);
            named.len() + elided
        }
        Type::Tuple(elems) => elems.iter().map(count_lifetimes).sum(),
        Type::Chor(_)
        | Type::At { ty: None, .. }
        | Type::Each { ty: None, .. }
        | Type::Never
        | Type::Error => 0,
    }
}

/// A role brings and gets values whose size is known.
fn check_size(ty: &syn::Type, errors: &mut Errors) -> bool {
    let help = match ty {
        syn::Type::TraitObject(_) => "write `Box<dyn ..>`, or `impl ..` for a parameter",
        syn::Type::Slice(_) => "write `Vec<..>`, or a reference: `&[..]`",
        syn::Type::Path(path) if path.path.is_ident("str") => "write `String` or `&str`",
        _ => return true,
    };
    errors.error(
        ty.span(),
        format_args!("a value of type `{}` has no known size", rust::text(ty)),
        help,
    );
    false
}

/// An agreement is given once and copied to its roles.
fn check_param_type(ty: &Type, shared: &impl Fn(RoleSet) -> bool, errors: &mut Errors) -> bool {
    match ty {
        Type::At { ty: Some(ty), .. } | Type::Each { ty: Some(ty), .. }
            if !check_size(ty, errors) =>
        {
            false
        }
        Type::At { ty: Some(ty), at } if shared(*at) => {
            let syn::Type::Reference(reference) = &**ty else { return true };
            if reference.mutability.is_some() {
                errors.error(
                    ty.span(),
                    "several roles can't share one `&mut`: each has its own copy of an agreement",
                    "take the value, or a parameter for each role",
                );
            }
            reference.mutability.is_none()
        }
        Type::Tuple(elems) => {
            elems.iter().filter(|elem| !check_param_type(elem, shared, errors)).count() == 0
        }
        Type::Chor(_) | Type::At { .. } | Type::Each { .. } | Type::Never | Type::Error => true,
    }
}
