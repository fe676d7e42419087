//! Branches and loops.

use super::lints::unlinted_label;
use super::{Emitter, end, held, holding};
use crate::ir::{Local, LocalArm, LocalBlock, LocalHead, LocalLink};
use crate::layout::made;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

impl Emitter<'_> {
    pub(super) fn emit_if(
        &self,
        site: Option<usize>,
        guard: &[LocalLink],
        then: &LocalBlock,
        otherwise: Option<&Local>,
    ) -> TokenStream {
        let (condition, before, after) = self.emit_guard(guard);
        let here = then.span.map_or(made(), |span| made().located_at(span));
        let then = self.emit_braces(self.emit_agreed(site, quote!(true)).as_ref(), then);
        let not = self.emit_agreed(site, quote!(false));
        let without = not.as_ref().map(|not| quote_spanned!(made()=> else { #not }));
        let otherwise = otherwise.map(|otherwise| match otherwise {
            Local::If { .. } => {
                let nested = self.emit_expr(otherwise);
                quote_spanned!(made()=> else { #not #nested })
            }
            Local::Block { label: None, block } => {
                let inner = self.emit_braces(not.as_ref(), block);
                quote_spanned!(made()=> else #inner)
            }
            other => {
                let other = self.emit_expr(other);
                quote_spanned!(made()=> else { #not #other })
            }
        });
        let otherwise = otherwise.or(without);
        held(&before, quote_spanned!(here=> if #condition #then #otherwise), &after)
    }

    /// A guard's condition, and what holds the agreements that its bindings borrow from.
    pub(super) fn emit_guard(
        &self,
        guard: &[LocalLink],
    ) -> (TokenStream, TokenStream, TokenStream) {
        let mut holds = Vec::new();
        let links: Vec<TokenStream> = guard
            .iter()
            .map(|link| match link {
                LocalLink::Bool(value) => {
                    let value_tokens = self.emit_expr(value);
                    match value {
                        Local::Code(code)
                            if guard.len() == 1 && code.holds(self.vars).is_empty() =>
                        {
                            value_tokens
                        }
                        _ => quote_spanned!(made()=> (#value_tokens)),
                    }
                }
                LocalLink::Let { pattern, value } => {
                    let (pat, _) = self.emit_pattern(pattern);
                    let value = self.emit_place(value, &mut holds);
                    quote_spanned!(made()=> let #pat = #value)
                }
            })
            .collect();
        let (before, after) = holding(&holds);
        (quote_spanned!(made()=> #(#links)&&*), before, after)
    }

    /// A scrutinee or an iterated value: a variable stays a place, and what it holds is held for
    /// as long as what is bound to its parts may be used.
    pub(super) fn emit_place(&self, value: &Local, holds: &mut Vec<Ident>) -> TokenStream {
        match value {
            Local::Code(code) => {
                holds.extend(code.holds(self.vars));
                self.emit_inner(code)
            }
            other => {
                let other = self.emit_expr(other);
                quote_spanned!(made()=> (#other))
            }
        }
    }

    pub(super) fn emit_match(
        &self,
        site: Option<usize>,
        scrutinee: &Local,
        arms: &[LocalArm],
    ) -> TokenStream {
        let mut holds = Vec::new();
        let scrutinee = self.emit_place(scrutinee, &mut holds);
        let arms = arms.iter().enumerate().map(|(index, arm)| {
            let taken = self.emit_agreed(site, quote!(#index));
            let (attrs, (pat, _)) = (&arm.attrs, self.emit_pattern(&arm.pattern));
            let guard = arm.guard.as_ref().map(|guard| {
                let guard = self.emit_code(guard);
                quote_spanned!(made()=> if #guard)
            });
            let body = match &arm.body {
                Local::Nothing => quote_spanned!(end(&pat, None)=> { #taken }),
                Local::Block { label: None, block } => self.emit_braces(taken.as_ref(), block),
                other => {
                    let other = self.emit_expr(other);
                    quote_spanned!(end(&pat, Some(&arm.body))=> { #taken #other })
                }
            };
            quote_spanned!(made()=> #(#attrs)* #pat #guard => #body)
        });
        let (before, after) = holding(&holds);
        held(&before, quote_spanned!(made()=> match #scrutinee { #(#arms)* }), &after)
    }

    pub(super) fn emit_loop(
        &self,
        label: Option<&syn::Label>,
        site: Option<usize>,
        head: &LocalHead,
        body: &LocalBlock,
    ) -> TokenStream {
        let (round, body) = (self.emit_agreed(site, quote!(true)), self.emit_block(body));
        let body = quote_spanned!(made()=> #round #body);
        let label = label.map(unlinted_label);
        match head {
            LocalHead::Loop => quote_spanned!(made()=> #label loop { #body }),
            LocalHead::While(links) => {
                let (condition, before, after) = self.emit_guard(links);
                held(&before, quote_spanned!(made()=> #label while #condition { #body }), &after)
            }
            LocalHead::For { pattern, iter } => {
                let (mut holds, (pat, _)) = (Vec::new(), self.emit_pattern(pattern));
                let iter = self.emit_place(iter, &mut holds);
                let (before, after) = holding(&holds);
                held(&before, quote_spanned!(made()=> #label for #pat in #iter { #body }), &after)
            }
        }
    }
}
