//! The items that a choreography becomes: a module with its types and data, and for each role
//! the function that holds its share.

mod body;
mod callers;
mod generics;
mod lists;
mod members;
mod module;
mod normal;
mod role;
mod sends;
mod together;
mod unit;
mod verify;

use crate::check::is_recursive;
use crate::sends::{Found, find};
use callers::{emit_export, emit_types};
pub use generics::check_generics;
use generics::{Function, cycles};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;
use unit::carried;
pub use unit::{Unit, gates, project};

/// A part of the choreographies of a block that are wanted.
pub fn generate(
    facade: &TokenStream,
    units: &[Unit<'_>],
    stage: Stage,
    wanted: impl Fn(usize) -> bool,
) -> TokenStream {
    let boxed = cycles(units);
    let private = quote!(#facade::__private);
    let bodies: Vec<_> =
        units.iter().map(|unit| (!unit.is_foreign()).then_some(unit.global)).collect();
    let sent = find(&bodies, |index| is_recursive(&units[index].attrs));
    let block = Block { private: &private, boxed: &boxed, sent: &sent, units, stage };
    let mut names = BTreeSet::new();
    let wanted = |(index, _): &(usize, &Unit<'_>)| wanted(*index);
    let named =
        units.iter().enumerate().filter(wanted).filter(|(_, unit)| names.insert(&unit.item.name));
    named.map(|(index, unit)| block.emit_unit(index, unit)).collect()
}

/// How much of a choreography is generated.
///
/// One that waits for the signatures of its callees has two parts: so that its types exist, and
/// nothing else is found wrong, if a callee doesn't.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Whole,
    /// What follows from its header.
    Front,
    /// What follows from its body.
    Back,
}

pub(super) struct Block<'b> {
    pub(super) private: &'b TokenStream,
    pub(super) boxed: &'b BTreeSet<(Function, Function)>,
    /// Who sends what in each choreography.
    pub(super) sent: &'b [Option<Found>],
    pub(super) units: &'b [Unit<'b>],
    pub(super) stage: Stage,
}

impl Block<'_> {
    pub(super) fn emit_unit(&self, index: usize, unit: &Unit<'_>) -> TokenStream {
        let attrs =
            carried(unit, &["cfg", "cfg_attr", "allow", "warn", "deny", "forbid", "expect"]);
        let deprecated = unit.item.attrs.iter().any(|attr| attr.path().is_ident("deprecated"));
        let own_use = deprecated.then(|| quote!(#[allow(deprecated)]));
        let roles = 0..unit.roles.len();
        let mut gated = Vec::new();
        if self.stage != Stage::Back {
            gated.extend(roles.clone().flat_map(|role| self.emit_role(unit, role)));
            gated.extend(self.emit_choreography(unit));
            gated.push(emit_types(unit));
        }
        if self.stage != Stage::Front {
            gated.extend(roles.map(|role| self.emit_run(index, unit, role)));
        }
        let gated = gated.iter().map(|item| quote!(#own_use #(#attrs)* #item));
        let module = (self.stage != Stage::Back).then(|| self.emit_module(unit));
        let export = (self.stage != Stage::Back).then(|| emit_export(unit));
        let back = (self.stage == Stage::Back).then(|| self.emit_back(unit));
        let body = (self.stage != Stage::Front).then(|| {
            let (callees, sends) = (self.emit_callees(unit), self.emit_sends(index, unit));
            quote!(#callees #sends)
        });
        quote!(#module #back #(#gated)* #body #export)
    }
}
