//! Located types and signatures as text, the way they are written.

use crate::ir::{ChorType, FamilySize, RoleSet, Type};
use proc_macro2::Ident;

/// `u32 @ A`, with the names of roles given and each Rust type shown by `show`.
pub fn located(ty: &Type, roles: &[Ident], show: fn(&syn::Type) -> String) -> String {
    let list = |types: &[Type]| {
        types.iter().map(|ty| located(ty, roles, show)).collect::<Vec<_>>().join(", ")
    };
    match ty {
        Type::At { ty, at } => {
            let ty = ty.as_deref().map_or("_".to_owned(), show);
            format!("{ty} @ {}", place(*at, roles))
        }
        Type::Each { ty, of } => {
            let ty = ty.as_deref().map_or("_".to_owned(), show);
            format!("{ty} @ each {}", place(*of, roles))
        }
        Type::Tuple(elems) => format!("({})", list(elems)),
        Type::Chor(chor) => {
            let ChorType { inputs, output, returns, .. } = &**chor;
            let output = returns.then(|| format!(" -> {}", located(output, roles, show)));
            let silent = match silent(chor) {
                silent if silent.is_empty() => String::new(),
                silent => format!(" | {}", place(silent, roles)),
            };
            format!("chor({}){}{silent}", list(inputs), output.unwrap_or_default())
        }
        Type::Never => "!".to_owned(),
        Type::Error => "_".to_owned(),
    }
}

/// The auxiliary roles of a choreography value.
fn silent(chor: &ChorType) -> RoleSet {
    let output = if chor.returns { chor.output.holders() } else { RoleSet::EMPTY };
    chor.roles - chor.inputs.iter().fold(output, |set, input| set | input.holders())
}

/// `A` or `[A, B]`
pub fn place(set: RoleSet, roles: &[Ident]) -> String {
    let names: Vec<String> =
        set.iter().filter_map(|role| roles.get(role.index())).map(ToString::to_string).collect();
    if names.len() == 1 { names[0].clone() } else { format!("[{}]", names.join(", ")) }
}

/// `auth[Client, Server](name: String @ Client) -> bool @ Server`, after the name.
pub fn signature(
    name: &str,
    roles: &[Ident],
    families: &[Option<FamilySize>],
    params: &[(Ident, Type)],
    result: Option<&Type>,
    show: fn(&syn::Type) -> String,
) -> String {
    let families = families.iter().map(Option::as_ref).chain(std::iter::repeat(None));
    let names: Vec<String> =
        roles.iter().zip(families).map(|(role, family)| FamilySize::of(family, role)).collect();
    let params: Vec<String> =
        params.iter().map(|(name, ty)| format!("{name}: {}", located(ty, roles, show))).collect();
    let result = result.map(|ty| format!(" -> {}", located(ty, roles, show)));
    format!("{name}[{}]({}){}", names.join(", "), params.join(", "), result.unwrap_or_default())
}
