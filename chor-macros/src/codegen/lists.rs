//! The lists of messages and the tree in which they stand, as data.

use super::module::back;
use super::normal;
use super::unit::Unit;
use super::{Block, Stage};
use crate::emit::exported;
use crate::layout::made;
use crate::protocol::{Node, Race};
use crate::rust;
use crate::syntax;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use std::collections::BTreeMap;

impl Block<'_> {
    /// The lists of messages and agreements, and the tree in which they stand.
    pub(super) fn emit_lists(&self, unit: &Unit<'_>, tree: &[Node]) -> (TokenStream, TokenStream) {
        let private = self.private;
        let (name, count) = (syntax::name(&unit.item.name), unit.global.steps.len());
        let roles: Vec<String> = unit.signature.roles.iter().map(syntax::name).collect();
        let mut perhaps = BTreeMap::new();
        find_perhaps(tree, &mut perhaps);
        let steps = unit.global.steps.iter().enumerate().map(|(index, step)| {
            let number = u32::try_from(index).unwrap_or(u32::MAX);
            let (label, ty) = (&step.label, rust::full_text(&step.ty));
            let normal = normal::emit_type(&step.ty, unit);
            let (from, to) = (&step.from_text, &step.to_texts);
            let (line, column) = line_and_column(step.span);
            let perhaps = perhaps
                .get(&index)
                .map(|(attempt, timed)| quote_spanned!(made()=> .perhaps(#attempt, #timed)));
            quote_spanned!(made()=> #private::Step::new(
                #name, #number, #label, #ty, #from, &[#(#to),*], ::core::file!(), #line, #column)
                #normal #perhaps)
        });
        let callees = normal::callees(unit);
        let tree = self.emit_nodes(tree, &callees);
        let agreements = self.emit_agreements(unit, &name, &roles);
        let sites = self.emit_sites(unit, &name);
        let lists = quote_spanned!(made()=>
            #[doc(hidden)]
            pub static __STEPS: [#private::Step; #count] = [#(#steps),*];
            #agreements
            #sites
        );
        (lists, tree)
    }

    pub(super) fn emit_nodes(
        &self,
        nodes: &[Node],
        callees: &[(String, syn::Path)],
    ) -> TokenStream {
        let private = self.private;
        let names = |names: &[String]| quote_spanned!(made()=> &[#(#names),*]);
        let nodes = nodes.iter().map(|node| match node {
            Node::Message { step, .. } => quote_spanned!(made()=> #private::Node::Message { step: &__STEPS[#step] }),
            Node::Agreement(index) => {
                quote_spanned!(made()=> #private::Node::Agreement { agreement: &__AGREEMENTS[#index] })
            }
            Node::Branch { on, at, arms } => {
                let at = names(at);
                let arms = arms.iter().map(|(arm, body)| {
                    let body = self.emit_nodes(body, callees);
                    quote_spanned!(made()=> (#arm, &[#body]))
                });
                quote_spanned!(made()=> #private::Node::Branch { on: #on, at: #at, arms: &[#(#arms),*] })
            }
            Node::Loop { head, at, body } => {
                let (at, body) = (names(at), self.emit_nodes(body, callees));
                quote_spanned!(made()=> #private::Node::Loop { head: #head, at: #at, body: &[#body] })
            }
            Node::Each { member, of, at, race, body } => {
                let (of, at) = (names(of), names(at));
                let race = match race {
                    Some(Race { at, text }) => {
                        quote_spanned!(made()=> ::core::option::Option::Some((#at, #text)))
                    }
                    None => quote_spanned!(made()=> ::core::option::Option::None),
                };
                let body = self.emit_nodes(body, callees);
                quote_spanned!(made()=> #private::Node::Each {
                    member: #member, of: #of, at: #at, first: #race, body: &[#body] })
            }
            Node::For { member, of, at, body } => {
                let (of, at, body) = (names(of), names(at), self.emit_nodes(body, callees));
                quote_spanned!(made()=>
                    #private::Node::For { member: #member, of: #of, at: #at, body: &[#body] })
            }
            Node::Member { member, of, index } => {
                let of = names(of);
                quote_spanned!(made()=>
                    #private::Node::Member { member: #member, of: #of, index: #index })
            }
            Node::Par { branches } => {
                let branches = branches.iter().map(|branch| self.emit_nodes(branch, callees));
                quote_spanned!(made()=> #private::Node::Par { branches: &[#(&[#branches]),*] })
            }
            Node::Call { name, path, roles: own } => {
                let callee = normal::callee(path.as_ref(), callees);
                let own = names(own);
                quote_spanned!(made()=> #private::Node::Call { name: #name, roles: #own, callee: #callee })
            }
        });
        quote_spanned!(made()=> #(#nodes),*)
    }

    /// The module that has the lists of messages and agreements.
    pub(super) fn lists(&self, unit: &Unit<'_>) -> Ident {
        if self.stage == Stage::Back { back(unit) } else { exported(&unit.item.name) }
    }
}

/// The messages that may not come: whether the sender's loss is a value, and whether there is a
/// deadline.
fn find_perhaps(nodes: &[Node], found: &mut BTreeMap<usize, (bool, bool)>) {
    for node in nodes {
        match node {
            Node::Message { step, attempt, timed, .. } => {
                if *attempt || *timed {
                    found.insert(*step, (*attempt, *timed));
                }
            }
            Node::Branch { arms, .. } => {
                for (_, arm) in arms {
                    find_perhaps(arm, found);
                }
            }
            Node::Loop { body, .. } | Node::Each { body, .. } | Node::For { body, .. } => {
                find_perhaps(body, found);
            }
            Node::Par { branches } => {
                for branch in branches {
                    find_perhaps(branch, found);
                }
            }
            Node::Agreement(_) | Node::Member { .. } | Node::Call { .. } => {}
        }
    }
}

pub(super) fn line_and_column(span: Span) -> (u32, u32) {
    let place = span.start();
    (u32::try_from(place.line).unwrap_or(0), u32::try_from(place.column + 1).unwrap_or(0))
}
