//! What the place of an expression says of it.

use crate::ir::{ChorType, RoleSet, Type};
use crate::rust;
use proc_macro2::Span;
use syn::spanned::Spanned;

/// What the surroundings say of an expression before it is checked.
#[derive(Clone, Default)]
pub(crate) struct Shape {
    pub ty: Option<Box<syn::Type>>,
    /// The type follows from the place, and isn't written.
    pub implied: bool,
    pub at: Option<RoleSet>,
    /// The location stands on a `let`: it decides where plain code runs.
    pub binding: bool,
    /// What a message that makes this value is called.
    pub label: Option<String>,
    pub elems: Option<Vec<Shape>>,
    /// Each member's own value is wanted.
    pub each: bool,
    /// A choreography is wanted.
    pub chor: Option<Box<ChorType>>,
    /// The type of what a message is only a part of doesn't tell that of the message.
    pub unfit: Option<Box<Unfit>>,
}

/// What is missing, or wrong, about the type of a whole.
#[derive(Clone)]
pub(crate) struct Unfit {
    /// The type as it is written, if it is.
    pub span: Option<Span>,
    /// It is wrong, whatever else tells the type of the message.
    pub sure: bool,
    pub what: String,
    pub help: String,
}

impl Unfit {
    /// Of a type that isn't written; `whole` shows where it is missing.
    pub(super) fn unwritten(label: Option<&str>, whole: &str) -> Self {
        let name = label.unwrap_or("x");
        Self {
            span: None,
            sure: false,
            what: "the type of this message isn't written".to_owned(),
            help: format!("write `let {name}: {whole};`"),
        }
    }

    pub(super) fn written(written: &syn::Type, what: String, help: String) -> Self {
        let sure = rust::is_std(written);
        Self { span: Some(written.span()), sure, what, help }
    }
}

impl Shape {
    pub(super) fn of(ty: &Type, label: Option<String>) -> Self {
        match ty {
            Type::At { ty, at } => Self { ty: ty.clone(), at: Some(*at), label, ..Self::default() },
            Type::Each { ty, .. } => Self { ty: ty.clone(), each: true, label, ..Self::default() },
            Type::Tuple(elems) => Self {
                elems: Some(elems.iter().map(|elem| Self::of(elem, label.clone())).collect()),
                ..Self::default()
            },
            Type::Chor(chor) => Self { chor: Some(chor.clone()), label, ..Self::default() },
            Type::Never | Type::Error => Self { label, ..Self::default() },
        }
    }

    pub(super) fn bool() -> Self {
        Self { ty: Some(Box::new(syn::parse_quote!(bool))), implied: true, ..Self::default() }
    }

    /// The shapes of a tuple's elements.
    pub(super) fn split(&self, count: usize) -> Vec<Self> {
        if let Some(elems) = &self.elems
            && elems.len() == count
        {
            let mut elems = elems.clone();
            if let Some(types) = self.tuple_types(count) {
                for (elem, ty) in elems.iter_mut().zip(types) {
                    elem.ty.get_or_insert_with(|| Box::new(ty));
                    elem.at = elem.at.or(self.at);
                }
            }
            return elems;
        }
        match self.tuple_types(count) {
            Some(types) => types
                .into_iter()
                .map(|ty| Self { ty: Some(Box::new(ty)), at: self.at, ..Self::default() })
                .collect(),
            None => vec![Self { at: self.at, ..Self::default() }; count],
        }
    }

    fn tuple_types(&self, count: usize) -> Option<Vec<syn::Type>> {
        match self.ty.as_deref() {
            Some(syn::Type::Tuple(tuple)) if tuple.elems.len() == count => {
                Some(tuple.elems.iter().cloned().collect())
            }
            _ => None,
        }
    }
}
