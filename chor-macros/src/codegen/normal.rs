//! What participants compare when a session starts, as far as the macro has to tell it: types
//! without names that make no difference, and the choreographies that are called.

use super::Block;
use super::unit::{Unit, carried, each_call};
use crate::emit::exported;
use crate::ir::{FamilySize, RoleSet, Type};
use crate::layout::made;
use crate::rust;
use proc_macro2::TokenStream;
use quote::quote_spanned;

/// The parameters and the result with roles as numbers.
pub(super) fn signature_text(unit: &Unit<'_>) -> String {
    let params = unit.signature.params.iter();
    let params: Vec<String> = params.map(|(_, ty)| located_text(ty, unit)).collect();
    let returns = unit.signature.returns;
    let result = returns.then(|| format!(" -> {}", located_text(&unit.signature.result, unit)));
    format!("{}({}){}", sizes_text(unit), params.join(", "), result.unwrap_or_default())
}

/// How many play each role: nothing, if there are no families.
fn sizes_text(unit: &Unit<'_>) -> String {
    let sizes = unit.signature.families.iter().map(|family| match family {
        None => "1".to_owned(),
        Some(FamilySize::Any) => "..".to_owned(),
        Some(FamilySize::Exactly(size)) => {
            let array: syn::Type = syn::parse_quote!([(); #size]);
            type_text(&array, unit)
        }
    });
    let sizes: Vec<String> = sizes.collect();
    if unit.has_families() { format!("[{}]", sizes.join(", ")) } else { String::new() }
}

/// What tells the places where concurrent parts begin apart, by their number: alike in all builds of
/// the same choreography.
pub(super) fn places(unit: &Unit<'_>) -> impl Fn(usize) -> u64 + use<> {
    let name = crate::syntax::name(&unit.item.name);
    let text = format!("{name}{}", signature_text(unit));
    move |number| digest(&format!("{text}{number}"))
}

/// FNV-1a, 64 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// `.normal("..")` for a message's type, where it differs from the type as it is written.
pub(super) fn emit_type(ty: &syn::Type, unit: &Unit<'_>) -> Option<TokenStream> {
    let normal = type_text(ty, unit);
    (normal != rust::full_text(ty)).then(|| quote_spanned!(made()=> .normal(#normal)))
}

fn type_text(ty: &syn::Type, unit: &Unit<'_>) -> String {
    rust::normal_text(ty, &unit.signature.generics)
}

fn located_text(ty: &Type, unit: &Unit<'_>) -> String {
    let all = |types: &[Type]| -> String {
        let texts: Vec<String> = types.iter().map(|ty| located_text(ty, unit)).collect();
        texts.join(", ")
    };
    match ty {
        Type::At { ty, at } => {
            let ty = ty.as_ref().map_or("_".to_owned(), |ty| type_text(ty, unit));
            format!("{ty} @ {}", roles_text(*at & RoleSet::first(unit.signature.roles.len())))
        }
        Type::Each { ty, of } => {
            let ty = ty.as_ref().map_or("_".to_owned(), |ty| type_text(ty, unit));
            format!("{ty} @ each {}", roles_text(*of))
        }
        Type::Tuple(elems) => format!("({})", all(elems)),
        Type::Chor(chor) => {
            let output = chor.returns.then(|| format!(" -> {}", located_text(&chor.output, unit)));
            let (inputs, output) = (all(&chor.inputs), output.unwrap_or_default());
            format!("chor({inputs}){output} | {}", roles_text(chor.roles))
        }
        Type::Never | Type::Error => "_".to_owned(),
    }
}

fn roles_text(roles: RoleSet) -> String {
    let numbers: Vec<String> = roles.iter().map(|role| role.0.to_string()).collect();
    if numbers.len() == 1 { numbers.concat() } else { format!("[{}]", numbers.join(", ")) }
}

/// The paths of the choreographies that are called or named, each once.
pub(super) fn callees(unit: &Unit<'_>) -> Vec<(String, syn::Path)> {
    let mut callees: Vec<(String, syn::Path)> = Vec::new();
    for role in &unit.roles {
        each_call(role, &mut |call| {
            let text = rust::full_text(&call.path);
            if callees.iter().all(|(known, _)| *known != text) {
                callees.push((text, call.path.clone()));
            }
        });
    }
    callees
}

/// Which of `callees` has this path.
pub(super) fn callee(path: Option<&syn::Path>, callees: &[(String, syn::Path)]) -> TokenStream {
    let text = path.map(rust::full_text);
    match callees.iter().position(|(known, _)| Some(known) == text.as_ref()) {
        Some(index) => quote_spanned!(made()=> ::core::option::Option::Some(#index)),
        None => quote_spanned!(made()=> ::core::option::Option::None),
    }
}

impl Block<'_> {
    /// Where the callees' names mean what the user means; a module in a function's body can't name
    /// its neighbours.
    pub(super) fn emit_callees(&self, unit: &Unit<'_>) -> Option<TokenStream> {
        let (private, module) = (self.private, exported(&unit.item.name));
        let callees = callees(unit);
        if callees.is_empty() {
            return None;
        }
        let attrs = carried(unit, &["cfg", "cfg_attr"]);
        let callees = callees.iter().map(|(_, path)| quote_spanned!(made()=> || &#path::PROTOCOL));
        Some(quote_spanned!(made()=>
            #[allow(deprecated)]
            #(#attrs)*
            impl #private::Calls for #module::Role {
                const CALLEES: &'static [fn() -> &'static #private::Protocol] = &[#(#callees),*];
            }
        ))
    }
}
