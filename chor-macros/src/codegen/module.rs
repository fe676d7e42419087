//! `mod name`: the types of a choreography, in which no token is the user's but names of roles.

use super::members::{emit_families, emit_size_fields, emit_size_texts};
use super::normal;
use super::together::field;
use super::unit::{GATES, Unit, all_fields, carried, playable};
use super::{Block, Stage};
use crate::check::Signature;
use crate::diagram;
use crate::emit::{doc, exported};
use crate::ir::{RoleId, Type};
use crate::layout::{Layout, made};
use crate::protocol::{self, Node};
use crate::rust;
use crate::syntax;
use crate::written;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};

impl Block<'_> {
    /// `mod name`, in which no token is the user's but names of roles.
    pub(super) fn emit_module(&self, unit: &Unit<'_>) -> TokenStream {
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
            emit_struct(&name, name.span(), &own.layout, unit, &text, &TokenStream::new())
        });
        let together = emit_together(unit);
        let outcome = emit_outcome(unit);
        let data = match self.stage {
            Stage::Front => self.emit_awaited(),
            Stage::Whole | Stage::Back => {
                let (lists, tree) = self.emit_lists(unit, &tree);
                let traits = self.emit_traits(unit, &quote_spanned!(made()=> Role), None);
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

    pub(super) fn emit_signature(&self, unit: &Unit<'_>) -> TokenStream {
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
        let (normal, sizes) = (normal::signature_text(unit), emit_size_texts(unit));
        let text = doc("The roles, parameters and result, as data.");
        quote_spanned!(made()=>
            #text
            pub static SIGNATURE: #private::Signature =
                #private::Signature::new(#name, &[#(#roles),*], &[#(#params),*], #result)
                    .normal(#normal) #sizes;
        )
    }

    /// The protocol before the callees are known: that of the body's part, which comes later.
    pub(super) fn emit_awaited(&self) -> TokenStream {
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
    pub(super) fn emit_back(&self, unit: &Unit<'_>) -> TokenStream {
        let (private, module, back) = (self.private, exported(&unit.item.name), back(unit));
        let tree = protocol::tree(unit.global);
        let attrs = carried(unit, &GATES);
        let count = tree.len();
        let drawn = doc(&format!("# Protocol\n\n{}", draw(unit, &tree)));
        let (lists, tree) = self.emit_lists(unit, &tree);
        let traits = {
            let role = quote_spanned!(made()=> #module::Role);
            self.emit_traits(unit, &role, Some(&back))
        };
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

    /// What a protocol has besides its messages: its callees, its sites, and that it is to be compared.
    pub(super) fn emit_traits(
        &self,
        unit: &Unit<'_>,
        role: &TokenStream,
        lists: Option<&Ident>,
    ) -> TokenStream {
        let private = self.private;
        let calling = (!normal::callees(unit).is_empty())
            .then(|| quote_spanned!(made()=> .calling(<#role as #private::Calls>::CALLEES)));
        let verifying =
            unit.global.signature_verified.then(|| quote_spanned!(made()=> .verifying()));
        let (families, expendable) = (emit_families(unit), self.emit_expendable(unit, role));
        let lists = lists.map(|lists| quote_spanned!(made()=> #lists::));
        let meeting = (!unit.global.sites.is_empty())
            .then(|| quote_spanned!(made()=> .meeting(&#lists __SITES)));
        quote_spanned!(made()=> #calling #meeting #verifying #families #expendable)
    }
}

/// The module of the body's part.
pub(super) fn back(unit: &Unit<'_>) -> Ident {
    format_ident!("__back_{}", syntax::name(&unit.item.name), span = made())
}

pub(super) fn emit_role_enum(unit: &Unit<'_>) -> TokenStream {
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

pub(super) fn emit_together(unit: &Unit<'_>) -> TokenStream {
    let name = Ident::new("Choreography", made());
    let text = format!("All roles of [`{0}`](self), for running them together.", unit.item.name);
    if playable(unit) {
        let everything = Layout::new(&unit.header, all_fields(unit), &unit.header.names());
        let sizes = emit_size_fields(unit);
        return emit_struct(&name, unit.item.name.span(), &everything, unit, &text, &sizes);
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

pub(super) fn emit_struct(
    name: &Ident,
    here: Span,
    layout: &Layout,
    unit: &Unit<'_>,
    text: &str,
    more: &TokenStream,
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
            #more
            #[doc(hidden)]
            pub(super) generics: ::core::marker::PhantomData<fn() -> (#(#phantoms,)*)>,
        }
    )
}

pub(super) fn emit_outcome(unit: &Unit<'_>) -> TokenStream {
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
pub(super) fn docs(unit: &Unit<'_>, tree: Option<&[Node]>) -> TokenStream {
    let Signature { roles, families, params, result, returns, .. } = unit.signature;
    let (name, result) = (unit.item.name.to_string(), returns.then_some(result));
    let header = written::signature(&name, roles, families, params, result, rust::full_text);
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

pub(super) fn draw(unit: &Unit<'_>, tree: &[Node]) -> String {
    format!("```text\n{}```", diagram::draw(unit.global, tree))
}

pub(super) fn role_docs(unit: &Unit<'_>, role: usize) -> String {
    let name = &unit.signature.roles[role];
    let id = RoleId(u8::try_from(role).unwrap_or_default());
    match unit.family(id) {
        Some(_) => format!(
            "A member of the family `{name}` of [`{}`](self), for `play_role`. Which one it plays \
             comes from the session.",
            unit.item.name
        ),
        None => format!("The role `{name}` of [`{}`](self), for `play_role`.", unit.item.name),
    }
}

pub(super) fn type_text(ty: &Type, unit: &Unit<'_>) -> String {
    written::located(ty, &unit.signature.roles, rust::full_text)
}

/// A choreography's visibility, seen from its module. The types in there have to be as private as the
/// choreography: else private types in its result would count as leaked.
pub(super) fn inner_visibility(vis: &syn::Visibility) -> TokenStream {
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
