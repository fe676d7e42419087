//! What a body has to end in.

use super::{Checker, Signature, jumps, types};
use crate::ir::Type;
use crate::rust;
use crate::syntax;
use proc_macro2::Span;
use syn::spanned::Spanned;

impl Checker<'_> {
    pub(super) fn check_result(&mut self, body: &crate::ir::Block, signature: &Signature) {
        let span = body.tail.as_ref().map_or(signature.name.span(), |tail| tail.span);
        if signature.returns {
            match &body.tail {
                Some(tail) => self.require_expr(tail, &signature.result, "the result"),
                None => self.require_value(body, signature),
            }
            self.require_end(body, signature, span);
        } else if let (Type::At { ty: Some(ty), at }, Some(_)) = (&body.ty, &body.tail)
            && !matches!(&**ty, syn::Type::Tuple(tuple) if tuple.elems.is_empty())
        {
            // What the macro makes itself is spelled out.
            let ty = rust::text(ty).replace("::std::vec::", "").replace("::core::option::", "");
            let at = self.location(*at);
            self.errors.error(
                span,
                format_args!(
                    "`{}` has no result type, but its body ends in a value",
                    self.own.name
                ),
                format_args!("write `-> {ty} @ {at}` after the parameters, or end with `;`"),
            );
        }
    }

    /// A body without a value at its end ends for nobody who has a result.
    fn require_value(&mut self, body: &crate::ir::Block, signature: &Signature) {
        let Some(ty) = types::first(&signature.result).filter(|ty| !syntax::is_unit(ty)) else {
            return;
        };
        let without = (signature.result.holders() & self.all) - jumps::diverging(body, true);
        if !without.is_empty() {
            let (wanted, name) = (self.describe(&signature.result), self.own.name.clone());
            self.errors.error(
                ty.span(),
                format_args!(
                    "`{name}` has to end in a value `{wanted}`, but its body has none at its end"
                ),
                "end the body with an expression, without `;`",
            );
        }
    }

    /// A body that never ends has no result for those who take no part in what never ends.
    fn require_end(&mut self, body: &crate::ir::Block, signature: &Signature, span: Span) {
        let without = (signature.result.holders() & self.all) - body.acts;
        let Some(role) = without.iter().next().filter(|_| matches!(body.ty, Type::Never)) else {
            return;
        };
        let name = self.role(role);
        self.errors.error(
            span,
            format_args!("this never ends, and `{name}`, which takes no part in it, has no result"),
            format_args!("leave `{name}` out of the result type, or let it take part"),
        );
    }
}
