//! A choreography on its way to tokens: its roles' shares, and which generics they carry.

use super::generics::spread_generics;
use crate::ast;
use crate::check::{Checked, Signature};
use crate::emit::{Callee, Emitter};
use crate::foreign::Foreign;
use crate::ir::{
    ChorType, FamilySize, Global, LocalCall, LocalPattern, RoleId, RoleSet, Type, VarId, Visitors,
};
use crate::layout::{Header, Layout, chor_param, made, share};
use crate::project::{project_body, project_params};
use crate::rust;
use crate::simplify::{Share, simplify, uses};
use crate::walk::{Part, walk_block};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::BTreeSet;

/// One choreography on its way to tokens.
pub struct Unit<'a> {
    pub(super) item: &'a ast::Item,
    /// The block's and the item's.
    pub(super) attrs: Vec<syn::Attribute>,
    pub(super) signature: &'a Signature,
    pub(super) global: &'a Global,
    pub(super) header: Header,
    /// `None` after mistakes: then no body is emitted.
    pub(super) roles: Vec<RoleUnit>,
    /// The variables that any role uses.
    pub(super) uses: BTreeSet<VarId>,
    /// Who comes to each of its sites.
    pub(super) sites: Vec<Visitors>,
}

pub(super) struct RoleUnit {
    pub(super) params: Vec<(usize, LocalPattern)>,
    pub(super) share: Option<Share>,
    /// The user's generics that the share mentions, apart from its calls.
    pub(super) mentions: BTreeSet<String>,
    pub(super) layout: Layout,
}

impl<'a> Unit<'a> {
    /// Projects and simplifies; `bodies` is false after mistakes.
    pub(super) fn new(
        options: &[syn::Attribute],
        item: &'a ast::Item,
        checked: &'a Checked,
        bodies: bool,
    ) -> Self {
        let Checked { signature, global, sound } = checked;
        let bodies = bodies && *sound;
        let header = Header::new(item, &signature.params, &signature.result);
        let roles: Vec<RoleId> = RoleSet::first(signature.roles.len()).iter().collect();
        let projected: Vec<_> =
            roles.iter().filter(|_| bodies).map(|role| project_body(global, *role)).collect();
        let all: BTreeSet<VarId> = projected.iter().flat_map(uses).collect();
        let mut shares: Vec<Option<Share>> =
            projected.into_iter().map(|body| Some(simplify(body, &all, &global.vars))).collect();
        shares.resize_with(roles.len(), || None);
        let roles: Vec<RoleUnit> = roles
            .into_iter()
            .zip(shares)
            .map(|(role, share)| RoleUnit::new(&header, global, role, share))
            .collect();
        let attrs = attributes(options, item);
        let sites = visitors(global, &roles);
        Self { item, attrs, signature, global, header, roles, uses: all, sites }
    }

    /// The type and const parameters that more than one role carries: the compiler, which sees one
    /// role at a time, might find another type for each.
    pub(super) fn shared(&self) -> impl Iterator<Item = String> {
        let carried = |name: &String| {
            self.roles.iter().filter(|role| role.layout.used.contains(name)).count()
        };
        let named = self.signature.generics.iter();
        named.filter(move |name| carried(name) > 1).cloned()
    }

    pub(super) fn is_foreign(&self) -> bool {
        self.signature.path.is_some()
    }

    /// Its callees can't change which generics its roles carry: there are none but those that each
    /// role has in any case.
    pub fn is_settled(&self) -> bool {
        let named = self.header.lasting();
        let plain = !matches!(self.header.result, Type::Chor(_));
        plain && self.roles.iter().all(|role| named.is_subset(&role.layout.used))
    }

