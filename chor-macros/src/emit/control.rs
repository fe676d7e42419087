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
        let (condition, shown, holds) = self.emit_guard(site, guard);
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
        held(&holds, shown, quote_spanned!(here=> if #condition #then #otherwise))
    }

    /// A guard's condition; what shows its first scrutinee, if that is a place; and what holds the
    /// agreements that its bindings borrow from.
    pub(super) fn emit_guard(
        &self,
        site: Option<usize>,
        guard: &[LocalLink],
    ) -> (TokenStream, Option<TokenStream>, (TokenStream, TokenStream)) {
        let (mut holds, mut shown) = (Vec::new(), None);
        let links: Vec<TokenStream> = guard
            .iter()
            .enumerate()
            .map(|(index, link)| match link {
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
                    let (place, value) = self.emit_scrutinee(site, value, &mut holds);
                    shown = shown.take().or(place.filter(|_| index == 0));
                    quote_spanned!(made()=> let #pat = #value)
                }
            })
            .collect();
        (quote_spanned!(made()=> #(#links)&&*), shown, holding(&holds))
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
        let (shown, scrutinee) = self.emit_scrutinee(site, scrutinee, &mut holds);
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
        held(&holding(&holds), shown, quote_spanned!(made()=> match #scrutinee { #(#arms)* }))
    }

    pub(super) fn emit_loop(
        &self,
        label: Option<&syn::Label>,
        site: Option<usize>,
        head: &LocalHead,
        body: &LocalBlock,
    ) -> TokenStream {
        let (round, body) = (self.emit_agreed(site, quote!(true)), self.emit_block(body));
        let end = self.emit_agreed(site, quote!(false));
        let label = label.map(unlinted_label);
        let (holds, looped) = match head {
            LocalHead::Loop => return quote_spanned!(made()=> #label loop { #round #body }),
            LocalHead::While(links) => {
                // A place would be shown once, not in each round.
                let (condition, _, holds) = self.emit_guard(site, links);
                let looped = quote_spanned!(made()=> #label while #condition { #round #body });
                (holds, looped)
            }
            LocalHead::For { pattern, iter } => {
                let (mut holds, (pat, _)) = (Vec::new(), self.emit_pattern(pattern));
                let iter = self.emit_place(iter, &mut holds);
                let shown = self.emit_shown(pattern);
                let looped =
                    quote_spanned!(made()=> #label for #pat in #iter { #round #shown #body });
                (holding(&holds), looped)
            }
        };
        let looped = match end {
            Some(end) => quote_spanned!(made()=> { #looped #end }),
            None => looped,
        };
        held(&holds, None, looped)
    }
}
