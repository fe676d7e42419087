//! What a role shows of what it comes to where others come to the same.

use super::Emitter;
use crate::ir::{Code, Local, LocalPattern};
use crate::layout::made;
use crate::rust;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

impl Emitter<'_> {
    /// Which way the role went.
    pub(super) fn emit_agreed(
        &self,
        site: Option<usize>,
        value: impl ToTokens,
    ) -> Option<TokenStream> {
        let site = self.emit_site(site)?;
        Some(quote_spanned!(made()=> __ep.agreed(#site, &#value);))
    }

    /// What `value` refers to, as far as its type can be told.
    pub(super) fn emit_show(
        &self,
        site: Option<usize>,
        value: &TokenStream,
    ) -> Option<TokenStream> {
        let (site, private) = (self.emit_site(site)?, self.private);
        Some(quote_spanned!(made()=> #private::show(0, 0, #value, __ep, #site);))
    }

    /// What a pattern has bound, as far as the role uses it.
    pub(super) fn emit_shown(&self, pattern: &LocalPattern) -> TokenStream {
        let vars = pattern.vars().into_iter().filter(|var| self.uses.contains(var));
        let shown = vars.filter_map(|var| {
            let var = &self.vars[var.0];
            let (name, here) = (&var.name, made().located_at(var.name.span()));
            self.emit_show(var.site, &quote_spanned!(here=> &#name))
        });
        shown.collect()
    }

    /// What a statement may have changed in place.
    pub(super) fn emit_changed(&self, stmt: Option<&Local>) -> TokenStream {
        let Some(Local::Code(code)) = stmt else { return TokenStream::new() };
        let shown = code.changes.iter().filter_map(|(var, site)| {
            let name = &self.vars[var.0].name;
            let here = made().located_at(name.span());
            self.emit_show(Some(*site), &quote_spanned!(here=> &#name))
        });
        shown.collect()
    }

    /// What stands at a place that can be read again.
    pub(super) fn emit_shown_place(
        &self,
        site: Option<usize>,
        place: &syn::Expr,
    ) -> Option<TokenStream> {
        self.emit_show(site, &quote_spanned!(made()=> &#place))
    }

    /// A scrutinee: a value shows itself on its way; a place, which has to stay one, is shown by
    /// what is to stand before.
    pub(super) fn emit_scrutinee(
        &self,
        site: Option<usize>,
        value: &Local,
        holds: &mut Vec<Ident>,
    ) -> (Option<TokenStream>, TokenStream) {
        let place = self.emit_place(value, holds);
        let Local::Code(code) = value else { return (None, place) };
        if rust::is_place(&code.expr) {
            return (self.emit_shown_place(site, &code.expr), place);
        }
        (None, self.emit_passed(site, code, &place).unwrap_or(place))
    }

    /// Code's value, which shows itself on its way; of a reference, what it refers to.
    pub(super) fn emit_value(&self, code: &Code) -> TokenStream {
        let Some(site) = self.emit_site(code.site) else { return self.emit_inner(code) };
        let (private, here) = (self.private, made().located_at(code.span));
        match &code.expr {
            Expr::Reference(reference) => {
                let behind = Code { expr: (*reference.expr).clone(), ..code.clone() };
                let (and, behind) = (reference.and_token, self.emit_value(&behind));
                quote_spanned!(here=> #and #behind)
            }
            _ => {
                let value = self.emit_inner(code);
                quote_spanned!(here=> #private::shown(#value, 0, 0, __ep, #site))
            }
        }
    }

    fn emit_passed(
        &self,
        site: Option<usize>,
        code: &Code,
        value: &TokenStream,
    ) -> Option<TokenStream> {
        let passes = rust::is_value(&code.expr) && !rust::examine(&code.expr).diverges;
        let site = self.emit_site(site.filter(|_| passes))?;
        let (private, here) = (self.private, made().located_at(code.span));
        Some(quote_spanned!(here=> #private::shown(#value, 0, 0, __ep, #site)))
    }

    /// The site, if anybody looks at what is come to there.
    pub(super) fn emit_site(&self, site: Option<usize>) -> Option<TokenStream> {
        let (site, module) = (site?, self.module);
        let shown = self.sites.get(site)?.shown;
        shown.then(|| quote_spanned!(made()=> &#module::__SITES[#site]))
    }
}