    /// One of another block.
    pub(super) fn foreign(foreign: &'a Foreign, checked: &'a Checked) -> Self {
        let Checked { signature, global, .. } = checked;
        let header = foreign.header();
        let roles = RoleSet::first(signature.roles.len()).iter().zip(&foreign.used);
        let roles = roles.map(|(role, used)| RoleUnit {
            params: Vec::new(),
            share: None,
            mentions: used.clone(),
            layout: Layout::new(&header, fields(&header, role), used),
        });
        let (roles, uses, sites) = (roles.collect(), BTreeSet::new(), Vec::new());
        let (item, attrs) = (&foreign.item, Vec::new());
        Self { item, attrs, signature, global, header, roles, uses, sites }
    }
}

/// Who comes to each site: of those that could, some may have nothing to do there.
fn visitors(global: &Global, roles: &[RoleUnit]) -> Vec<Visitors> {
    let mut sites = vec![RoleSet::EMPTY; global.sites.len()];
    for (role, unit) in RoleSet::first(roles.len()).iter().zip(roles) {
        let own = unit.share.iter().flat_map(|share| share.sites(&global.vars));
        own.for_each(|site| sites[site] |= RoleSet::one(role));
    }
    global
        .sites
        .iter()
        .zip(sites)
        .map(|(site, roles)| {
            let at = site.visitors(roles);
            let family = |role: RoleId| matches!(global.families.get(role.index()), Some(Some(_)));
            let compared = at.len() > 1 || at.iter().any(family);
            Visitors { at, shown: compared || !site.arms.is_empty() }
        })
        .collect()
}

/// The block's and the item's.
pub(super) fn attributes(options: &[syn::Attribute], item: &ast::Item) -> Vec<syn::Attribute> {
    let outer =
        |attr: &syn::Attribute| syn::Attribute { style: syn::AttrStyle::Outer, ..attr.clone() };
    options.iter().chain(&item.attrs).map(outer).collect()
}

/// The conditions under which a choreography exists.
pub fn gates(source: &ast::Source, index: usize) -> Vec<syn::Attribute> {
    let attrs = attributes(&source.options, &source.items[index]);
    select(&attrs, &GATES)
}

pub(super) const GATES: [&str; 2] = ["cfg", "cfg_attr"];

impl RoleUnit {
    pub(super) fn new(header: &Header, global: &Global, role: RoleId, own: Option<Share>) -> Self {
        let names = header.names();
        let mut mentions = BTreeSet::new();
        if let Some(own) = &own {
            mentions = mentioned(own, global, &names);
        }
        // How many play a role is checked at each.
        for size in global.families.iter().flatten() {
            if let FamilySize::Exactly(size) = size {
                mentions.extend(rust::mentions(size.to_token_stream(), &names));
            }
        }
        if let Some(result) = share(&header.result, role) {
            mentions.extend(rust::mentions(result.to_token_stream(), &names));
        }
        for (_, ty) in &header.params {
            if let Type::Chor(chor) = ty
                && chor.roles.contains(role)
            {
                let types = chor.inputs.iter().chain([&chor.output]);
                for ty in types.filter_map(|ty| share(ty, role)) {
                    mentions.extend(rust::mentions(ty.to_token_stream(), &names));
                }
            }
        }
        let fields = fields(header, role);
        let layout = Layout::new(header, fields, &mentions);
        Self { params: project_params(global, role), share: own, mentions, layout }
    }
}

