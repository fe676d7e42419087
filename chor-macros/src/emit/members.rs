//! What is done for each member of a family, and what runs at once.
//!
//! Branches are plain `async` blocks in the role's own task: they capture as Rust does, and the code
//! is as long for one member as for a thousand.

use super::{Emitter, held, holding};
use crate::ir::{
    Bound, EachValue, LocalBlock, LocalBranch, LocalEach, LocalForMember, Part, Race, RoleId,
    Until, VarId,
};
use crate::layout::made;
use crate::rust;
use crate::simplify::uses;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};

impl Emitter<'_> {
    pub(super) fn emit_split(
        &self,
        member: &Bound,
        own: &LocalBlock,
        other: &LocalBlock,
    ) -> TokenStream {
        let is_own = self.emit_is_own(member);
        let (own, other) = (self.emit_part(own), self.emit_part(other));
        quote_spanned!(made()=> if #is_own { #own } else { #other })
    }

    pub(super) fn emit_for_member(&self, node: &LocalForMember) -> TokenStream {
        let LocalForMember { label, member, part } = node;
        if let Part::Own(own) = part {
            let bound = emit_member(member, &self.emit_own(member));
            let own = self.emit_part(own);
            return quote_spanned!(made()=> { #bound #own });
        }
        let (number, of) = (number_of(member), emit_roles(&member.of));
        let bound = emit_member(member, &number.to_token_stream());
        let label = label.as_ref().map(super::unlinted_label);
        let body = self.emit_body(member, part);
        quote_spanned!(made()=> #label for #number in 0..__ep.len(#of) { #bound #body })
    }

    pub(super) fn emit_each(&self, node: &LocalEach) -> TokenStream {
        let LocalEach { member, place, part, value, race } = node;
        if let Some(Race::Collects { until, within, attempt, ty }) = race {
            let branches = self.emit_branches(node, "slots_of_round");
            let race = self.emit_race(until, within.as_ref(), *attempt, ty);
            return quote_spanned!(made()=> { #branches #race });
        }
        let place = self.emit_place_number(*place);
        if let Part::Own(own) = part {
            let bound = emit_member(member, &self.emit_own(member));
            let (number, own) = (number_of(member), self.emit_part(own));
            let lane = match race {
                Some(_) => quote_spanned!(made()=> __ep.round(#place, #number)?),
                None => quote_spanned!(made()=> __ep.branch(#place, #number)),
            };
            return quote_spanned!(made()=> { #bound let __ep = #lane; #own });
        }
        let slots = if race.is_some() { "slots_of_round" } else { "slots" };
        let (branches, private) = (self.emit_branches(node, slots), self.private);
        let joined = quote_spanned!(made()=> #private::join(__branches).await?);
        match value {
            EachValue::Nothing => quote_spanned!(made()=> { #branches #joined; }),
            EachValue::All => quote_spanned!(made()=> { #branches #joined }),
            EachValue::Own => quote_spanned!(made()=> { #branches #private::own(#joined) }),
        }
    }

    /// `__slots` and `__branches`, one for each member.
    fn emit_branches(&self, node: &LocalEach, slots: &str) -> TokenStream {
        let LocalEach { member, place, part, value, .. } = node;
        let (private, place) = (self.private, self.emit_place_number(*place));
        let (of, roles) = (emit_roles(&member.of), width(member));
        let fails = (slots == "slots_of_round").then(|| quote_spanned!(made()=> ?));
        let slots = Ident::new(slots, made());
        let (own, branch) = match part {
            Part::Outside(block) | Part::Own(block) => {
                (None, self.emit_branch(member, &self.emit_part(block)))
            }
            Part::Both { own, other } => self.emit_shares(member, own, other, *value),
        };
        // What rustc shows where one branch takes what the next needs too.
        let here = made().located_at(member.name.span());
        let branches = quote_spanned!(here=>
        for __slot in &__slots {
            __branches.push(#branch);
        });
        quote_spanned!(made()=>
            let __slots = __ep.#slots::<#roles>(#of, #place)#fails;
            let mut __branches = #private::Vec::with_capacity(__slots.len());
            #own
            #branches
        )
    }

    /// What stands before the loop, and a branch in it. The participant's own share is made before: so
    /// it may take what there is once.
    fn emit_shares(
        &self,
        member: &Bound,
        own: &LocalBlock,
        other: &LocalBlock,
        value: EachValue,
    ) -> (Option<TokenStream>, TokenStream) {
        let (private, index) = (self.private, self.emit_own(member));
        let (own, other) = (self.emit_part(own), self.emit_part(other));
        let (own, other) = match value {
            EachValue::Own => (
                quote_spanned!(made()=> ::core::option::Option::Some({ #own })),
                quote_spanned!(made()=> #other ::core::option::Option::None),
            ),
            EachValue::Nothing | EachValue::All => (own, other),
        };
        let (own, other) = (self.emit_branch(member, &own), self.emit_branch(member, &other));
        let before = quote_spanned!(made()=>
            let __slot = #private::slot(&__slots, #index);
            let mut __own = #private::share(__slot, #own);
        );
        // What rustc shows where the two shares exclude each other.
        let here = made().located_at(member.name.span());
        (Some(before), quote_spanned!(here=> __own.or(__slot, #other)))
    }

    fn emit_branch(&self, member: &Bound, body: &TokenStream) -> TokenStream {
        let (private, number) = (self.private, number_of(member));
        // What rustc shows where a branch takes what the others need too.
        let here = made().located_at(member.name.span());
        quote_spanned!(here=> async {
            let (__ep, #number) = *__slot;
            ::core::result::Result::<_, #private::Fail>::Ok({ #body })
        })
    }

    /// What is done for the member that is bound.
    fn emit_body(&self, member: &Bound, part: &Part) -> TokenStream {
        let (own, other) = match part {
            Part::Outside(block) | Part::Own(block) => return self.emit_part(block),
            Part::Both { own, other } => (self.emit_part(own), self.emit_part(other)),
        };
        let is_own = self.emit_is_own(member);
        quote_spanned!(made()=> if #is_own { #own } else { #other })
    }

    /// `first k`, `until ..`, `within d`.
    fn emit_race(
        &self,
        until: &Until,
        within: Option<&crate::ir::Code>,
        attempt: bool,
        ty: &syn::Type,
    ) -> TokenStream {
        let private = self.private;
        let until = match until {
            Until::Count(count) => {
                let count = self.emit_code(count);
                quote_spanned!(made()=> #private::Until::Count(#count))
            }
            Until::Closure(closure) => {
                // Its type has to be told before it is bound to a name: it takes any lifetime.
                let inner = self.emit_inner(closure);
                let inner = quote_spanned!(made()=> #private::until::<#ty, _>(#inner));
                let closure = held(&holding(&closure.holds(self.vars)), None, inner);
                quote_spanned!(made()=> #private::Until::Closure(#closure))
            }
            Until::All => quote_spanned!(made()=> #private::Until::All),
        };
        let within = match within {
            Some(within) => {
                let within = self.emit_code(within);
                quote_spanned!(made()=> ::core::option::Option::Some(#within))
            }
            None => quote_spanned!(made()=> ::core::option::Option::None),
        };
        let first = Ident::new(if attempt { "try_first" } else { "first" }, made());
        // Where it says that it fails.
        let here = made().located_at(syn::spanned::Spanned::span(ty));
        quote_spanned!(here=>
            #private::#first(__ep, &__slots, __branches, #until, #within).await?)
    }

    pub(super) fn emit_par(
        &self,
        place: usize,
        span: Span,
        branches: &[LocalBranch],
    ) -> TokenStream {
        let (private, place) = (self.private, self.emit_place_number(place));
        let lane = |branch: &LocalBranch| {
            let index = Literal::usize_unsuffixed(branch.index);
            quote_spanned!(made()=> let __ep = __ep.branch(#place, #index);)
        };
        if let [only] = branches {
            let (lane, block) = (lane(only), self.emit_block(&only.block));
            return quote_spanned!(made()=> { #lane #block });
        }
        // Where rustc says that branches which exclude each other are run.
        let at_once = made().located_at(span);
        let (mut future, mut pattern) = (TokenStream::new(), TokenStream::new());
        for branch in branches.iter().rev() {
            let (lane, block) = (lane(branch), self.emit_block(&branch.block));
            // What rustc shows where a branch takes what another needs too.
            let here = branch.block.span.map_or(made(), |span| made().located_at(span));
            let own = quote_spanned!(here=> async {
                #lane
                ::core::result::Result::<_, #private::Fail>::Ok({ #block })
            });
            let name = value_name(branch);
            (future, pattern) = if future.is_empty() {
                (own, name)
            } else {
                let pair = quote_spanned!(at_once=> #private::join((#own, #future)));
                (pair, quote_spanned!(made()=> (#name, #pattern)))
            };
        }
        let passed: Vec<TokenStream> =
            branches.iter().filter(|branch| branch.passed).map(value_name).collect();
        match passed.as_slice() {
            [] => quote_spanned!(made()=> { #future.await?; }),
            [one] => quote_spanned!(made()=> { let #pattern = #future.await?; #one }),
            many => quote_spanned!(made()=> { let #pattern = #future.await?; (#(#many),*) }),
        }
    }

    /// A part of a role's share of which another may use what this one doesn't.
    fn emit_part(&self, block: &LocalBlock) -> TokenStream {
        let mut uses = uses(block);
        // What is compared is so in each part.
        let compared = |var: &&VarId| self.emit_site(self.vars[var.0].site).is_some();
        uses.extend(self.uses.iter().filter(compared));
        Emitter { uses: &uses, ..*self }.emit_block(block)
    }

    fn emit_is_own(&self, member: &Bound) -> TokenStream {
        let number = number_of(member);
        if self.is_one(member) {
            return quote_spanned!(made()=> #number == __me);
        }
        let of = emit_roles(&member.of);
        quote_spanned!(made()=> __ep.index_in(#of) == ::core::option::Option::Some(#number))
    }

    /// The number of this participant, which is one of the members.
    fn emit_own(&self, member: &Bound) -> TokenStream {
        if self.is_one(member) {
            return quote_spanned!(made()=> __me);
        }
        let of = emit_roles(&member.of);
        quote_spanned!(made()=> __ep.index_in(#of).unwrap_or_default())
    }

    /// They are the members of the role's own family.
    fn is_one(&self, member: &Bound) -> bool {
        member.of == [self.role]
    }

    /// What tells the concurrent parts of the source apart, alike at all roles.
    pub(super) fn emit_place_number(&self, place: usize) -> Literal {
        Literal::u64_suffixed((self.place)(place))
    }
}

/// The number of a bound member, and the endpoint on which it is a role.
pub(super) fn emit_member(member: &Bound, index: &TokenStream) -> TokenStream {
    let (number, of, roles) = (number_of(member), emit_roles(&member.of), width(member));
    quote_spanned!(made()=>
        let #number: usize = #index;
        let __ep = __ep.member::<#roles>(#of, #number)?;)
}

fn value_name(branch: &LocalBranch) -> TokenStream {
    if branch.passed {
        format_ident!("__b{}", branch.index, span = made()).to_token_stream()
    } else {
        quote_spanned!(made()=> _)
    }
}

/// `w.index()` in the user's code.
fn number_of(member: &Bound) -> Ident {
    rust::index_of(&member.name)
}

pub(super) fn emit_roles(roles: &[RoleId]) -> TokenStream {
    let roles = roles.iter().map(|role| Literal::usize_unsuffixed(role.index()));
    quote_spanned!(made()=> &[#(#roles),*])
}

/// How many roles there are with this member.
fn width(member: &Bound) -> Literal {
    Literal::usize_unsuffixed(member.role.index() + 1)
}
