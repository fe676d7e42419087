//! Macro calls on the walk, and other code that syn leaves as tokens.

use super::super::arguments::{self, Part};
use super::super::{format, macros, names};
use super::Walker;
use proc_macro2::TokenStream;
use syn::Macro;
use syn::ext::IdentExt;
use syn::visit::Visit;

impl Walker {
    pub(super) fn macro_call(&mut self, node: &Macro) {
        if macros::is_opaque(node) {
            self.opaque();
        }
        if macros::awaits(node) {
            self.awaits();
        }
        for part in arguments::read(node) {
            self.part(part);
        }
    }

    pub(super) fn opaque(&mut self) {
        self.facts.opaque_macro |= self.scope.is_outermost();
    }

    pub(super) fn unknown(&mut self, tokens: TokenStream) {
        let hints = names::scan(tokens);
        hints.idents.into_iter().for_each(|ident| self.used_maybe(ident));
        if hints.awaits {
            self.awaits();
        }
        if hints.questions {
            self.questions();
        }
    }

    fn part(&mut self, part: Part) {
        match part {
            Part::Value(expr) => self.visit_expr(&expr),
            Part::Format { literal, named } => {
                for name in format::inline_names(&literal) {
                    if !named.contains(&name.unraw().to_string()) {
                        self.used(&name);
                    }
                }
            }
            Part::Test(test) => self.arm(&test.pat, |this| {
                if let Some(guard) = &test.guard {
                    this.condition(guard);
                }
            }),
            Part::Maybe(ident) => self.used_maybe(ident),
            Part::Unknown(tokens) => {
                self.opaque();
                self.unknown(tokens);
            }
        }
    }
}
