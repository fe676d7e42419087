//! A role's share as Rust: one line for each message, the user's code in between.

mod control;
mod lints;
mod members;
mod message;
mod values;
mod watch;

use crate::ir::{
    Code, FamilySize, Local, LocalBlock, LocalCall, LocalPattern, LocalStmt, RoleId, Var, VarId,
    Visitors,
};
use crate::layout::made;
use crate::rust;
use crate::syntax;
pub use lints::{doc, exported, unlinted_names};
use lints::{is_constant, unlinted, unlinted_label, unlinted_lifetime};
use members::emit_member;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::BTreeSet;

/// What emitting needs to know besides the share itself.
pub struct Emitter<'a> {
    /// `$crate::__private`
    pub private: &'a TokenStream,
    /// The choreography's module, which has the steps.
    pub module: &'a Ident,
    /// Whose share it is.
    pub role: RoleId,
    /// Which of the header's roles are families.
    pub families: &'a [Option<FamilySize>],
    /// Tells the places where concurrent parts begin apart.
    pub place: &'a dyn Fn(usize) -> u64,
    pub vars: &'a [Var],
    /// The agreements that this role assigns.
    pub assigned: &'a BTreeSet<VarId>,
    /// The variables that this role uses, and those that any role uses.
    pub uses: &'a BTreeSet<VarId>,
    pub elsewhere: &'a BTreeSet<VarId>,
    /// Who comes to each site.
    pub sites: &'a [Visitors],
    /// The path of a callee's struct for a role, with generic arguments; and whether it is boxed.
    pub callee: &'a dyn Fn(&LocalCall) -> Callee,
}

pub struct Callee {
    /// What makes the callee's role of its arguments, after the callee's path.
    pub new: Vec<Ident>,
    /// The generic arguments of that.
    pub arguments: TokenStream,
    pub boxed: bool,
}

