//! Messages: one line for each.

use super::Emitter;
use crate::foreign::Spelling;
use crate::ir::{Local, Payload, RoleId, Send, Way};
use crate::layout::made;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;

impl Emitter<'_> {
    pub(super) fn emit_send(&self, send: &Send) -> TokenStream {
        if send.to.is_empty() {
            return self.emit_handed(send);
        }
        let payload = self.emit_code(&send.payload);
        let (ty, step) = (&send.ty, self.emit_step(send.step));
        let to = send.to.iter().map(|role| role.index());
        let to = quote_spanned!(made()=> [#(#to),*]);
        let to = if send.many { quote_spanned!(made()=> &#to) } else { to };
        let at = send.payload.span;
        let (here, value) = (made().located_at(at), Ident::new("__payload", at));
        let endpoint = self.emit_sender(send);
        let method = |one: &'static str, all: &'static str| if send.many { all } else { one };
        // Written apart, the payload's temporaries are gone while the message is on its way, and
        // its mistakes are shown at it.
        let own = |method: &str, to: TokenStream| {
            let args = quote_spanned!(here=> #to, #step, #value);
            let sent = emit_transfer_of(&endpoint, method, &args, at);
            let bound = self.emit_typed(&quote_spanned!(here=> #value), false, ty, &payload);
            quote_spanned!(here=> { #bound #sent })
        };
        let lent = |payload: TokenStream, then: Option<TokenStream>| {
            let args = quote_spanned!(here=> #to, #step, #value);
            let sent = emit_transfer_of(&endpoint, method("send_ref", "send_all_ref"), &args, at);
            let bound = self.emit_typed(&quote_spanned!(here=> #value), true, ty, &payload);
            quote_spanned!(here=> { #bound #sent #then })
        };
        match (send.by, send.keep) {
            (Payload::Reference, false) => lent(payload, None),
            (Payload::Reference, true) => {
                lent(payload, Some(quote_spanned!(here=> ; ::core::clone::Clone::clone(#value))))
            }
            // `A => B: x` as a statement: the sender keeps `x` as it is.
            (Payload::Variable, false) if send.copies => {
                lent(quote_spanned!(here=> &#payload), None)
            }
            (_, true) => own(method("copy", "copy_all"), to),
            (_, false) => match send.to.as_slice() {
                [one] if !send.many => {
                    let one = one.index();
                    own("send", quote_spanned!(made()=> #one))
                }
                _ => own(method("send_each", "send_all"), to),
            },
        }
    }

    /// What the sender sends on; a message that may come too late goes in a lane of its own.
    fn emit_sender(&self, send: &Send) -> TokenStream {
        let Some(within) = &send.way.within else { return quote_spanned!(made()=> __ep) };
        let place = self.emit_place_number(within.place);
        quote_spanned!(made()=> __ep.round(#place, 0)?)
    }

    /// A message to oneself.
    fn emit_handed(&self, send: &Send) -> TokenStream {
        let payload = self.emit_code(&send.payload);
        let at = send.payload.span;
        let (here, value) = (made().located_at(at), Ident::new("__payload", at));
        let lent = send.by == Payload::Reference;
        if !send.keep && send.by == Payload::Variable && send.copies {
            return quote_spanned!(here=> {});
        }
        let bound = self.emit_typed(&quote_spanned!(here=> #value), lent, &send.ty, &payload);
        if !send.keep {
            return quote_spanned!(here=> { #bound let _ = #value; });
        }
        let mut kept = quote_spanned!(here=> #value);
        if lent {
            kept = quote_spanned!(here=> ::core::clone::Clone::clone(#kept));
        }
        if send.way.within.is_some() {
            kept = quote_spanned!(here=> ::core::option::Option::Some(#kept));
        }
        if send.way.attempt {
            let private = self.private;
            kept = quote_spanned!(here=>
                ::core::result::Result::<_, #private::Lost>::Ok(#kept));
        }
        quote_spanned!(here=> { #bound #kept })
    }

    pub(super) fn emit_recv(
        &self,
        from: RoleId,
        step: usize,
        ty: &syn::Type,
        way: &Way,
        span: Span,
    ) -> TokenStream {
        let (from, step) = (from.index(), self.emit_step(step));
        let mut args = quote_spanned!(made()=> #from, #step);
        if let Some(within) = &way.within {
            let place = self.emit_place_number(within.place);
            let deadline = self.emit_code(&within.deadline);
            args = quote_spanned!(made()=> #args, #place, #deadline);
        }
        let method = match (way.attempt, way.within.is_some()) {
            (false, false) => "recv",
            (false, true) => "recv_within",
            (true, false) => "try_recv",
            (true, true) => "try_recv_within",
        };
        let got = emit_transfer(method, &args, span);
        let here = made().located_at(span);
        if method != "recv" {
            return self.emit_perhaps(ty, way, &got, here);
        }
        let bound = self.emit_typed(&quote_spanned!(here=> __message), false, ty, &got);
        quote_spanned!(here=> { #bound __message })
    }

    /// What may not come. A type that only another module can write is found by what it is bound to.
    fn emit_perhaps(
        &self,
        ty: &syn::Type,
        way: &Way,
        got: &TokenStream,
        here: Span,
    ) -> TokenStream {
        if Spelling::of(ty).is_some() {
            return got.clone();
        }
        let (private, mut ty) = (self.private, ty.to_token_stream());
        if way.within.is_some() {
            ty = quote_spanned!(here=> ::core::option::Option<#ty>);
        }
        if way.attempt {
            ty = quote_spanned!(here=> ::core::result::Result<#ty, #private::Lost>);
        }
        quote_spanned!(here=> { let __message: #ty = #got; __message })
    }

    /// `let name: T = value;`, where `T` may be a type that only another module can write.
    pub(super) fn emit_typed(
        &self,
        name: &TokenStream,
        lent: bool,
        ty: &syn::Type,
        value: &TokenStream,
    ) -> TokenStream {
        let here = made().located_at(name.span());
        let Some(teller) = Spelling::of(ty) else {
            let lent = lent.then(|| quote_spanned!(here=> &));
            return quote_spanned!(here=> let #name: #lent #ty = #value;);
        };
        let with = Ident::new(if lent { "typed_ref" } else { "typed" }, here);
        let private = self.private;
        quote_spanned!(here=> let #name = #private::#with(#teller, #value);)
    }

    pub(super) fn emit_agree(
        &self,
        value: &Local,
        site: Option<usize>,
        verified: Option<usize>,
    ) -> TokenStream {
        let at = match value {
            Local::Code(code) => code.span,
            _ => made(),
        };
        let (module, mut value) = (self.module, self.emit_expr(value));
        if let Some(agreement) = verified {
            let agreement = quote_spanned!(made()=> &#module::__AGREEMENTS[#agreement]);
            value = emit_transfer("verify", &quote_spanned!(made()=> #agreement, #value), at);
        }
        // The value's mistakes are shown at it.
        let (here, name) = (made().located_at(at), Ident::new("__agreed", at));
        let Some(shown) = self.emit_show(site, &quote_spanned!(here=> &#name)) else {
            return value;
        };
        quote_spanned!(here=> { let #name = #value; #shown #name })
    }

    pub(super) fn emit_step(&self, step: usize) -> TokenStream {
        let module = self.module;
        quote_spanned!(made()=> &#module::__STEPS[#step])
    }
}

/// A call of the endpoint and its `.await` stand at the payload: this place shows at both ends what
/// can't cross, and rustc doesn't repeat itself. The type stands beside it, at a `let`.
pub(super) fn emit_transfer(method: &str, args: &TokenStream, payload: Span) -> TokenStream {
    emit_transfer_of(&quote_spanned!(made()=> __ep), method, args, payload)
}

fn emit_transfer_of(
    endpoint: &TokenStream,
    method: &str,
    args: &TokenStream,
    payload: Span,
) -> TokenStream {
    let method = Ident::new(method, payload);
    quote_spanned!(payload=> (#endpoint).#method(#args).await?)
}
