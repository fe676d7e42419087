//! Types of another block's signature: which of them can be written here, and what stands for the
//! others.
//!
//! What a path means in another module isn't known. `Option<u32>` is taken to mean the same
//! everywhere; of any other type, the choreography's module has a function that returns a
//! `PhantomData` of it, and the compiler infers the type from that.

use crate::ir::Type;
use crate::rust::MARK;
use quote::{ToTokens, quote};
use std::collections::{BTreeSet, VecDeque};
use syn::parse::{Parse, ParseStream};
use syn::visit::Visit;
use syn::{Result, Token};

/// A type that is known by where it comes from.
pub struct Spelling {
    /// The choreography, as the caller names it.
    pub path: syn::Path,
    /// Which of the types of its signature it is.
    pub index: usize,
    /// The generic arguments of the function that tells it.
    pub args: Vec<syn::Type>,
    /// How it is written there.
    pub ty: syn::Type,
}

impl Spelling {
    /// What stands behind a wrapped type.
    pub fn of(ty: &syn::Type) -> Option<Self> {
        match ty {
            syn::Type::Macro(node) if node.mac.path.is_ident(MARK) => node.mac.parse_body().ok(),
            syn::Type::Group(group) => Self::of(&group.elem),
            syn::Type::Paren(paren) => Self::of(&paren.elem),
            _ => None,
        }
    }

    /// The type that stands for it.
    pub fn wrapped(&self) -> syn::Type {
        let Self { path, index, args, ty } = self;
        let mark = proc_macro2::Ident::new(MARK, proc_macro2::Span::call_site());
        syn::parse_quote!(#mark! { {#path} {#index} {#(#args),*} {#ty} })
    }
}

impl Parse for Spelling {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let (path, index, args, ty);
        syn::braced!(path in input);
        syn::braced!(index in input);
        syn::braced!(args in input);
        syn::braced!(ty in input);
        Ok(Self {
            path: path.parse()?,
            index: index.parse::<syn::LitInt>()?.base10_parse()?,
            args: args.parse_terminated(syn::Type::parse, Token![,])?.into_iter().collect(),
            ty: ty.parse()?,
        })
    }
}

/// A wrapped type is somewhere in it.
pub fn is_opaque(ty: &syn::Type) -> bool {
    struct Search(bool);
    impl<'ast> Visit<'ast> for Search {
        fn visit_macro(&mut self, node: &'ast syn::Macro) {
            self.0 |= node.path.is_ident(MARK);
        }
    }
    let mut search = Search(false);
    search.visit_type(ty);
    search.0
}

/// A type with which code can be made: one that is wrapped as a whole, or not at all.
pub fn usable(ty: syn::Type) -> Option<syn::Type> {
    (!is_opaque(&ty) || Spelling::of(&ty).is_some()).then_some(ty)
}

/// Wraps the types of a signature that can't be written elsewhere: those in `told`, in order.
pub fn wrap(ty: &mut Type, told: &mut VecDeque<Spelling>, generics: &BTreeSet<String>) {
    match ty {
        Type::At { ty: Some(ty), .. } | Type::Each { ty: Some(ty), .. } => {
            let own = told.pop_front().filter(|_| !is_known(ty, generics));
            if let Some(mut own) = own {
                own.ty = (**ty).clone();
                **ty = own.wrapped();
            }
        }
        Type::At { ty: None, .. } | Type::Each { ty: None, .. } | Type::Never | Type::Error => {}
        Type::Tuple(elems) => elems.iter_mut().for_each(|elem| wrap(elem, told, generics)),
        Type::Chor(chor) => {
            chor.inputs.iter_mut().for_each(|input| wrap(input, told, generics));
            wrap(&mut chor.output, told, generics);
        }
    }
}

/// Written with nothing but the names that every module has, and generics, for which the caller has
/// types.
pub fn is_known(ty: &syn::Type, generics: &BTreeSet<String>) -> bool {
    match ty {
        syn::Type::Tuple(tuple) => tuple.elems.iter().all(|elem| is_known(elem, generics)),
        syn::Type::Array(array) => {
            is_known(&array.elem, generics) && matches!(array.len, syn::Expr::Lit(_))
        }
        syn::Type::Paren(paren) => is_known(&paren.elem, generics),
        syn::Type::Group(group) => is_known(&group.elem, generics),
        syn::Type::Path(path) if path.qself.is_none() => {
            let plain = |name| is_plain(name) || generics.contains(&name.to_string());
            path.path.get_ident().is_some_and(plain) || is_known_generic(&path.path, generics)
        }
        _ => false,
    }
}

fn is_plain(name: &proc_macro2::Ident) -> bool {
    const PLAIN: [&str; 18] = [
        "bool", "char", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "isize", "f32", "f64", "str",
    ];
    PLAIN.contains(&name.to_string().as_str())
}

fn is_known_generic(path: &syn::Path, generics: &BTreeSet<String>) -> bool {
    if path.leading_colon.is_some() || path.segments.len() != 1 {
        return false;
    }
    let last = &path.segments[0];
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return false };
    let count = match last.ident.to_string().as_str() {
        "Option" | "Vec" | "Box" => 1,
        "Result" => 2,
        _ => return false,
    };
    let known = |arg: &syn::GenericArgument| matches!(arg, syn::GenericArgument::Type(ty) if is_known(ty, generics));
    args.args.len() == count && args.args.iter().all(known)
}

/// `path::__Types::t3::<A>`, the function that tells the type.
impl ToTokens for Spelling {
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        let path = &self.path;
        let name = teller(self.index);
        let types = proc_macro2::Ident::new("__Types", crate::layout::made());
        let args = (!self.args.is_empty()).then(|| {
            let args = &self.args;
            quote!(::<#(#args),*>)
        });
        tokens.extend(quote!(#path::#types::#name #args));
    }
}

/// The name of the function that tells the type of this index.
pub fn teller(index: usize) -> proc_macro2::Ident {
    quote::format_ident!("t{index}", span = crate::layout::made())
}
