//! `#[verify(..)]`: which options there are, what they mean for an item, and what can be verified.

use super::bounds::whole;
use super::{Checker, names};
use crate::ast;
use crate::error::Errors;
use crate::ir::{Agreement, MOST_ROLES, RoleId, RoleSet, Site, Type};
use crate::rust;
use proc_macro2::{Ident, Span};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{LitBool, Result, Token};

const HELP: &str = "the options are `agreement`, `agreement = Role`, `signature`, and `= false` to \
                    turn one off";

/// The options of a block or an item, as written.
#[derive(Default)]
pub(super) struct Options {
    agreement: Option<Setting>,
    signature: Option<bool>,
}

#[derive(Clone)]
enum Setting {
    Off,
    Each,
    By(Ident),
}

/// `agreement = A`
struct Written {
    name: Ident,
    value: Option<Value>,
}

enum Value {
    Bool(LitBool),
    Role(Ident),
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.parse()?;
        let value = match input.parse::<Option<Token![=]>>()? {
            None => None,
            Some(_) if input.peek(LitBool) => Some(Value::Bool(input.parse()?)),
            Some(_) => Some(Value::Role(input.parse()?)),
        };
        Ok(Self { name, value })
    }
}

/// The options of these attributes.
pub(super) fn options(attrs: &[syn::Attribute], errors: &mut Errors) -> Options {
    let mut options = Options::default();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("verify")) {
        if matches!(attr.meta, syn::Meta::Path(_)) {
            errors.error(attr.path().span(), "`verify` doesn't say what to verify", HELP);
            continue;
        }
        match attr.parse_args_with(Punctuated::<Written, Token![,]>::parse_terminated) {
            Ok(written) if written.is_empty() => {
                errors.error(attr.path().span(), "`verify` doesn't say what to verify", HELP);
            }
            Ok(written) => written.into_iter().for_each(|it| options.set(it, errors)),
            Err(error) => errors.error(error.span(), "this is no option of `verify`", HELP),
        }
    }
    options
}

impl Options {
    fn set(&mut self, Written { name, value }: Written, errors: &mut Errors) {
        let earlier = match name.to_string().as_str() {
            "agreement" => {
                let setting = match value {
                    None => Setting::Each,
                    Some(Value::Bool(on)) if on.value => Setting::Each,
                    Some(Value::Bool(_)) => Setting::Off,
                    Some(Value::Role(role)) => Setting::By(role),
                };
                self.agreement.replace(setting).is_some()
            }
            "signature" => {
                let on = match value {
                    None => true,
                    Some(Value::Bool(on)) => on.value,
                    Some(Value::Role(role)) => {
                        return errors.error(
                            role.span(),
                            "signatures are compared by all roles",
                            "write `signature`",
                        );
                    }
                };
                self.signature.replace(on).is_some()
            }
            _ => {
                let what = format_args!("`{name}` is no option of `verify`");
                return errors.error(name.span(), what, HELP);
            }
        };
        if earlier {
            let what = format_args!("`{name}` stands here twice");
            errors.error(name.span(), what, "write each option once");
        }
    }
}

/// How the agreements of a choreography are compared.
#[derive(Clone, Copy)]
pub(super) enum Comparing {
    Each,
    By(RoleId),
}

/// What an item verifies: its own options count, then those of its block.
pub(super) struct Verify {
    pub agreement: Option<Comparing>,
    pub signature: bool,
}

impl Verify {
    pub(super) fn new(
        block: &Options,
        own: &Options,
        item: &ast::Item,
        errors: &mut Errors,
    ) -> Self {
        let agreement = own.agreement.as_ref().or(block.agreement.as_ref());
        let agreement = match agreement {
            None | Some(Setting::Off) => None,
            Some(Setting::Each) => Some(Comparing::Each),
            Some(Setting::By(role)) => comparer(role, item, errors).map(Comparing::By),
        };
        Self { agreement, signature: own.signature.or(block.signature).unwrap_or(false) }
    }
}

fn comparer(role: &Ident, item: &ast::Item, errors: &mut Errors) -> Option<RoleId> {
    if let Some(index) = item.roles.iter().take(MOST_ROLES).position(|it| it == role) {
        return u8::try_from(index).ok().map(RoleId);
    }
    errors.error(
        role.span(),
        format_args!("`{role}` is not a role of `{}`", item.name),
        format_args!("its roles are {}", names::join(&item.roles)),
    );
    None
}

