//! Messages: one line for each.

use super::Emitter;
use crate::foreign::Spelling;
use crate::ir::{Local, Payload, RoleId, Send};
use crate::layout::made;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

impl Emitter<'_> {
    pub(super) fn emit_send(&self, send: &Send) -> TokenStream {
        let payload = self.emit_code(&send.payload);
        let (ty, step) = (&send.ty, self.emit_step(send.step));
        let to = send.to.iter().map(|role| role.index());
        let to = quote_spanned!(made()=> [#(#to),*]);
        let at = send.payload.span;
        let (here, value) = (made().located_at(at), Ident::new("__payload", at));
        // Written apart, the payload's temporaries are gone while the message is on its way, and
        // its mistakes are shown at it.
        let own = |method: &str, to: TokenStream| {
            let sent = emit_transfer(method, &quote_spanned!(here=> #to, #step, #value), at);
            let bound = self.emit_typed(&quote_spanned!(here=> #value), false, ty, &payload);
            quote_spanned!(here=> { #bound #sent })
        };
        let lent = |payload: TokenStream, then: Option<TokenStream>| {
            let sent = emit_transfer("send_ref", &quote_spanned!(here=> #to, #step, #value), at);
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
            (_, true) => own("copy", to),
            (_, false) => match send.to.as_slice() {
                [one] => {
                    let one = one.index();
                    own("send", quote_spanned!(made()=> #one))
                }
                _ => own("send_each", to),
            },
        }
    }

    pub(super) fn emit_recv(
        &self,
        from: RoleId,
        step: usize,
        ty: &syn::Type,
        span: Span,
    ) -> TokenStream {
        let (from, step) = (from.index(), self.emit_step(step));
        let got = emit_transfer("recv", &quote_spanned!(made()=> #from, #step), span);
        let here = made().located_at(span);
        let bound = self.emit_typed(&quote_spanned!(here=> __message), false, ty, &got);
        quote_spanned!(here=> { #bound __message })
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
    let method = Ident::new(method, payload);
    let endpoint = quote_spanned!(made()=> __ep);
    quote_spanned!(payload=> (#endpoint).#method(#args).await?)
}
