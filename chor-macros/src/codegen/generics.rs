//! Type parameters across calls, and the calls that lead back to where they come from.

use super::unit::{Unit, each_call, fields};
use crate::error::Errors;
use crate::ir::{LocalCall, RoleId};
use crate::layout::Layout;
use crate::rust;
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};

/// Reports the type parameters of callees that a role's share needs and can't tell.
pub fn check_generics(units: &[Unit<'_>], wanted: impl Fn(usize) -> bool, errors: &mut Errors) {
    for (_, unit) in units.iter().enumerate().filter(|(index, _)| wanted(*index)) {
        let mut told = BTreeSet::new();
        for role in &unit.roles {
            each_call(role, &mut |call| {
                let callee = &units[call.callee];
                let layout = &callee.roles[call.role].layout;
                let known = |name: &str| call.generics.contains_key(name);
                let mut names = layout.untold(&callee.header, known);
                names.extend(callee.shared().filter(|name| !known(name)));
                for name in names {
                    let place = (call.span.start().line, call.span.start().column, name.clone());
                    if told.insert(place) {
                        report_untold(&name, call, callee, errors);
                    }
                }
            });
        }
    }
}

pub(super) fn report_untold(name: &str, call: &LocalCall, callee: &Unit<'_>, errors: &mut Errors) {
    let role = &callee.signature.roles[call.role];
    let (callee, generics) = (rust::text(&call.path), callee.signature.generics.join(", "));
    errors.error(
        call.span,
        format_args!("nothing tells the role `{role}` of `{callee}` the type `{name}`"),
        format_args!("write it at the call: `{callee}[..]::<{generics}>(..)`"),
    );
}

/// A role's struct carries the generics that its callees' structs need of it.
pub(super) fn spread_generics(units: &mut [Unit<'_>]) {
    loop {
        let mut grown = false;
        for index in 0..units.len() {
            for role in 0..units[index].roles.len() {
                let mut more = units[index].roles[role].mentions.clone();
                let names = units[index].header.names();
                each_call(&units[index].roles[role], &mut |call| {
                    let callee = &units[call.callee];
                    for name in &callee.roles[call.role].layout.used {
                        if let Some(ty) = call.generics.get(name) {
                            more.extend(rust::mentions(ty.to_token_stream(), &names));
                        }
                    }
                });
                if more.len() > units[index].roles[role].mentions.len() {
                    grown = true;
                    let unit = &mut units[index];
                    let fields =
                        fields(&unit.header, RoleId(u8::try_from(role).unwrap_or_default()));
                    unit.roles[role].layout = Layout::new(&unit.header, fields, &more);
                    unit.roles[role].mentions = more;
                }
            }
        }
        if !grown {
            return;
        }
    }
}

/// A choreography and one of its roles.
pub(super) type Function = (usize, usize);

/// The calls, from a role's function to another, that lead back to where they come from.
pub(super) fn cycles(units: &[Unit<'_>]) -> BTreeSet<(Function, Function)> {
    let mut edges: BTreeMap<Function, BTreeSet<Function>> = BTreeMap::new();
    for (index, unit) in units.iter().enumerate() {
        for (role, own) in unit.roles.iter().enumerate() {
            let targets = edges.entry((index, role)).or_default();
            each_call(own, &mut |call| {
                targets.insert((call.callee, call.role));
            });
        }
    }
    let mut boxed = BTreeSet::new();
    for (from, targets) in &edges {
        for to in targets {
            if reaches(&edges, *to, *from) {
                boxed.insert((*from, *to));
            }
        }
    }
    boxed
}

pub(super) fn reaches(
    edges: &BTreeMap<Function, BTreeSet<Function>>,
    from: Function,
    to: Function,
) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        if node == to {
            return true;
        }
        if seen.insert(node) {
            open.extend(edges.get(&node).into_iter().flatten());
        }
    }
    false
}
