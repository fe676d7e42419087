//! The body of a role's run.

use super::callers::maker;
use super::members::emit_numbers;
use super::unit::{Unit, each_call, is_generic};
use super::{Block, normal};
use crate::check::is_recursive;
use crate::emit::{Callee, Emitter, exported, unlinted_names};
use crate::ir::{LocalCall, LocalPattern, RoleId, Type, Var, VarId};
use crate::layout::{made, share};
use crate::rust;
use crate::simplify::Share;
use crate::syntax;
use crate::walk::{Part, walk_block};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::BTreeSet;

/// The agreements that a share assigns.
pub(super) fn assigned_agreements(
    share: &Share,
    params: &[(usize, LocalPattern)],
    vars: &[Var],
) -> BTreeSet<VarId> {
    let mut assigned = BTreeSet::new();
    let mut mutable: BTreeSet<VarId> =
        params.iter().flat_map(|(_, pattern)| mutable_vars(pattern)).collect();
    walk_block(&share.body, &mut |part| {
        let code = match part {
            Part::Target(code) => code,
            Part::Code(code) if !rust::examine(&code.expr).targets.is_empty() => code,
            Part::Let(pattern, later) => {
                mutable.extend(pattern.vars().into_iter().filter(|_| later));
                mutable.extend(mutable_vars(pattern));
                return;
            }
            Part::Code(_) | Part::Call(_) | Part::Item(_) | Part::Site(_) => return,
        };
        let shared = |var: &&VarId| matches!(vars[var.0].ty, Type::At { at, .. } if at.len() > 1);
        assigned.extend(code.uses.iter().filter(shared).copied());
    });
    // One that may not be assigned is rustc's to report.
    &assigned & &mutable
}

pub(super) fn mutable_vars(pattern: &LocalPattern) -> Vec<VarId> {
    match pattern {
        LocalPattern::Tuple(elems) => elems.iter().flat_map(mutable_vars).collect(),
        LocalPattern::One { pat, vars, .. } => {
            let names = rust::examine_pattern(pat);
            let shown = names.iter().zip(vars);
            shown.filter(|(name, _)| syntax::is_mutable(pat, name)).map(|(_, var)| *var).collect()
        }
    }
}

/// Whether code of the share may never come to its end, so that what is made around it would be
/// unreachable.
pub(super) fn may_end(share: Option<&Share>) -> bool {
    let mut found = false;
    if let Some(share) = share {
        walk_block(&share.body, &mut |part| {
            if let Part::Code(code) = part {
                found |= code.apart || rust::examine(&code.expr).diverges;
            }
        });
    }
    found
}

impl Block<'_> {
    pub(super) fn emit_body(&self, index: usize, unit: &Unit<'_>, role: usize) -> TokenStream {
        let own = &unit.roles[role];
        let Some(share) = &own.share else { return self.emit_absent(unit, role) };
        let recursive = is_recursive(&unit.attrs);
        let callee = |call: &LocalCall| {
            let target = &self.units[call.callee];
            let layout = &target.roles[call.role].layout;
            let named = exported(&target.signature.roles[call.role]);
            let (new, arguments) = if is_generic(target.item) {
                let told = |name: &str| call.generics.get(name).cloned();
                (maker(call.role), layout.call_arguments(&target.header, told))
            } else {
                (vec![named, Ident::new("new", made())], TokenStream::new())
            };
            Callee {
                new,
                arguments,
                boxed: self.boxed.contains(&((index, role), (call.callee, call.role)))
                    || (recursive && target.is_foreign()),
            }
        };
        let module = self.lists(unit);
        let id = RoleId(u8::try_from(role).unwrap_or_default());
        let place = normal::places(unit);
        let assigned = assigned_agreements(share, &own.params, &unit.global.vars);
        let emitter = Emitter {
            private: self.private,
            module: &module,
            role: id,
            families: &unit.global.families,
            place: &place,
            vars: &unit.global.vars,
            assigned: &assigned,
            uses: &share.uses,
            elsewhere: &unit.uses,
            sites: &unit.sites,
            callee: &callee,
        };
        let params = own.params.iter().enumerate().map(|(field, (_, pattern))| {
            let (field, (pat, _)) = (format_ident!("p{field}"), emitter.emit_pattern(pattern));
            quote_spanned!(made()=> #field: #pat,)
        });
        let stmts = emitter.emit_stmts(&share.body);
        let result = crate::layout::share(&unit.header.result, id);
        let returns = result.is_some_and(|ty| !syntax::is_unit(&ty)) && unit.signature.returns;
        let end = match &share.body.tail {
            Some(tail) => {
                let tail = emitter.emit_expr(tail);
                match crate::layout::share(&unit.header.result, id) {
                    Some(ty) => quote_spanned!(made()=>
                        let __result: #ty = #tail;
                        ::core::result::Result::Ok(__result)),
                    None => quote_spanned!(made()=> ::core::result::Result::Ok(#tail)),
                }
            }
            None if returns => TokenStream::new(),
            None => quote_spanned!(made()=> ::core::result::Result::Ok(())),
        };
        let mut abroad = false;
        each_call(own, &mut |call| abroad |= self.units[call.callee].is_foreign());
        let private = self.private;
        let absent = abroad.then(|| quote_spanned!(made()=> use #private::Absent as _;));
        let numbers = emit_numbers(self.private, unit, id, &quote!(#stmts #end));
        let body = quote_spanned!(made()=>
            #absent let Self { #(#params)* .. } = self; #numbers #stmts #end);
        let names = assigned.iter().map(|var| syntax::name(&unit.global.vars[var.0].name));
        unlinted_names(body, names.collect())
    }

    /// The body after mistakes, which is never run.
    pub(super) fn emit_absent(&self, unit: &Unit<'_>, role: usize) -> TokenStream {
        let id = RoleId(u8::try_from(role).unwrap_or_default());
        match &unit.header.result {
            Type::Chor(chor) if chor.roles.contains(id) => {
                let private = self.private;
                let inputs = chor.inputs.iter().filter_map(|input| share(input, id));
                let output = if chor.returns { share(&chor.output, id) } else { None };
                let output = output.map_or_else(|| quote!(()), ToTokens::into_token_stream);
                quote_spanned!(made()=> ::core::result::Result::Ok(
                    |_: #private::Endpoint<__T, 0>, _: (#(#inputs,)*)| #private::absent::<#output>()))
            }
            _ => quote_spanned!(made()=> ::core::unreachable!()),
        }
    }
}
