//! The items that a choreography becomes: a module with its types and data, and for each role
//! the function that holds its share.

// Said, because the benchmark includes this file from another folder.
#[path = "codegen/normal.rs"]
mod normal;
#[path = "codegen/verify.rs"]
mod verify;

use crate::ast;
use crate::check::{Checked, RECURSIVE, Signature};
use crate::diagram;
use crate::emit::{Callee, Emitter, doc, exported, unlinted_names};
use crate::error::Errors;
use crate::foreign::{self, Foreign};
use crate::ir::{ChorType, Global, LocalCall, LocalPattern, RoleId, RoleSet, Type, Var, VarId};
use crate::layout::{Header, Layout, chor_param, made, share};
use crate::project::{project_body, project_params};
use crate::protocol::{self, Node};
use crate::rust;
use crate::simplify::{Share, simplify, uses};
use crate::syntax;
use crate::walk::{Part, walk_block};
use crate::written;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::{BTreeMap, BTreeSet};

/// One choreography on its way to tokens.
pub struct Unit<'a> {
    item: &'a ast::Item,
    /// The block's and the item's.
    attrs: Vec<syn::Attribute>,
    signature: &'a Signature,
    global: &'a Global,
    header: Header,
    /// `None` after mistakes: then no body is emitted.
    roles: Vec<RoleUnit>,
    /// The variables that any role uses.
    uses: BTreeSet<VarId>,
}

struct RoleUnit {
    params: Vec<(usize, LocalPattern)>,
    share: Option<Share>,
    /// The user's generics that the share mentions, apart from its calls.
    mentions: BTreeSet<String>,
    layout: Layout,
}

impl<'a> Unit<'a> {
    /// Projects and simplifies; `bodies` is false after mistakes.
    fn new(
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
            projected.into_iter().map(|body| Some(simplify(body, &all))).collect();
        shares.resize_with(roles.len(), || None);
        let roles = roles
            .into_iter()
            .zip(shares)
            .map(|(role, share)| RoleUnit::new(&header, global, role, share))
            .collect();
        let attrs = attributes(options, item);
        Self { item, attrs, signature, global, header, roles, uses: all }
    }

    /// The type and const parameters that more than one role carries: the compiler, which sees one
    /// role at a time, might find another type for each.
    fn shared(&self) -> impl Iterator<Item = String> {
        let carried = |name: &String| {
            self.roles.iter().filter(|role| role.layout.used.contains(name)).count()
        };
        let named = self.signature.generics.iter();
        named.filter(move |name| carried(name) > 1).cloned()
    }