impl Emitter<'_> {
    /// The statements of a block, with its tail.
    pub fn emit_block(&self, block: &LocalBlock) -> TokenStream {
        let stmts = self.emit_stmts(block);
        let tail = block.tail.as_ref().map(|tail| self.emit_expr(tail));
        quote_spanned!(made()=> #stmts #tail)
    }

    /// A block in braces that stand where the user's do: what is wrong with its end is shown there.
    pub(super) fn emit_braces(
        &self,
        first: Option<&TokenStream>,
        block: &LocalBlock,
    ) -> TokenStream {
        let inner = self.emit_block(block);
        let here = block.span.map_or(made(), |span| made().located_at(span));
        quote_spanned!(here=> { #first #inner })
    }

    pub fn emit_stmts(&self, block: &LocalBlock) -> TokenStream {
        block.stmts.iter().map(|stmt| self.emit_stmt(stmt)).collect()
    }

    pub(super) fn emit_stmt(&self, stmt: &LocalStmt) -> TokenStream {
        match stmt {
            LocalStmt::Let { attrs, pattern, init, otherwise, site } => {
                let (pat, ty) = self.emit_pattern(pattern);
                let here = end(&pat, init.as_ref());
                let code = init.as_ref();
                let ty = ty.map(|ty| quote_spanned!(made()=> : #ty));
                let init = init.as_ref().map(|init| {
                    let init = self.emit_expr(init);
                    match otherwise {
                        // The value that a role's share replaces before it is read.
                        None if pattern.vars().iter().any(|var| self.assigned.contains(var)) => {
                            let init = if is_constant(&init) { unlinted(init) } else { init };
                            quote_spanned!(made()=> = { #init })
                        }
                        Some(_) => quote_spanned!(made()=> = (#init)),
                        None => quote_spanned!(made()=> = #init),
                    }
                });
                let otherwise = otherwise.as_ref().map(|block| {
                    let not = self.emit_agreed(*site, quote!(false));
                    let inner = self.emit_block(block);
                    quote_spanned!(made()=> else { #not #inner })
                });
                let binds = self.emit_agreed(*site, quote!(true));
                let shown = self.emit_shown(pattern);
                let changed = self.emit_changed(code);
                quote_spanned!(here=>
                    #(#attrs)* let #pat #ty #init #otherwise; #binds #shown #changed)
            }
            LocalStmt::Member { member, index } => emit_member(member, &self.emit_code(index)),
            LocalStmt::Item(item) => unlinted(item.to_token_stream()),
            LocalStmt::Expr(expr) => {
                let changed = self.emit_changed(Some(expr));
                let expr = self.emit_expr(expr);
                quote_spanned!(made()=> #expr; #changed)
            }
        }
    }

    /// A pattern, with the names that this role doesn't use thrown away, and its written type.
    pub fn emit_pattern(&self, pattern: &LocalPattern) -> (TokenStream, Option<TokenStream>) {
        match pattern {
            LocalPattern::One { pat, ty, vars } => {
                let names = rust::examine_pattern(pat);
                let idle: BTreeSet<String> = names
                    .iter()
                    .zip(vars)
                    .filter(|(_, var)| !self.uses.contains(var) && self.elsewhere.contains(var))
                    .map(|(binding, _)| syntax::name(binding))
                    .collect();
                let mut pat = pat.clone();
                rust::discard(&mut pat, &|name| idle.contains(&syntax::name(name)));
                (pat.to_token_stream(), ty.as_ref().map(ToTokens::to_token_stream))
            }
            LocalPattern::Tuple(elems) => {
                let parts: Vec<_> = elems.iter().map(|elem| self.emit_pattern(elem)).collect();
                let pats = parts.iter().map(|(pat, _)| pat);
                let typed = parts.iter().any(|(_, ty)| ty.is_some()).then(|| {
                    let types = parts
                        .iter()
                        .map(|(_, ty)| ty.clone().unwrap_or_else(|| quote_spanned!(made()=> _)));
                    quote_spanned!(made()=> (#(#types),*))
                });
                (quote_spanned!(made()=> (#(#pats),*)), typed)
            }
        }
    }

    pub fn emit_expr(&self, local: &Local) -> TokenStream {
        match local {
            Local::Nothing => quote_spanned!(made()=> ()),
            Local::Code(code) => self.emit_code(code),
            Local::Send(send) => self.emit_send(send),
            Local::Recv { from, step, ty, way, span } => {
                self.emit_recv(*from, *step, ty, way, *span)
            }
            Local::Agree { value, site, verified } => self.emit_agree(value, *site, *verified),
            Local::Call(call) => self.emit_call(call),
            Local::Apply { value, args } => self.emit_apply(value, args),
            Local::Instance(instance) => self.emit_instance(instance),
            Local::Anonymous(node) => self.emit_anonymous(node),
            Local::Tuple(args) => {
                self.emit_sequence(args, |args| quote_spanned!(made()=> (#(#args),*)))
            }
            Local::Take { value, wanted } => self.emit_take(value, wanted),
            Local::Not(inner) => {
                let inner = self.emit_expr(inner);
                quote_spanned!(made()=> !(#inner))
            }
            Local::Logic { and, left, right } => {
                let (left, right) = (self.emit_expr(left), self.emit_expr(right));
                if *and {
                    quote_spanned!(made()=> (#left) && (#right))
                } else {
                    quote_spanned!(made()=> (#left) || (#right))
                }
            }
            Local::When { and, left, right } => {
                let (left, right) = (self.emit_expr(left), self.emit_expr(right));
                let not = (!and).then(|| quote_spanned!(made()=> !));
                quote_spanned!(made()=> if #not (#left) { #right; })
            }
            Local::Assign { target, operator, value } => {
                let value = self.emit_expr(value);
                let shown = self.emit_shown_place(target.site, &target.expr);
                let target = self.emit_inner(target);
                let value = quote_spanned!(made()=> let __value = #value);
                quote_spanned!(made()=> { #value; #target #operator __value; #shown })
            }
            Local::If { site, guard, then, otherwise } => {
                self.emit_if(*site, guard, then, otherwise.as_deref())
            }
            Local::Match { site, scrutinee, arms } => self.emit_match(*site, scrutinee, arms),
            Local::Loop { label, site, head, body } => {
                self.emit_loop(label.as_ref(), *site, head, body)
            }
            Local::ForMember(node) => self.emit_for_member(node),
            Local::Each(node) => self.emit_each(node),
            Local::Par { place, span, branches } => self.emit_par(*place, *span, branches),
            Local::Split { member, own, other } => self.emit_split(member, own, other),
            Local::Block { label, block } => {
                let inner = self.emit_block(block);
                let label = label.as_ref().map(unlinted_label);
                quote_spanned!(made()=> #label { #inner })
            }
            Local::Return(value) => {
                let value = value
                    .as_ref()
                    .map_or_else(|| quote_spanned!(made()=> ()), |value| self.emit_expr(value));
                quote_spanned!(made()=> return ::core::result::Result::Ok(#value))
            }
            Local::Break { label, value, span } => {
                let value = value.as_ref().map(|value| self.emit_expr(value));
                let label = label.as_ref().map(unlinted_lifetime);
                quote_spanned!(made().located_at(*span)=> break #label #value)
            }
            Local::Continue { label, span } => {
                let label = label.as_ref().map(unlinted_lifetime);
                quote_spanned!(made().located_at(*span)=> continue #label)
            }
        }
    }

    /// Rust code with its agreements held and its `?` leading to the role's failure.
    pub(super) fn emit_code(&self, code: &Code) -> TokenStream {
        let inner = match rust::assigned_place(&code.expr) {
            None => self.emit_value(code),
            Some(place) => {
                let inner = self.emit_inner(code);
                let shown = self.emit_shown_place(code.site, place);
                shown.map_or(inner.clone(), |shown| quote_spanned!(made()=> { #inner; #shown }))
            }
        };
        let holds = code.holds(self.vars);
        if holds.is_empty() {
            return inner;
        }
        let (before, after) = holding(&holds);
        quote_spanned!(made()=> { #before let __result = { #inner }; #after __result })
    }

    pub(super) fn emit_inner(&self, code: &Code) -> TokenStream {
        let private = self.private;
        let mut expr = code.expr.clone();
        rust::rewrite_questions(&mut expr, private);
        let endpoint = quote_spanned!(made()=> __ep);
        let hidden = rust::rewrite_awaits(&mut expr, &endpoint);
        let flush = hidden.then(|| quote_spanned!(made()=> #endpoint.flush();));
        if !code.apart {
            let whole = expr.to_token_stream();
            return if hidden { quote_spanned!(made()=> { #flush #whole }) } else { whole };
        }
        // A `break` hidden in a macro is an error in here; an `Err` that leaves is the role's.
        let whole = expr.to_token_stream();
        let here = made().located_at(code.span);
        if syntax::returns_errors(&code.expr) {
            quote_spanned!(here=>
                #private::early(async { #flush ::core::result::Result::Ok({ #whole }) }.await)?)
        } else {
            quote_spanned!(here=>
                async { #flush ::core::result::Result::<_, #private::Fail>::Ok({ #whole }) }.await?)
        }
    }
}

/// Keeps shared borrows of `names` alive between the first and the second part.
pub(super) fn holding(names: &[Ident]) -> (TokenStream, TokenStream) {
    let mut before = TokenStream::new();
    let mut after = TokenStream::new();
    for (index, name) in names.iter().enumerate() {
        let span = made().located_at(name.span());
        let hold = format_ident!("__h{index}", span = span);
        before.extend(quote_spanned!(span=> let #hold = &#name;));
        after.extend(quote_spanned!(span=> let _ = &*#hold;));
    }
    (before, after)
}

/// `inner` between what holds agreements; `shown` is a statement before it.
pub(super) fn held(
    (before, after): &(TokenStream, TokenStream),
    shown: Option<TokenStream>,
    inner: TokenStream,
) -> TokenStream {
    match (before.is_empty(), shown) {
        (true, None) => inner,
        (true, shown) => quote_spanned!(made()=> { #shown #inner }),
        (false, shown) => {
            quote_spanned!(made()=> { #before #shown let __result = #inner; #after __result })
        }
    }
}

/// The place behind which rustc proposes to add something to a `let` or an arm.
pub(super) fn end(pat: &TokenStream, value: Option<&Local>) -> Span {
    let code = match value {
        Some(Local::Code(code)) => Some(code.expr.to_token_stream()),
        _ => None,
    };
    let last = code.unwrap_or_else(|| pat.clone()).into_iter().last();
    let span = last.map(|token| match token {
        TokenTree::Group(group) => group.span_close(),
        other => other.span(),
    });
    span.map_or(made(), |span| made().located_at(span))
}