impl Checker<'_> {
    /// The agreements among the parameters, which are compared where the choreography isn't called
    /// by another.
    pub(super) fn verify_params(&mut self, item: &ast::Item) {
        for (index, (name, ty)) in self.own.params.iter().enumerate() {
            let Type::At { ty: Some(ty), at } = ty else { continue };
            if at.len() < 2 || self.comparing.is_none() || !self.is_comparable(name, ty, item) {
                continue;
            }
            let (text, label) = (name.to_string(), format!("agree {name}"));
            let (param, ty, span) = (Some(index), Some((**ty).clone()), name.span());
            self.verify_value(Agreement { text, param, label, ty, at: *at, by: None, span });
        }
    }

    /// Notes an agreement whose copies are compared, if they are; its number.
    pub(super) fn verify_value(&mut self, mut agreement: Agreement) -> Option<usize> {
        agreement.by = match self.comparing? {
            Comparing::Each => None,
            Comparing::By(role) if agreement.at.contains(role) => Some(role),
            Comparing::By(role) => {
                self.refuse_comparer(role, &agreement);
                return None;
            }
        };
        self.agreements.push(agreement);
        Some(self.agreements.len() - 1)
    }

    /// Notes where several roles come to the same; its number.
    pub(super) fn site(&mut self, text: &str, at: RoleSet, span: Span) -> Option<usize> {
        self.branch_site(text, Vec::new(), at, span)
    }

    /// The same for a branch with these arms.
    pub(super) fn branch_site(
        &mut self,
        text: &str,
        arms: Vec<String>,
        at: RoleSet,
        span: Span,
    ) -> Option<usize> {
        let at = self.shown(at);
        if !self.is_shared(at) {
            return None;
        }
        let members = self.bounds.iter().filter(|bound| at.contains(bound.role));
        let members = members.map(|bound| (bound.role, whole(bound))).collect();
        self.sites.push(Site { text: text.to_owned(), arms, at, members, span });
        Some(self.sites.len() - 1)
    }

    fn refuse_comparer(&mut self, role: RoleId, agreement: &Agreement) {
        let (role, text) = (self.role(role), &agreement.text);
        let held = self.names(agreement.at);
        self.errors.error(
            agreement.span,
            format_args!("`{role}` is to compare the copies of `{text}`, but holds none"),
            format_args!(
                "only {held} may: name one of them in `verify`, or write `agreement` alone, \
                 so that all compare"
            ),
        );
    }

    /// What rustc couldn't say in the user's terms.
    fn is_comparable(&mut self, name: &Ident, ty: &syn::Type, item: &ast::Item) -> bool {
        let what = match referent(ty) {
            ty if is_closure(ty, &item.generics) => {
                "a closure can't be verified: nothing tells whether two are equal"
            }
            syn::Type::Path(path) if path.path.is_ident("str") => {
                "a `str` can't be verified: it can't be sent"
            }
            syn::Type::Slice(_) => "a slice can't be verified: it can't be sent",
            _ => return true,
        };
        let help = match referent(ty) {
            syn::Type::Path(path) if path.path.is_ident("str") => "take a `String`".to_owned(),
            syn::Type::Slice(_) => "take a `Vec<..>`".to_owned(),
            _ => format!(
                "give `{name}` to one role, or leave `{}` out: `#[verify(agreement = false)]`",
                item.name
            ),
        };
        self.errors.error(ty.span(), what, help);
        false
    }
}

/// What a reference, or a reference to one, refers to.
fn referent(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Reference(reference) => referent(&reference.elem),
        syn::Type::Paren(inner) => referent(&inner.elem),
        syn::Type::Group(inner) => referent(&inner.elem),
        other => other,
    }
}

fn is_closure(ty: &syn::Type, generics: &syn::Generics) -> bool {
    match ty {
        syn::Type::ImplTrait(it) => it.bounds.iter().any(is_call),
        syn::Type::FnPtr(_) => true,
        syn::Type::Path(path) => {
            let Some(name) = path.path.get_ident() else { return false };
            let declared = generics.type_params().filter(|param| param.ident == *name);
            let bounds = declared.flat_map(|param| &param.bounds);
            let clause = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
            let more = clause.filter_map(|predicate| match predicate {
                syn::WherePredicate::Type(it) if *name == rust::text(&it.bounded_ty) => {
                    Some(&it.bounds)
                }
                _ => None,
            });
            bounds.chain(more.flatten()).any(is_call)
        }
        _ => false,
    }
}

/// `Fn(..)` and its kin.
fn is_call(bound: &syn::TypeParamBound) -> bool {
    let syn::TypeParamBound::Trait(bound) = bound else { return false };
    let last = bound.path.segments.last();
    last.is_some_and(|it| matches!(it.arguments, syn::PathArguments::Parenthesized(_)))
}
