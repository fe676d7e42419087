//! Families in what is generated: their sizes, and how all members are made together.

use super::Block;
use super::together::field;
use super::unit::Unit;
use crate::emit::doc;
use crate::ir::{FamilySize, RoleId, RoleSet, Type};
use crate::layout::made;
use crate::rust;
use crate::syntax;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};

impl Unit<'_> {
    /// How many participants play a role, if it is a family.
    pub(super) fn family(&self, role: RoleId) -> Option<&FamilySize> {
        self.signature.families.get(role.index())?.as_ref()
    }

    pub(super) fn has_families(&self) -> bool {
        self.signature.families.iter().any(Option::is_some)
    }

    fn role_ids(&self) -> impl Iterator<Item = RoleId> {
        RoleSet::first(self.signature.roles.len()).iter()
    }

    /// The parameters whose lengths tell the size of a family, each with how many of its values are
    /// for other roles.
    fn telling(&self, family: RoleId) -> Vec<(usize, usize)> {
        let params = self.header.params.iter().enumerate();
        let telling = params.filter_map(|(index, (_, ty))| match ty {
            Type::Each { of, .. } if of.contains(family) => {
                let others = *of - RoleSet::one(family);
                let single = others.iter().all(|role| self.family(role).is_none());
                single.then(|| (index, others.len()))
            }
            _ => None,
        });
        telling.collect()
    }

    /// The families whose size nothing else tells.
    fn told(&self) -> Vec<RoleId> {
        let open = |role: &RoleId| matches!(self.family(*role), Some(FamilySize::Any));
        self.role_ids().filter(|role| open(role) && self.telling(*role).is_empty()).collect()
    }
}