    fn is_foreign(&self) -> bool {
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
    fn foreign(foreign: &'a Foreign, checked: &'a Checked) -> Self {
        let Checked { signature, global, .. } = checked;
        let header = foreign.header();
        let roles = RoleSet::first(signature.roles.len()).iter().zip(&foreign.used);
        let roles = roles.map(|(role, used)| RoleUnit {
            params: Vec::new(),
            share: None,
            mentions: used.clone(),
            layout: Layout::new(&header, fields(&header, role), used),
        });
        let (roles, uses) = (roles.collect(), BTreeSet::new());
        Self { item: &foreign.item, attrs: Vec::new(), signature, global, header, roles, uses }
    }
}

/// The block's and the item's.
fn attributes(options: &[syn::Attribute], item: &ast::Item) -> Vec<syn::Attribute> {
    let outer =
        |attr: &syn::Attribute| syn::Attribute { style: syn::AttrStyle::Outer, ..attr.clone() };
    options.iter().chain(&item.attrs).map(outer).collect()
}

/// The conditions under which a choreography exists.
pub fn gates(source: &ast::Source, index: usize) -> Vec<syn::Attribute> {
    let attrs = attributes(&source.options, &source.items[index]);
    select(&attrs, &GATES)
}

const GATES: [&str; 2] = ["cfg", "cfg_attr"];

impl RoleUnit {
    fn new(header: &Header, global: &Global, role: RoleId, own: Option<Share>) -> Self {
        let names = header.names();
        let mut mentions = BTreeSet::new();
        if let Some(own) = &own {
            mentions = mentioned(own, global, &names);
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

fn fields(header: &Header, role: RoleId) -> Vec<(usize, syn::Type)> {
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
fn mentioned(own: &Share, global: &Global, names: &BTreeSet<String>) -> BTreeSet<String> {
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
    let emitter = Emitter {
        private: &private,
        module: &module,
        vars: &global.vars,
        assigned: &BTreeSet::new(),
        uses: &own.uses,
        elsewhere: &own.uses,
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

fn report_untold(name: &str, call: &LocalCall, callee: &Unit<'_>, errors: &mut Errors) {
    let role = &callee.signature.roles[call.role];
    let (callee, generics) = (rust::text(&call.path), callee.signature.generics.join(", "));
    errors.error(
        call.span,
        format_args!("nothing tells the role `{role}` of `{callee}` the type `{name}`"),
        format_args!("write it at the call: `{callee}[..]::<{generics}>(..)`"),
    );
}

/// A part of the choreographies of a block that are wanted.
pub fn generate(
    facade: &TokenStream,
    units: &[Unit<'_>],
    stage: Stage,
    wanted: impl Fn(usize) -> bool,
) -> TokenStream {
    let boxed = cycles(units);
    let private = quote!(#facade::__private);
    let block = Block { private: &private, boxed: &boxed, units, stage };
    let mut names = BTreeSet::new();
    let wanted = |(index, _): &(usize, &Unit<'_>)| wanted(*index);
    let named =
        units.iter().enumerate().filter(wanted).filter(|(_, unit)| names.insert(&unit.item.name));
    named.map(|(index, unit)| block.emit_unit(index, unit)).collect()
}

/// The signature of a choreography for callers in other blocks.
fn emit_export(unit: &Unit<'_>) -> TokenStream {
    let used: Vec<_> = unit.roles.iter().map(|role| role.layout.used.clone()).collect();
    foreign::emit_export(unit.item, &select(&unit.attrs, &GATES), &used)
}

/// A role's struct carries the generics that its callees' structs need of it.
fn spread_generics(units: &mut [Unit<'_>]) {
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

/// The struct of a role for an `impl`, where rustc says what is wrong with its fields.
fn emit_target(module: &Ident, name: &Ident, arguments: TokenStream, here: Span) -> TokenStream {
    let (mut module, mut name) = (module.clone(), name.clone());
    module.set_span(module.span().located_at(here));
    name.set_span(name.span().located_at(here));
    let mut arguments: Vec<TokenTree> = arguments.into_iter().collect();
    for bracket in [0, arguments.len().saturating_sub(1)] {
        if let Some(bracket) = arguments.get_mut(bracket) {
            bracket.set_span(here);
        }
    }
    quote_spanned!(here=> #module::#name #(#arguments)*)
}

/// The agreements that a share assigns.
fn assigned_agreements(
    share: &Share,
    params: &[(usize, LocalPattern)],
    vars: &[Var],
) -> BTreeSet<VarId> {
    let mut assigned = BTreeSet::new();
    let mut mutable: BTreeSet<VarId> =
        params.iter().flat_map(|(_, pattern)| mutable_vars(pattern)).collect();
    walk_block(&share.body, &mut |part| {
        let code = match part {
            Part::Target(code) => code,
            Part::Code(code) if !rust::examine(&code.expr).targets.is_empty() => code,
            Part::Let(pattern, later) => {
                mutable.extend(pattern.vars().into_iter().filter(|_| later));
                mutable.extend(mutable_vars(pattern));
                return;
            }
            Part::Code(_) | Part::Call(_) => return,
        };
        let shared = |var: &&VarId| matches!(vars[var.0].ty, Type::At { at, .. } if at.len() > 1);
        assigned.extend(code.uses.iter().filter(shared).copied());
    });
    // One that may not be assigned is rustc's to report.
    &assigned & &mutable
}

fn mutable_vars(pattern: &LocalPattern) -> Vec<VarId> {
    match pattern {
        LocalPattern::Tuple(elems) => elems.iter().flat_map(mutable_vars).collect(),
        LocalPattern::One { pat, vars, .. } => {
            let names = rust::examine_pattern(pat);
            let shown = names.iter().zip(vars);
            shown.filter(|(name, _)| syntax::is_mutable(pat, name)).map(|(_, var)| *var).collect()
        }
    }
}

/// Whether code of the share may never come to its end, so that what is made around it would be
/// unreachable.
fn may_end(share: Option<&Share>) -> bool {
    let mut found = false;
    if let Some(share) = share {
        walk_block(&share.body, &mut |part| {
            if let Part::Code(code) = part {
                found |= code.apart || rust::examine(&code.expr).diverges;
            }
        });
    }
    found
}

fn each_call<'r>(role: &'r RoleUnit, visit: &mut impl FnMut(&'r LocalCall)) {
    if let Some(share) = &role.share {
        walk_block(&share.body, &mut |part| {
            if let Part::Call(call) = part {
                visit(call);
            }
        });
    }
}

/// A choreography and one of its roles.
type Function = (usize, usize);

/// The calls, from a role's function to another, that lead back to where they come from.
fn cycles(units: &[Unit<'_>]) -> BTreeSet<(Function, Function)> {
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

fn reaches(edges: &BTreeMap<Function, BTreeSet<Function>>, from: Function, to: Function) -> bool {
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

struct Block<'b> {
    private: &'b TokenStream,
    boxed: &'b BTreeSet<(Function, Function)>,
    units: &'b [Unit<'b>],
    stage: Stage,
}

impl Block<'_> {
    fn emit_unit(&self, index: usize, unit: &Unit<'_>) -> TokenStream {
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
        let callees = (self.stage != Stage::Front).then(|| self.emit_callees(unit));
        quote!(#module #back #(#gated)* #callees #export)
    }

    /// `mod name`, in which no token is the user's but names of roles.
    fn emit_module(&self, unit: &Unit<'_>) -> TokenStream {
        let attrs = carried(
            unit,
            &["doc", "cfg", "cfg_attr", "deprecated", "allow", "warn", "deny", "expect"],
        );
        let (vis, name) = (&unit.item.vis, exported(&unit.item.name));
        let tree = protocol::tree(unit.global);
        let drawn = docs(unit, (self.stage == Stage::Whole).then_some(&*tree));
        let role_enum = emit_role_enum(unit);
        let structs = unit.roles.iter().enumerate().map(|(role, own)| {
            let name = exported(&unit.signature.roles[role]);
            let text = role_docs(unit, role);
            emit_struct(&name, name.span(), &own.layout, unit, &text)
        });
        let together = emit_together(unit);
        let outcome = emit_outcome(unit);
        let data = match self.stage {
            Stage::Front => self.emit_awaited(),
            Stage::Whole | Stage::Back => {
                let (lists, tree) = self.emit_lists(unit, &tree);
                let traits = self.emit_traits(unit, &quote_spanned!(made()=> Role));
                let private = self.private;
                let text = doc("The messages, with the branches and loops around them, as data.");
                quote_spanned!(made()=>
                    #lists
                    #text
                    pub static PROTOCOL: #private::Protocol =
                        #private::Protocol::new(&SIGNATURE, &__STEPS, &[#tree]) #traits;
                )
            }
        };
        let signature = self.emit_signature(unit);
        let types_vis = inner_visibility(&unit.item.vis);
        // So that rustc shows the name where it speaks of the module.
        quote_spanned!(made().located_at(name.span())=>
            #(#attrs)*
            #drawn
            #vis mod #name {
                #role_enum
                #(#structs)*
                #together
                #outcome
                #signature
                #data
                #[doc(hidden)]
                #types_vis struct __Types;
            }
        )
    }

    fn emit_signature(&self, unit: &Unit<'_>) -> TokenStream {
        let private = self.private;
        let name = syntax::name(&unit.item.name);
        let roles = unit.signature.roles.iter().map(syntax::name);
        let params = unit.signature.params.iter().map(|(name, ty)| {
            let (name, ty) = (syntax::name(name), type_text(ty, unit));
            quote_spanned!(made()=> #private::Param::new(#name, #ty))
        });
        let result = if unit.signature.returns {
            type_text(&unit.signature.result, unit)
        } else {
            String::new()
        };
        let normal = normal::signature_text(unit);
        let text = doc("The roles, parameters and result, as data.");
        quote_spanned!(made()=>
            #text
            pub static SIGNATURE: #private::Signature =
                #private::Signature::new(#name, &[#(#roles),*], &[#(#params),*], #result)
                    .normal(#normal);
        )
    }

    /// The protocol before the callees are known: that of the body's part, which comes later.
    fn emit_awaited(&self) -> TokenStream {
        let private = self.private;
        let text = doc("The messages, with the branches and loops around them, as data.");
        quote_spanned!(made()=>
            #text
            pub static PROTOCOL: #private::Protocol = {
                use #private::Absent as _;
                Role::__PROTOCOL
            };
        )
    }

    /// What the body's part has besides the roles' runs.
    fn emit_back(&self, unit: &Unit<'_>) -> TokenStream {
        let (private, module, back) = (self.private, exported(&unit.item.name), back(unit));
        let tree = protocol::tree(unit.global);
        let attrs = carried(unit, &GATES);
        let count = tree.len();
        let drawn = doc(&format!("# Protocol\n\n{}", draw(unit, &tree)));
        let (lists, tree) = self.emit_lists(unit, &tree);
        let traits = self.emit_traits(unit, &quote_spanned!(made()=> #module::Role));
        quote_spanned!(made()=>
            #(#attrs)*
            mod #back {
                #lists
                pub static __TREE: [#private::Node; #count] = [#tree];
            }
            #[allow(deprecated)]
            #(#attrs)*
            #drawn
            impl #module::Role {
                #[doc(hidden)]
                pub const __PROTOCOL: #private::Protocol = #private::Protocol::new(
                    &#module::SIGNATURE, &#back::__STEPS, &#back::__TREE) #traits;
            }
        )
    }

    /// What a protocol has besides its lists: its callees, and that it is to be compared.
    fn emit_traits(&self, unit: &Unit<'_>, role: &TokenStream) -> TokenStream {
        let private = self.private;
        let calling = (!normal::callees(unit).is_empty())
            .then(|| quote_spanned!(made()=> .calling(<#role as #private::Calls>::CALLEES)));
        let verifying =
            unit.global.signature_verified.then(|| quote_spanned!(made()=> .verifying()));
        quote_spanned!(made()=> #calling #verifying)
    }

    /// The lists of messages and agreements, and the tree in which they stand.
    fn emit_lists(&self, unit: &Unit<'_>, tree: &[Node]) -> (TokenStream, TokenStream) {
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

    fn emit_nodes(
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

    /// What follows from the header: how the role is made, and that it can be played.
    fn emit_role(&self, unit: &Unit<'_>, role: usize) -> Vec<TokenStream> {
        let private = self.private;
        let (own, count) = (&unit.roles[role], unit.roles.len());
        let (module, name) = (exported(&unit.item.name), exported(&unit.signature.roles[role]));
        let (generics, bounds) = own.layout.impl_generics(&unit.header, &BTreeSet::new());
        let text = format!("The role `{name}`, with what it brings.");
        let new = emit_new(unit, &own.layout, name.span(), &text);
        let output = self.emit_output(unit, role);
        let place = made().located_at(syn::spanned::Spanned::span(&output));
        let output_type = quote_spanned!(place=> type Output = #output;);
        // What can't move between threads is shown at the role.
        let here = made().located_at(name.span());
        let target = emit_target(&module, &name, own.layout.arguments(&unit.header), here);
        let (mutability, play) = match self.stage {
            Stage::Front => {
                (None, quote_spanned!(made()=> { use #private::Absent as _; self.__play(__ep) }))
            }
            Stage::Whole | Stage::Back => {
                let (mutability, play) = self.emit_play(unit, role);
                (mutability, quote_spanned!(made()=> #private::finish(#play)))
            }
        };
        let id = RoleId(u8::try_from(role).unwrap_or_default());
        let opens = offered(unit).filter(|chor| chor.roles.contains(id));
        let projection =
            (playable(unit) || offered(unit).is_some() && opens.is_none()).then(|| {
                let played = self.emit_played(&quote_spanned!(here=> Self::Output), here);
                quote_spanned!(made()=>
                    impl #generics #private::Projection<#count> for #target #bounds {
                        #output_type
                        const ROLE: usize = #role;
                        const PROTOCOL: &'static #private::Protocol = &#module::PROTOCOL;
                        fn play<__T: #private::Transport + ::core::marker::Copy>(
                            #mutability self,
                            __ep: #private::Endpoint<__T, #count>,
                        ) -> #played {
                            #play
                        }
                    }
                )
            });
        let opening = opens.map(|chor| {
            let inputs = chor.inputs.iter().filter_map(|input| share(input, id));
            let output = if chor.returns { share(&chor.output, id) } else { None };
            let output = output.map_or_else(|| quote!(()), ToTokens::into_token_stream);
            quote_spanned!(made()=>
                impl #generics #private::Opening<#count> for #target #bounds {
                    type Args = (#(#inputs,)*);
                    type Output = #output;
                    const ROLE: usize = #role;
                    const PROTOCOL: &'static #private::Protocol = &#module::PROTOCOL;
                    fn open<__T: #private::Transport + ::core::marker::Copy>(
                        #mutability self,
                        __ep: #private::Endpoint<__T, #count>,
                    ) -> impl ::core::future::Future<Output = ::core::result::Result<
                        impl #private::Chor<__T, Self::Args, Output = Self::Output>
                            + ::core::marker::Send,
                        #private::Error,
                    >> + ::core::marker::Send {
                        #play
                    }
                }
            )
        });
        let own = quote_spanned!(made()=> impl #generics #target #bounds { #new });
        [own].into_iter().chain(projection).chain(opening).collect()
    }

    /// What follows from the body: the role's run.
    fn emit_run(&self, index: usize, unit: &Unit<'_>, role: usize) -> TokenStream {
        let private = self.private;
        let (own, count) = (&unit.roles[role], unit.roles.len());
        let (module, name) = (exported(&unit.item.name), exported(&unit.signature.roles[role]));
        let (generics, bounds) = own.layout.impl_generics(&unit.header, &BTreeSet::new());
        let chors = self.emit_bounds(unit, RoleId(u8::try_from(role).unwrap_or_default()));
        let (output, body) = (self.emit_output(unit, role), self.emit_body(index, unit, role));
        let here = made().located_at(name.span());
        let target = emit_target(&module, &name, own.layout.arguments(&unit.header), here);
        let endless = matches!(unit.global.body.ty, Type::Never);
        let may_end = endless || may_end(own.share.as_ref());
        let may_end = may_end.then(|| quote!(#[allow(unreachable_code)]));
        let play = (self.stage == Stage::Back && playable(unit)).then(|| {
            let (mutability, play) = self.emit_play(unit, role);
            let played = self.emit_played(&output, here);
            quote_spanned!(made()=>
                #[doc(hidden)]
                pub fn __play<__T: #private::Transport + ::core::marker::Copy>(
                    #mutability self,
                    __ep: #private::Endpoint<__T, #count>,
                ) -> #played {
                    #private::finish(#play)
                }
            )
        });
        quote_spanned!(made()=>
            impl #generics #target #bounds {
                #play
                #[doc(hidden)]
                #may_end
                pub async fn __run<__T: #private::Transport + ::core::marker::Copy>(
                    self,
                    __ep: #private::Endpoint<__T, #count>,
                ) -> ::core::result::Result<#output, #private::Fail>
                where #(#chors),*
                {
                    #body
                }
            }
        )
    }

    /// What a role has at the end.
    fn emit_output(&self, unit: &Unit<'_>, role: usize) -> TokenStream {
        let id = RoleId(u8::try_from(role).unwrap_or_default());
        match &unit.header.result {
            Type::Chor(chor) if chor.roles.contains(id) => {
                let bound = self.emit_bound(chor, id);
                quote_spanned!(made()=> impl #bound)
            }
            other => share(other, id)
                .map_or_else(|| quote_spanned!(made()=> ()), ToTokens::into_token_stream),
        }
    }

    /// The future of a role's run.
    fn emit_played(&self, output: &TokenStream, here: Span) -> TokenStream {
        let private = self.private;
        quote_spanned!(here=>
            impl ::core::future::Future<Output = ::core::result::Result<#output, #private::Error>>
            + ::core::marker::Send
        )
    }

    /// The module that has the lists of messages and agreements.
    fn lists(&self, unit: &Unit<'_>) -> Ident {
        if self.stage == Stage::Back { back(unit) } else { exported(&unit.item.name) }
    }

    /// What the choreographies that a role is given have to be at it.
    fn emit_bounds(&self, unit: &Unit<'_>, role: RoleId) -> Vec<TokenStream> {
        let params = unit.header.params.iter().enumerate();
        params
            .filter_map(|(index, (_, ty))| match ty {
                Type::Chor(chor) if chor.roles.contains(role) => {
                    let (name, bound) = (chor_param(index), self.emit_bound(chor, role));
                    Some(quote_spanned!(made()=> #name: #bound))
                }
                _ => None,
            })
            .collect()
    }

    fn emit_bound(&self, chor: &ChorType, role: RoleId) -> TokenStream {
        let private = self.private;
        let inputs = chor.inputs.iter().filter_map(|input| share(input, role));
        let output = if chor.returns { share(&chor.output, role) } else { None };
        let output = output.map_or_else(|| quote!(()), ToTokens::into_token_stream);
        quote_spanned!(made()=> #private::Chor<__T, (#(#inputs,)*), Output = #output>)
    }

    fn emit_body(&self, index: usize, unit: &Unit<'_>, role: usize) -> TokenStream {
        let own = &unit.roles[role];
        let Some(share) = &own.share else { return self.emit_absent(unit, role) };
        let recursive = unit.attrs.iter().any(|attr| attr.path().is_ident(RECURSIVE));
        let callee = |call: &LocalCall| {
            let target = &self.units[call.callee];
            let layout = &target.roles[call.role].layout;
            let named = exported(&target.signature.roles[call.role]);
            let (new, arguments) = if is_generic(target.item) {
                let told = |name: &str| call.generics.get(name).cloned();
                (maker(call.role), layout.call_arguments(&target.header, told))
            } else {
                (vec![named, Ident::new("new", made())], TokenStream::new())
            };
            Callee {
                new,
                arguments,
                boxed: self.boxed.contains(&((index, role), (call.callee, call.role)))
                    || (recursive && target.is_foreign()),
            }
        };
        let module = self.lists(unit);
        let assigned = assigned_agreements(share, &own.params, &unit.global.vars);
        let emitter = Emitter {
            private: self.private,
            module: &module,
            vars: &unit.global.vars,
            assigned: &assigned,
            uses: &share.uses,
            elsewhere: &unit.uses,
            callee: &callee,
        };
        let params = own.params.iter().enumerate().map(|(field, (_, pattern))| {
            let (field, (pat, _)) = (format_ident!("p{field}"), emitter.emit_pattern(pattern));
            quote_spanned!(made()=> #field: #pat,)
        });
        let stmts = emitter.emit_stmts(&share.body);
        let id = RoleId(u8::try_from(role).unwrap_or_default());
        let result = crate::layout::share(&unit.header.result, id);
        let returns = result.is_some_and(|ty| !syntax::is_unit(&ty)) && unit.signature.returns;
        let end = match &share.body.tail {
            Some(tail) => {
                let tail = emitter.emit_expr(tail);
                match crate::layout::share(&unit.header.result, id) {
                    Some(ty) => quote_spanned!(made()=>
                        let __result: #ty = #tail;
                        ::core::result::Result::Ok(__result)),
                    None => quote_spanned!(made()=> ::core::result::Result::Ok(#tail)),
                }
            }
            None if returns => TokenStream::new(),
            None => quote_spanned!(made()=> ::core::result::Result::Ok(())),
        };
        let mut abroad = false;
        each_call(own, &mut |call| abroad |= self.units[call.callee].is_foreign());
        let private = self.private;
        let absent = abroad.then(|| quote_spanned!(made()=> use #private::Absent as _;));
        let body = quote_spanned!(made()=> #absent let Self { #(#params)* .. } = self; #stmts #end);
        let names = assigned.iter().map(|var| syntax::name(&unit.global.vars[var.0].name));
        unlinted_names(body, names.collect())
    }

    /// The body after mistakes, which is never run.
    fn emit_absent(&self, unit: &Unit<'_>, role: usize) -> TokenStream {
        let id = RoleId(u8::try_from(role).unwrap_or_default());
        match &unit.header.result {
            Type::Chor(chor) if chor.roles.contains(id) => {
                let private = self.private;
                let inputs = chor.inputs.iter().filter_map(|input| share(input, id));
                let output = if chor.returns { share(&chor.output, id) } else { None };
                let output = output.map_or_else(|| quote!(()), ToTokens::into_token_stream);
                quote_spanned!(made()=> ::core::result::Result::Ok(
                    |_: #private::Endpoint<__T, 0>, _: (#(#inputs,)*)| #private::absent::<#output>()))
            }
            _ => quote_spanned!(made()=> ::core::unreachable!()),
        }
    }

    fn emit_choreography(&self, unit: &Unit<'_>) -> Vec<TokenStream> {
        let private = self.private;
        if !playable(unit) {
            return Vec::new();
        }
        let (module, count) = (exported(&unit.item.name), unit.roles.len());
        let layout = Layout::new(&unit.header, all_fields(unit), &unit.header.names());
        let cloned = cloned_params(unit);
        let (generics, bounds) = layout.impl_generics(&unit.header, &BTreeSet::new());
        let (cloning, _) = layout.impl_generics(&unit.header, &cloned);
        let arguments = layout.arguments(&unit.header);
        let new = emit_new(
            unit,
            &layout,
            unit.item.name.span(),
            "All roles, with what each of them brings; an agreement is given once.",
        );
        let here = made().located_at(unit.item.name.span());
        let target = emit_target(&module, &Ident::new("Choreography", made()), arguments, here);
        let ids: Vec<RoleId> = RoleSet::first(count).iter().collect();
        let structs = ids.iter().map(|role| {
            let own = &unit.roles[role.index()];
            let (name, arguments) =
                (exported(&unit.signature.roles[role.index()]), own.layout.arguments(&unit.header));
            emit_target(&module, &name, arguments, here)
        });
        let nobody = quote_spanned!(here=> ());
        let roles = structs.rev().fold(nobody, |rest, role| quote_spanned!(here=> (#role, #rest)));
        let roles = quote_spanned!(here=> type Roles = #roles;);
        let outputs = ids.iter().map(|role| {
            share(&unit.header.result, *role)
                .map_or_else(|| quote!(()), ToTokens::into_token_stream)
        });
        let outputs: Vec<TokenStream> = outputs.collect();
        let place =
            outputs.iter().map(syn::spanned::Spanned::span).find(|span| span.start().line > 0);
        let place = made().located_at(place.unwrap_or_else(made));
        let outcome = quote_spanned!(place=> type Outcome = #module::Outcome<#(#outputs),*>;);
        let results = outputs
            .iter()
            .map(|output| quote_spanned!(place=> ::core::result::Result<#output, #private::Error>));
        let results = quote_spanned!(place=> type Results = #module::Outcome<#(#results),*>;);
        let fields: Vec<Ident> = unit.signature.roles.iter().map(field).collect();
        let pattern = fields
            .iter()
            .rev()
            .fold(quote!(()), |rest, field| quote_spanned!(made()=> (#field, #rest)));
        let values = ids.iter().rev().fold(quote_spanned!(here=> ()), |rest, role| {
            let value = construct(unit, *role, &ids);
            quote_spanned!(here=> (#value, #rest))
        });
        let names = (0..layout.fields.len()).map(|index| format_ident!("p{index}", span = made()));
        let outcome = quote_spanned!(here=> #outcome #results);
        let made_of_fields = quote_spanned!(here=> #module::Outcome { #(#fields),* });
        let own = quote_spanned!(made()=>
            impl #generics #target #bounds {
                #new
            }
        );
        let together = quote_spanned!(here=>
            impl #cloning #private::Choreography<#count> for #target #bounds {
                #roles
                #outcome
                fn roles(self) -> Self::Roles {
                    let Self { #(#names,)* .. } = self;
                    #values
                }
                fn outcome(#pattern: <Self::Roles as #private::Roles<#count>>::Outputs) -> Self::Outcome {
                    #made_of_fields
                }
                fn results(#pattern: <Self::Roles as #private::Roles<#count>>::Each) -> Self::Results {
                    #made_of_fields
                }
            }
        );
        vec![own, together]
    }
}

/// The module of the body's part.
fn back(unit: &Unit<'_>) -> Ident {
    format_ident!("__back_{}", syntax::name(&unit.item.name), span = made())
}

fn line_and_column(span: Span) -> (u32, u32) {
    let place = span.start();
    (u32::try_from(place.line).unwrap_or(0), u32::try_from(place.column + 1).unwrap_or(0))
}

/// The choreography has type or const parameters.
fn is_generic(item: &ast::Item) -> bool {
    let lifetime = |param: &syn::GenericParam| matches!(param, syn::GenericParam::Lifetime(_));
    !item.generics.params.iter().all(lifetime)
}

/// `__Types::r0`, which makes the role of this number and takes the choreography's own generics: so
/// what a caller tells of them holds at every role alike.
fn maker(role: usize) -> Vec<Ident> {
    vec![Ident::new("__Types", made()), format_ident!("r{role}", span = made())]
}

/// What callers need of the types of a choreography.
fn emit_types(unit: &Unit<'_>) -> TokenStream {
    let module = exported(&unit.item.name);
    let tellers = foreign::emit_tellers(&unit.header);
    let roles = unit.roles.iter().enumerate().filter(|_| is_generic(unit.item));
    let makers = roles.map(|(role, own)| {
        let name = exported(&unit.signature.roles[role]);
        let here = made().located_at(name.span());
        let mut maker = maker(role).remove(1);
        maker.set_span(here);
        let (generics, bounds) = own.layout.function_generics(&unit.header);
        let arguments = own.layout.arguments(&unit.header);
        let names: Vec<Ident> = own
            .layout
            .fields
            .iter()
            .map(|(param, _)| exported(&unit.header.params[*param].0))
            .collect();
        let fields = own.layout.fields.iter().map(|(_, ty)| ty);
        quote_spanned!(here=>
            pub fn #maker #generics(#(#names: #fields),*) -> #module::#name #arguments #bounds {
                #module::#name::new(#(#names),*)
            }
        )
    });
    quote_spanned!(made()=> #[doc(hidden)] impl #module::__Types { #tellers #(#makers)* })
}

/// `buy::Seller::new(p1)`, where the last role that holds a parameter gets it and the others a copy.
fn construct(unit: &Unit<'_>, role: RoleId, roles: &[RoleId]) -> TokenStream {
    let (module, name) = (exported(&unit.item.name), exported(&unit.signature.roles[role.index()]));
    let layout = &unit.roles[role.index()].layout;
    let args = layout.fields.iter().map(|(param, ty)| {
        let value = format_ident!("p{param}", span = made());
        let later = roles.iter().filter(|other| **other > role);
        let shared =
            later.clone().any(|other| share(&unit.header.params[*param].1, *other).is_some());
        if shared {
            let span = made().located_at(syn::spanned::Spanned::span(ty));
            let value = format_ident!("p{param}", span = span);
            quote_spanned!(span=> ::core::clone::Clone::clone(&#value))
        } else {
            value.to_token_stream()
        }
    });
    let told = |name: &str| Some(syn::Type::Verbatim(format_ident!("{name}").to_token_stream()));
    let arguments = layout.struct_arguments(&unit.header, |name| {
        if name.starts_with('\'') { None } else { told(name) }
    });
    let here = made().located_at(unit.item.name.span());
    quote_spanned!(here=> #module::#name #arguments::new(#(#args),*))
}

/// The type parameters whose values several roles hold: running all roles together copies them.
fn cloned_params(unit: &Unit<'_>) -> BTreeSet<String> {
    let shared = unit.header.params.iter().filter(|(_, ty)| ty.holders().len() > 1);
    shared
        .filter_map(|(_, ty)| match ty {
            Type::At { ty: Some(ty), .. } => match &**ty {
                syn::Type::Path(path) => path.path.get_ident().map(ToString::to_string),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// A single role has to have each parameter, and a result that is a value.
fn playable(unit: &Unit<'_>) -> bool {
    has_plain_params(unit) && !matches!(unit.signature.result, Type::Chor(_))
}

fn has_plain_params(unit: &Unit<'_>) -> bool {
    let mut types = unit.signature.params.iter().map(|(_, ty)| ty);
    types.all(|ty| !matches!(ty, Type::Tuple(_) | Type::Chor(_)))
}

/// The choreography that comes out of one that a role can be opened of.
fn offered<'u>(unit: &'u Unit<'_>) -> Option<&'u ChorType> {
    match &unit.header.result {
        Type::Chor(chor) if has_plain_params(unit) => Some(chor),
        _ => None,
    }
}

fn all_fields(unit: &Unit<'_>) -> Vec<(usize, syn::Type)> {
    let types = unit.header.params.iter().enumerate();
    types
        .filter_map(|(index, (_, ty))| match ty {
            Type::At { ty: Some(ty), .. } => Some((index, (**ty).clone())),
            _ => None,
        })
        .collect()
}

fn field(role: &Ident) -> Ident {
    let mut name = rust::field_name(role);
    name.set_span(made());
    name
}

fn emit_role_enum(unit: &Unit<'_>) -> TokenStream {
    let text = doc(&format!("The roles of [`{0}`](self).", unit.item.name));
    let names = unit.signature.roles.iter().map(|role| {
        let (name, text) = (exported(role), doc(&format!("The role `{role}`.")));
        quote_spanned!(made()=> #text #name)
    });
    quote_spanned!(made()=>
        #text
        #[::core::prelude::v1::derive(
            ::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug, ::core::cmp::PartialEq,
            ::core::cmp::Eq, ::core::cmp::PartialOrd, ::core::cmp::Ord, ::core::hash::Hash)]
        pub enum Role { #(#names),* }
    )
}

fn emit_together(unit: &Unit<'_>) -> TokenStream {
    let name = Ident::new("Choreography", made());
    let text = format!("All roles of [`{0}`](self), for running them together.", unit.item.name);
    if playable(unit) {
        let everything = Layout::new(&unit.header, all_fields(unit), &unit.header.names());
        return emit_struct(&name, unit.item.name.span(), &everything, unit, &text);
    }
    let (vis, text) = (inner_visibility(&unit.item.vis), doc(&text));
    let params: Vec<Ident> =
        (0..unit.header.params.len()).map(|index| format_ident!("__P{index}")).collect();
    let here = made().located_at(unit.item.name.span());
    let vis = rust::located_at(vis, here);
    quote_spanned!(here=>
        #text
        #vis struct #name<#(#params),*>(::core::marker::PhantomData<(#(#params,)*)>);
        impl<#(#params),*> #name<#(#params),*> {
            #text
            #vis fn new(#(_: #params),*) -> Self { Self(::core::marker::PhantomData) }
        }
    )
}

fn emit_struct(
    name: &Ident,
    here: Span,
    layout: &Layout,
    unit: &Unit<'_>,
    text: &str,
) -> TokenStream {
    let (header, vis) = (&unit.header, inner_visibility(&unit.item.vis));
    let (declaration, text) = (layout.declaration(header), doc(text));
    let fields = (0..layout.fields.len()).map(|index| {
        let (field, ty) = (format_ident!("p{index}"), format_ident!("__P{index}"));
        quote_spanned!(made()=> #[doc(hidden)] pub(super) #field: #ty,)
    });
    let phantoms = (0..layout.phantom_count(header)).map(|index| format_ident!("__G{index}"));
    let vis = rust::located_at(vis, here);
    quote_spanned!(made().located_at(here)=>
        #text
        #vis struct #name #declaration {
            #(#fields)*
            #[doc(hidden)]
            pub(super) generics: ::core::marker::PhantomData<fn() -> (#(#phantoms,)*)>,
        }
    )
}

fn emit_new(unit: &Unit<'_>, layout: &Layout, here: Span, text: &str) -> TokenStream {
    let (text, here) = (doc(text), made().located_at(here));
    let args = layout.fields.iter().map(|(param, ty)| {
        let name = &unit.header.params[*param].0;
        let name = exported(name);
        quote_spanned!(made()=> #name: #ty)
    });
    let fields = layout.fields.iter().enumerate().map(|(index, (param, _))| {
        let name = &unit.header.params[*param].0;
        let name = exported(name);
        let field = format_ident!("p{index}");
        quote_spanned!(made()=> #field: #name,)
    });
    quote_spanned!(here=>
        #text
        pub fn new(#(#args),*) -> Self {
            Self { #(#fields)* generics: ::core::marker::PhantomData }
        }
    )
}

fn emit_outcome(unit: &Unit<'_>) -> TokenStream {
    let vis = inner_visibility(&unit.item.vis);
    let text = doc(&format!("What each role of [`{0}`](self) ends with.", unit.item.name));
    let params: Vec<Ident> =
        (0..unit.roles.len()).map(|index| format_ident!("__O{index}")).collect();
    let fields = unit.signature.roles.iter().zip(&params).map(|(role, param)| {
        let (name, text) = (field(role), doc(&format!("Of `{role}`.")));
        quote_spanned!(made()=> #text pub #name: #param,)
    });
    quote_spanned!(made()=>
        #text
        #[::core::prelude::v1::derive(
            ::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq, ::core::cmp::Eq)]
        #vis struct Outcome<#(#params),*> { #(#fields)* }
    )
}

/// The documentation of the module; with the protocol, if it is known.
fn docs(unit: &Unit<'_>, tree: Option<&[Node]>) -> TokenStream {
    let Signature { roles, params, result, returns, .. } = unit.signature;
    let (name, result) = (unit.item.name.to_string(), returns.then_some(result));
    let header = written::signature(&name, roles, params, result, rust::full_text);
    let header = format!("chor {header}");
    let protocol = match tree {
        Some(tree) => format!("# Protocol\n\n{}", draw(unit, tree)),
        None => "The protocol is drawn at [`Role`].".to_owned(),
    };
    let own = unit.item.attrs.iter().any(|attr| attr.path().is_ident("doc"));
    let lead =
        if own { "\n\n".to_owned() } else { format!("The choreography `{}`.\n\n", unit.item.name) };
    doc(&format!("{lead}```text\n{header}\n```\n\n{protocol}"))
}

fn draw(unit: &Unit<'_>, tree: &[Node]) -> String {
    format!("```text\n{}```", diagram::draw(unit.global, tree))
}

fn role_docs(unit: &Unit<'_>, role: usize) -> String {
    let name = &unit.signature.roles[role];
    format!("The role `{name}` of [`{}`](self), for `play_role`.", unit.item.name)
}

fn type_text(ty: &Type, unit: &Unit<'_>) -> String {
    written::located(ty, &unit.signature.roles, rust::full_text)
}

/// A choreography's visibility, seen from its module. The types in there have to be as private as the
/// choreography: else private types in its result would count as leaked.
fn inner_visibility(vis: &syn::Visibility) -> TokenStream {
    match vis {
        syn::Visibility::Public(_) => quote_spanned!(made()=> pub),
        syn::Visibility::Inherited => quote_spanned!(made()=> pub(super)),
        syn::Visibility::Restricted(restricted) => {
            let path = &restricted.path;
            let first = path.segments.first().map(|segment| segment.ident.to_string());
            match (first.as_deref(), path.segments.len()) {
                (Some("self"), 1) => quote_spanned!(made()=> pub(super)),
                (Some("super"), _) => quote_spanned!(made()=> pub(in super::#path)),
                (Some("self"), _) => {
                    let rest = path.segments.iter().skip(1);
                    quote_spanned!(made()=> pub(in super #(::#rest)*))
                }
                _ => quote_spanned!(made()=> pub(in #path)),
            }
        }
    }
}

/// The user's attributes of these names.
///
/// What is expected of a choreography can't be met by each of its items: it is allowed to all.
fn carried(unit: &Unit<'_>, names: &[&str]) -> Vec<syn::Attribute> {
    let mut attrs = select(&unit.attrs, names);
    for attr in attrs.iter_mut().filter(|attr| attr.path().is_ident("expect")) {
        if let syn::Meta::List(list) = &mut attr.meta {
            list.path = Ident::new("allow", made()).into();
        }
    }
    attrs
}

fn select(attrs: &[syn::Attribute], names: &[&str]) -> Vec<syn::Attribute> {
    let wanted = |attr: &&syn::Attribute| names.iter().any(|name| attr.path().is_ident(name));
    attrs.iter().filter(wanted).cloned().collect()
}
