//! The lists of messages and the tree in which they stand, as data.

use super::module::back;
use super::normal;
use super::unit::Unit;
use super::{Block, Stage};
use crate::emit::exported;
use crate::ir::RoleSet;
use crate::layout::made;
use crate::protocol::Node;
use crate::rust;
use crate::syntax;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

impl Block<'_> {
    /// The lists of messages and agreements, and the tree in which they stand.
    pub(super) fn emit_lists(&self, unit: &Unit<'_>, tree: &[Node]) -> (TokenStream, TokenStream) {
        let private = self.private;
        let (name, count) = (syntax::name(&unit.item.name), unit.global.steps.len());
        let roles: Vec<String> = unit.signature.roles.iter().map(syntax::name).collect();
        let steps = unit.global.steps.iter().enumerate().map(|(index, step)| {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            let (label, ty) = (&step.label, rust::full_text(&step.ty));
            let normal = normal::emit_type(&step.ty, unit);
            let from = &roles[step.from.index()];
            let to = step.to.iter().map(|role| &roles[role.index()]);
            let (line, column) = line_and_column(step.span);
            quote_spanned!(made()=> #private::Step::new(
                #name, #index, #label, #ty, #from, &[#(#to),*], ::core::file!(), #line, #column)
                #normal)
        });
        let callees = normal::callees(unit);
        let tree = self.emit_nodes(tree, &roles, &callees);
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
        roles: &[String],
        callees: &[(String, syn::Path)],
    ) -> TokenStream {
        let private = self.private;
        let names = |set: RoleSet| {
            let names = set.iter().filter_map(|role| roles.get(role.index()));
            quote_spanned!(made()=> &[#(#names),*])
        };
        let nodes = nodes.iter().map(|node| match node {
            Node::Message(step) => quote_spanned!(made()=> #private::Node::Message { step: &__STEPS[#step] }),
            Node::Agreement(index) => {
                quote_spanned!(made()=> #private::Node::Agreement { agreement: &__AGREEMENTS[#index] })
            }
            Node::Branch { on, at, arms } => {
                let at = names(*at);
                let arms = arms.iter().map(|(arm, body)| {
                    let body = self.emit_nodes(body, roles, callees);
                    quote_spanned!(made()=> (#arm, &[#body]))
                });
                quote_spanned!(made()=> #private::Node::Branch { on: #on, at: #at, arms: &[#(#arms),*] })
            }
            Node::Loop { head, at, body } => {
                let (at, body) = (names(*at), self.emit_nodes(body, roles, callees));
                quote_spanned!(made()=> #private::Node::Loop { head: #head, at: #at, body: &[#body] })
            }
            Node::Call { name, path, roles: own } => {
                let callee = normal::callee(path.as_ref(), callees);
                let own = own.iter().map(|role| &roles[role.index()]);
                quote_spanned!(made()=> #private::Node::Call { name: #name, roles: &[#(#own),*], callee: #callee })
            }
        });
        quote_spanned!(made()=> #(#nodes),*)
    }

    /// The module that has the lists of messages and agreements.
    pub(super) fn lists(&self, unit: &Unit<'_>) -> Ident {
        if self.stage == Stage::Back { back(unit) } else { exported(&unit.item.name) }
    }
}

pub(super) fn line_and_column(span: Span) -> (u32, u32) {
    let place = span.start();
    (u32::try_from(place.line).unwrap_or(0), u32::try_from(place.column + 1).unwrap_or(0))
}