impl Block<'_> {
    /// How many participants play each role.
    pub(super) fn emit_sizes(&self, unit: &Unit<'_>) -> Option<TokenStream> {
        let (private, count) = (self.private, unit.roles.len());
        let sizes = unit.role_ids().map(|role| match unit.family(role) {
            None => quote_spanned!(made()=> #private::Size::One),
            Some(FamilySize::Any) => quote_spanned!(made()=> #private::Size::Any),
            Some(FamilySize::Exactly(size)) => {
                quote_spanned!(made()=> #private::Size::Exactly(#size))
            }
        });
        unit.has_families().then(
            || quote_spanned!(made()=> const SIZES: [#private::Size; #count] = [#(#sizes),*];),
        )
    }

    /// The members of a family, each made by `one`.
    pub(super) fn emit_members(
        &self,
        unit: &Unit<'_>,
        role: RoleId,
        one: &TokenStream,
        here: Span,
    ) -> TokenStream {
        let (private, name) = (self.private, syntax::name(&unit.signature.roles[role.index()]));
        let size = match unit.family(role) {
            Some(FamilySize::Exactly(size)) => {
                quote_spanned!(made()=> ::core::option::Option::Some(#size))
            }
            _ => match unit.told().iter().position(|told| *told == role) {
                Some(index) => quote_spanned!(made()=> __sizes[#index]),
                None => quote_spanned!(made()=> ::core::option::Option::None),
            },
        };
        let given = unit.telling(role).into_iter().map(|(param, others)| {
            let (name, length) = (syntax::name(&unit.header.params[param].0), length(param));
            quote_spanned!(made()=> (#name, ::core::primitive::usize::saturating_sub(#length, #others)))
        });
        quote_spanned!(here=> #private::Members::made(
            #name, #size, &[#(#given),*], || ::core::option::Option::Some(#one)))
    }

    /// The next of the values of which each participant has one.
    pub(super) fn emit_next(
        &self,
        unit: &Unit<'_>,
        role: RoleId,
        values: &Ident,
        param: &Ident,
    ) -> TokenStream {
        if unit.family(role).is_some() {
            return quote_spanned!(made()=> #values.next()?);
        }
        let private = self.private;
        let (role, param) =
            (syntax::name(&unit.signature.roles[role.index()]), syntax::name(param));
        quote_spanned!(made()=> #private::given(#values.next(), #param, #role))
    }
}

/// Which roles are families, for the protocol.
pub(super) fn emit_families(unit: &Unit<'_>) -> Option<TokenStream> {
    let families = unit.role_ids().filter(|role| unit.family(*role).is_some());
    let families = families.map(RoleId::index);
    unit.has_families().then(|| quote_spanned!(made()=> .families(&[#(#families),*])))
}

/// Their sizes as written, for the signature.
pub(super) fn emit_size_texts(unit: &Unit<'_>) -> Option<TokenStream> {
    let texts = unit.role_ids().map(|role| match unit.family(role) {
        None => String::new(),
        Some(FamilySize::Any) => "[..]".to_owned(),
        Some(FamilySize::Exactly(size)) => format!("[{}]", rust::text(size)),
    });
    unit.has_families().then(|| quote_spanned!(made()=> .sizes(&[#(#texts),*])))
}

fn length(param: usize) -> Ident {
    format_ident!("__length{param}", span = made())
}

/// The fields for sizes that nothing else tells.
pub(super) fn emit_size_fields(unit: &Unit<'_>) -> TokenStream {
    let count = unit.told().len();
    if count == 0 {
        return TokenStream::new();
    }
    quote_spanned!(made()=>
        #[doc(hidden)]
        pub(super) sizes: [::core::option::Option<usize>; #count],
    )
}

/// Their first values, and the methods that set them.
pub(super) fn emit_builders(unit: &Unit<'_>) -> (TokenStream, TokenStream) {
    let told = unit.told();
    if told.is_empty() {
        return (TokenStream::new(), TokenStream::new());
    }
    let count = told.len();
    let first = quote_spanned!(made()=> sizes: [::core::option::Option::None; #count],);
    let builders = told.iter().enumerate().map(|(index, role)| {
        let role = &unit.signature.roles[role.index()];
        let name = field(role);
        let text = doc(&format!("How many members `{role}` has; without it the run is an error."));
        quote_spanned!(made()=>
            #text
            #[must_use]
            pub fn #name(mut self, size: usize) -> Self {
                self.sizes[#index] = ::core::option::Option::Some(size);
                self
            }
        )
    });
    (first, quote!(#(#builders)*))
}

/// The sizes out of the struct, and what participants have each of their own, one after the other.
pub(super) fn emit_lists(unit: &Unit<'_>) -> (TokenStream, TokenStream) {
    let sizes = (!unit.told().is_empty()).then(|| quote_spanned!(made()=> sizes: __sizes,));
    let params = unit.header.params.iter().enumerate();
    let lists = params.filter(|(_, (_, ty))| matches!(ty, Type::Each { .. })).map(|(index, _)| {
        let (list, length) = (format_ident!("p{index}", span = made()), length(index));
        quote_spanned!(made()=>
            let #length = #list.len();
            let mut #list = ::core::iter::IntoIterator::into_iter(#list);)
    });
    (quote!(#sizes), quote!(#(#lists)*))
}

pub(super) fn new_docs(unit: &Unit<'_>) -> String {
    let lead = "All roles, with what each of them brings; an agreement is given once";
    let own = unit.header.params.iter().filter_map(|(_, ty)| match ty {
        Type::Each { of, .. } => Some(*of),
        _ => None,
    });
    let own: RoleSet = own.fold(RoleSet::EMPTY, |all, of| all | of);
    if own.is_empty() {
        return format!("{lead}.");
    }
    let order = "and what each participant has of its own as a `Vec`, in the order of the roles \
                 and their members";
    let single = own.iter().find(|role| unit.family(*role).is_none());
    let short = single.map(|role| {
        let role = &unit.signature.roles[role.index()];
        format!(" Playing them panics if a `Vec` is too short to have one for `{role}`.")
    });
    format!("{lead}, {order}.{}", short.unwrap_or_default())
}

/// The sizes of the families that `code` mentions, and the role's own number in its family. A size
/// that the header states is checked: who plays the family may be a caller's choice.
pub(super) fn emit_numbers(
    private: &TokenStream,
    unit: &Unit<'_>,
    role: RoleId,
    code: &TokenStream,
) -> TokenStream {
    let mut numbers = TokenStream::new();
    for family in unit.role_ids().filter(|role| unit.family(*role).is_some()) {
        let (index, name) = (family.index(), &unit.signature.roles[family.index()]);
        let size = rust::len_of(name);
        if mentions(code, &size.to_string()) {
            numbers.extend(quote_spanned!(made()=> let #size: usize = __ep.len(&[#index]);));
        }
    }
    for family in unit.role_ids() {
        if let Some(FamilySize::Exactly(size)) = unit.family(family) {
            let (index, name) = (family.index(), unit.signature.roles[family.index()].to_string());
            numbers.extend(quote_spanned!(made()=>
                #private::sized(#name, #size, __ep.len(&[#index]))?;));
        }
    }
    let (me, role) = (Ident::new("__me", made()), role.index());
    if mentions(code, "__me") {
        numbers.extend(quote_spanned!(made()=>
            let #me: usize = __ep.index_in(&[#role]).unwrap_or_default();));
    }
    numbers
}

fn mentions(code: &TokenStream, name: &str) -> bool {
    code.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    })
}