pub(super) fn fields(header: &Header, role: RoleId) -> Vec<(usize, syn::Type)> {
    let params = header.params.iter().enumerate();
    params
        .filter_map(|(index, (_, ty))| match ty {
            Type::Chor(chor) => {
                let name = chor_param(index);
                chor.roles.contains(role).then(|| (index, syn::parse_quote!(#name)))
            }
            _ => Some((index, share(ty, role)?)),
        })
        .collect()
}

/// The generics in the code, the messages and the written types of a share.
pub(super) fn mentioned(
    own: &Share,
    global: &Global,
    names: &BTreeSet<String>,
) -> BTreeSet<String> {
    if names.is_empty() {
        return BTreeSet::new();
    }
    let none = |_: &LocalCall| Callee {
        new: vec![format_ident!("new")],
        arguments: TokenStream::new(),
        boxed: false,
    };
    let private = quote!(p);
    let module = format_ident!("m");
    let place = |_: usize| 0;
    let emitter = Emitter {
        private: &private,
        module: &module,
        role: RoleId(0),
        families: &global.families,
        place: &place,
        vars: &global.vars,
        assigned: &BTreeSet::new(),
        uses: &own.uses,
        elsewhere: &own.uses,
        sites: &[],
        callee: &none,
    };
    rust::mentions(emitter.emit_block(&own.body), names)
}

/// Projects every choreography of a block to its roles; without bodies after mistakes. Those of
/// other blocks have none.
pub fn project<'a>(
    source: &'a ast::Source,
    foreign: &'a [Foreign],
    checked: &'a [Checked],
    bodies: bool,
) -> Vec<Unit<'a>> {
    let (own, others) = checked.split_at(source.items.len());
    let own = source.items.iter().zip(own);
    let own = own.map(|(item, checked)| Unit::new(&source.options, item, checked, bodies));
    let others = foreign.iter().zip(others);
    let others = others.map(|(foreign, checked)| Unit::foreign(foreign, checked));
    let mut units: Vec<Unit<'a>> = own.chain(others).collect();
    spread_generics(&mut units);
    units
}

pub(super) fn each_call<'r>(role: &'r RoleUnit, visit: &mut impl FnMut(&'r LocalCall)) {
    if let Some(share) = &role.share {
        walk_block(&share.body, &mut |part| {
            if let Part::Call(call) = part {
                visit(call);
            }
        });
    }
}

/// The choreography has type or const parameters.
pub(super) fn is_generic(item: &ast::Item) -> bool {
    let lifetime = |param: &syn::GenericParam| matches!(param, syn::GenericParam::Lifetime(_));
    !item.generics.params.iter().all(lifetime)
}

/// A single role has to have each parameter, and a result that is a value.
pub(super) fn playable(unit: &Unit<'_>) -> bool {
    has_plain_params(unit) && !matches!(unit.signature.result, Type::Chor(_))
}

pub(super) fn has_plain_params(unit: &Unit<'_>) -> bool {
    let mut types = unit.signature.params.iter().map(|(_, ty)| ty);
    types.all(|ty| !matches!(ty, Type::Tuple(_) | Type::Chor(_)))
}

/// The choreography that comes out of one that a role can be opened of.
pub(super) fn offered<'u>(unit: &'u Unit<'_>) -> Option<&'u ChorType> {
    match &unit.header.result {
        Type::Chor(chor) if has_plain_params(unit) => Some(chor),
        _ => None,
    }
}

pub(super) fn all_fields(unit: &Unit<'_>) -> Vec<(usize, syn::Type)> {
    let types = unit.header.params.iter().enumerate();
    types
        .filter_map(|(index, (_, ty))| match ty {
            Type::At { ty: Some(ty), .. } => Some((index, (**ty).clone())),
            Type::Each { ty: Some(ty), .. } => Some((index, list_of(ty))),
            _ => None,
        })
        .collect()
}

/// The values of all who have one of their own.
fn list_of(ty: &syn::Type) -> syn::Type {
    let here = made().located_at(syn::spanned::Spanned::span(ty));
    syn::parse_quote_spanned!(here=> ::std::vec::Vec<#ty>)
}

/// The user's attributes of these names.
///
/// What is expected of a choreography can't be met by each of its items: it is allowed to all.
pub(super) fn carried(unit: &Unit<'_>, names: &[&str]) -> Vec<syn::Attribute> {
    let mut attrs = select(&unit.attrs, names);
    for attr in attrs.iter_mut().filter(|attr| attr.path().is_ident("expect")) {
        if let syn::Meta::List(list) = &mut attr.meta {
            list.path = Ident::new("allow", made()).into();
        }
    }
    attrs
}

pub(super) fn select(attrs: &[syn::Attribute], names: &[&str]) -> Vec<syn::Attribute> {
    let wanted = |attr: &&syn::Attribute| names.iter().any(|name| attr.path().is_ident(name));
    attrs.iter().filter(wanted).cloned().collect()
}
