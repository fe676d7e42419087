//! Who sends what to whom, as constants: callers in other blocks depend on it, and so does who can be
//! lost.

use super::Block;
use super::unit::{Unit, carried};
use crate::emit::exported;
use crate::layout::made;
use crate::sends::{Abroad, Demand, Found, Played, Sends, Sent};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote_spanned};

impl Block<'_> {
    /// What callers need to know, and what is demanded of callees.
    pub(super) fn emit_sends(&self, index: usize, unit: &Unit<'_>) -> Option<TokenStream> {
        let Found { sent, demands, .. } = self.sent.get(index)?.as_ref()?;
        let module = exported(&unit.item.name);
        let attrs = carried(unit, &["cfg", "cfg_attr"]);
        let sends = self.emit_table(sent);
        let lost = (!sent.abroad.is_empty()).then(|| self.emit_lost(sent));
        let demands = demands.iter().map(|demand| {
            let demand = self.emit_demand(demand);
            quote_spanned!(made()=> #[allow(deprecated)] #(#attrs)* #demand)
        });
        Some(quote_spanned!(made()=>
            #[allow(deprecated)]
            #(#attrs)*
            impl #module::Role {
                #[doc(hidden)]
                pub const __SENDS: &'static [::core::primitive::u8] = #sends;
                #lost
            }
            #(#demands)*
        ))
    }

    /// Which roles can be lost, for the protocol.
    pub(super) fn emit_expendable(
        &self,
        unit: &Unit<'_>,
        role: &TokenStream,
    ) -> Option<TokenStream> {
        let index = self.units.iter().position(|other| std::ptr::eq(other, unit))?;
        let sent = &self.sent.get(index)?.as_ref()?.sent;
        if !sent.abroad.is_empty() {
            return Some(quote_spanned!(made()=> .expendable(#role::__EXPENDABLE)));
        }
        let roles = sent.expendable();
        (!roles.is_empty()).then(|| quote_spanned!(made()=> .expendable(&[#(#roles),*])))
    }

    /// A digit for each sender and receiver.
    fn emit_table(&self, sent: &Sent) -> TokenStream {
        let own: Vec<u8> = sent.table.iter().flatten().map(|sends| digit(*sends)).collect();
        let own = Literal::byte_string(&own);
        if sent.abroad.is_empty() {
            return own.into_token_stream();
        }
        let (private, roles) = (self.private, sent.table.len());
        let calls = sent.abroad.values().flat_map(|Abroad { path, calls, .. }| {
            let sends = emit_sends_of(private, &path.0);
            calls.iter().map(move |Played { actors, raced }| {
                let actors = actors.iter().map(|roles| quote_spanned!(made()=> &[#(#roles),*]));
                let raced = raced.iter().map(|(from, to)| quote_spanned!(made()=> (#from, #to)));
                quote_spanned!(made()=>
                    #private::Sending::new(#sends, &[#(#actors),*], &[#(#raced),*]))
            })
        });
        quote_spanned!(made()=> &#private::sends(#own, #roles, &[#(#calls),*]))
    }

    /// Which roles can be lost, where that depends on other blocks.
    fn emit_lost(&self, sent: &Sent) -> TokenStream {
        let (private, roles, compared) = (self.private, sent.table.len(), &sent.compared);
        let usize = quote_spanned!(made()=> ::core::primitive::usize);
        quote_spanned!(made()=>
            const __LOST: ([#usize; #roles], #usize) =
                #private::expendable(Self::__SENDS, &[#(#compared),*]);
            #[doc(hidden)]
            pub const __EXPENDABLE: &'static [#usize] = #private::first_of(&Self::__LOST);
        )
    }

    /// A mistake at the call, if the callee turns out to send.
    fn emit_demand(&self, Demand { path, from, at, answer }: &Demand) -> TokenStream {
        let private = self.private;
        let sends = emit_sends_of(private, path);
        let text = format!("{}\nhelp: {}", answer.what, answer.help);
        let here = made().located_at(answer.span);
        let broken = quote_spanned!(here=> ::core::panic!(#text));
        quote_spanned!(here=>
            const _: () = if #private::sends_from(#sends, &[#(#from),*], &[#(#at),*]) { #broken };)
    }
}

/// What a choreography sends that this block doesn't know.
fn emit_sends_of(private: &TokenStream, path: &syn::Path) -> TokenStream {
    quote_spanned!(made()=> { use #private::Absent as _; #path::Role::__SENDS })
}

fn digit(sends: Sends) -> u8 {
    match sends {
        Sends::Nothing => b'0',
        Sends::Tried => b'1',
        Sends::Missed => b'2',
    }
}
