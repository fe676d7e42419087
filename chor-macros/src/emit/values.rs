//! Calls, and choreographies as values.

use super::members::emit_roles;
use super::{Callee, Emitter};
use crate::foreign::{self, Spelling};
use crate::ir::{
    Actor, Arg, Code, Coinciding, Input, Local, LocalAnonymous, LocalCall, LocalInstance, VarId,
};
use crate::layout::made;
use crate::walk::{Part, walk_local};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use std::collections::BTreeMap;
use syn::spanned::Spanned;

impl Emitter<'_> {
    pub(super) fn emit_call(&self, call: &LocalCall) -> TokenStream {
        let Callee { new, arguments, boxed } = (self.callee)(call);
        let path = &call.path;
        let roles = self.emit_actors(&call.roles, &quote_spanned!(made()=> __ep));
        if let Some(coincides) = &call.coincides {
            return self.emit_coinciding(call, coincides, &quote_spanned!(made()=> __ep));
        }
        let place = at(path.span(), call.span);
        let (new, start) = (emit_new(&new, place), Ident::new("__run", place));
        self.emit_sequence(&call.args, |args| {
            let callee = quote_spanned!(made()=> #path::#new #arguments(#(#args),*));
            let run = self.emit_run(&callee, &start, &roles, boxed);
            quote_spanned!(made()=> #run.await?)
        })
    }

    /// What stands for a call in which one participant would play several roles.
    fn emit_coinciding(
        &self,
        call: &LocalCall,
        Coinciding { ty }: &Coinciding,
        endpoint: &TokenStream,
    ) -> TokenStream {
        let (private, count, lists) = (self.private, call.roles.len(), emit_lists(&call.roles));
        let ty = ty.as_ref().filter(|ty| !foreign::is_opaque(ty));
        let ty = ty.map_or_else(|| quote_spanned!(made()=> _), ToTokens::to_token_stream);
        quote_spanned!(made()=>
            #private::coinciding::<_, #ty>(#endpoint.regroup::<#count>(#lists))?)
    }

    /// The endpoint for a choreography that is called. Bound members and lists may coincide.
    fn emit_actors(&self, actors: &[Actor], endpoint: &TokenStream) -> TokenStream {
        let plain = |actor: &Actor| match actor {
            Actor::One(role) => role.index() < self.families.len(),
            Actor::List(_) => false,
        };
        if actors.iter().all(plain) {
            let roles = actors.iter().flat_map(Actor::roles).map(|role| role.index());
            return quote_spanned!(made()=> #endpoint.roles([#(#roles),*]));
        }
        let roles = emit_lists(actors);
        quote_spanned!(made()=> #endpoint.regroup(#roles)?)
    }

    /// The future of a call.
    fn emit_run(
        &self,
        callee: &TokenStream,
        start: &Ident,
        ep: &TokenStream,
        boxed: bool,
    ) -> TokenStream {
        let private = self.private;
        if boxed {
            let run = quote_spanned!(made()=> |__callee, __ep| __callee.#start(__ep));
            quote_spanned!(made()=> #private::boxed(#callee, #ep, #run))
        } else {
            quote_spanned!(made()=> #callee.#start(#ep))
        }
    }

    pub(super) fn emit_apply(&self, value: &Code, args: &[Arg]) -> TokenStream {
        let (private, expr) = (self.private, &value.expr);
        self.emit_sequence(args, |args| {
            // A method call, because what a `move chor` captured is a reference.
            quote_spanned!(made()=> {
                use #private::Chor as _;
                #expr.run(__ep.roles([]), (#(#args,)*)).await?
            })
        })
    }

    /// A choreography by name: it keeps the roles of the place where it is named, and takes only
    /// the lane from where it is called.
    pub(super) fn emit_instance(&self, instance: &LocalInstance) -> TokenStream {
        let private = self.private;
        let here = instance.call.as_ref().map_or(made(), |call| made().located_at(call.span));
        let names: Vec<Ident> = (0..instance.inputs.len())
            .map(|index| format_ident!("__a{index}", span = here))
            .collect();
        let pats = instance.inputs.iter().zip(&names).map(|(input, name)| {
            if input.passed { name.to_token_stream() } else { quote_spanned!(made()=> _) }
        });
        let (inputs, told) = self.emit_inputs(&instance.inputs, pats);
        let run = instance.call.as_ref().map(|call| {
            let called = quote_spanned!(made()=> __ep.in_lane_of(__call));
            if let Some(coincides) = &call.coincides {
                return self.emit_coinciding(call, coincides, &called);
            }
            let Callee { new, arguments, boxed } = (self.callee)(call);
            let path = &call.path;
            let args = instance
                .inputs
                .iter()
                .zip(&names)
                .filter(|(input, _)| input.passed)
                .map(|(_, name)| name);
            let roles = self.emit_actors(&call.roles, &called);
            let place = at(path.span(), call.span);
            let (new, start) = (emit_new(&new, place), Ident::new("__run", place));
            let callee = quote_spanned!(made()=> #path::#new #arguments(#(#args),*));
            let run = self.emit_run(&callee, &start, &roles, boxed);
            quote_spanned!(made()=> #run.await?)
        });
        let value = if instance.returns {
            quote_spanned!(made()=> ::core::result::Result::Ok(#run))
        } else {
            quote_spanned!(made()=> #run; ::core::result::Result::Ok(()))
        };
        let param = quote_spanned!(made()=> __call: #private::Endpoint<__T, 0>);
        quote_spanned!(made()=> move |#param, #inputs| async move {
            #told
            let _ = __call;
            let __value: ::core::result::Result<_, #private::Fail> = { #value };
            __value
        })
    }

    /// The parameter of a choreography value, and the bindings whose types are told in its body.
    pub(super) fn emit_inputs(
        &self,
        inputs: &[Input],
        pats: impl Iterator<Item = TokenStream>,
    ) -> (TokenStream, TokenStream) {
        let (mut names, mut types, mut told) = (Vec::new(), Vec::new(), TokenStream::new());
        for (index, (input, pat)) in inputs.iter().zip(pats).enumerate() {
            let elsewhere = input.ty.as_ref().filter(|ty| foreign::is_opaque(ty));
            match (&input.ty, elsewhere) {
                (_, Some(ty)) => {
                    let name = format_ident!("__i{index}", span = made()).to_token_stream();
                    told.extend(if Spelling::of(ty).is_some() {
                        self.emit_typed(&pat, false, ty, &name)
                    } else {
                        quote_spanned!(made()=> let #pat = #name;)
                    });
                    names.push(name);
                }
                _ => names.push(pat),
            }
            types.push(match input.ty.as_ref().filter(|_| elsewhere.is_none()) {
                Some(ty) => ty.to_token_stream(),
                None => quote_spanned!(made()=> _),
            });
        }
        (quote_spanned!(made()=> (#(#names,)*): (#(#types,)*)), told)
    }

    pub(super) fn emit_anonymous(&self, node: &LocalAnonymous) -> TokenStream {
        let private = self.private;
        let pats = node.inputs.iter().map(|input| match &input.pattern {
            Some(pattern) => self.emit_pattern(pattern).0,
            None => quote_spanned!(made()=> _),
        });
        let (inputs, told) = self.emit_inputs(&node.inputs, pats);
        let body = self.emit_expr(&node.body);
        let value = if node.returns {
            quote_spanned!(made()=> ::core::result::Result::Ok(#body))
        } else {
            quote_spanned!(made()=> #body; ::core::result::Result::Ok(()))
        };
        let param = quote_spanned!(made()=> __call: #private::Endpoint<__T, 0>);
        let head = quote_spanned!(made()=> #param, #inputs);
        let result = quote_spanned!(made()=> ::core::result::Result<_, #private::Fail>);
        let lane = quote_spanned!(made()=> let __ep = __ep.in_lane_of(__call););
        if !node.by_value {
            // An async closure borrows what it captures, and the user's code sees no difference.
            return quote_spanned!(made()=> async |#head| -> #result { #told #lane #value });
        }
        let names = self.captured(node);
        quote_spanned!(made()=> {
            let __captured = #private::Arc::new((#(#names,)*));
            move |#head| {
                let __captured = #private::Arc::clone(&__captured);
                async move {
                    let (#(#names,)*) = &*__captured;
                    #told
                    #lane
                    let __value: #result = { #value };
                    __value
                }
            }
        })
    }

    /// The variables around an anonymous choreography that its share uses.
    pub(super) fn captured(&self, node: &LocalAnonymous) -> Vec<Ident> {
        let mut names: BTreeMap<VarId, Ident> = BTreeMap::new();
        walk_local(&node.body, &mut |part| {
            if let Part::Code(code) | Part::Target(code) = part {
                for var in code.uses.iter().filter(|var| var.0 < node.first_var) {
                    names.entry(*var).or_insert_with(|| self.vars[var.0].name.clone());
                }
            }
        });
        names.into_values().collect()
    }

    /// Runs `args` in order and gives those that are passed to `then`.
    pub(super) fn emit_sequence(
        &self,
        args: &[Arg],
        then: impl FnOnce(&[TokenStream]) -> TokenStream,
    ) -> TokenStream {
        if args.iter().all(|arg| arg.passed) {
            let args: Vec<TokenStream> =
                args.iter().map(|arg| self.emit_expr(&arg.value)).collect();
            return then(&args);
        }
        let mut stmts = TokenStream::new();
        let mut names = Vec::new();
        for arg in args {
            let value = self.emit_expr(&arg.value);
            if arg.passed {
                let name = format_ident!("__a{}", names.len(), span = made());
                stmts.extend(quote_spanned!(made()=> let #name = #value;));
                names.push(name.to_token_stream());
            } else {
                stmts.extend(quote_spanned!(made()=> #value;));
            }
        }
        let then = then(&names);
        quote_spanned!(made()=> { #stmts #then })
    }

    pub(super) fn emit_take(&self, value: &Local, wanted: &[bool]) -> TokenStream {
        let value = self.emit_expr(value);
        let names: Vec<TokenStream> = wanted
            .iter()
            .enumerate()
            .map(|(index, wanted)| {
                if *wanted {
                    format_ident!("__t{index}", span = made()).to_token_stream()
                } else {
                    quote_spanned!(made()=> _)
                }
            })
            .collect();
        let kept: Vec<&TokenStream> =
            names.iter().zip(wanted).filter(|(_, wanted)| **wanted).map(|(name, _)| name).collect();
        let kept = match kept.as_slice() {
            [one] => one.to_token_stream(),
            _ => quote_spanned!(made()=> (#(#kept),*)),
        };
        quote_spanned!(made()=> { let (#(#names),*) = #value; #kept })
    }
}

/// Who plays each role of a choreography that is called.
fn emit_lists(actors: &[Actor]) -> TokenStream {
    let roles = actors.iter().map(|actor| emit_roles(actor.roles()));
    quote_spanned!(made()=> [#(#roles),*])
}

/// `Buyer::new`, of which rustc shows the last part where it says what is wrong with the arguments.
pub(super) fn emit_new(path: &[Ident], here: Span) -> TokenStream {
    let (last, path) = path.split_last().expect("a name");
    let last = Ident::new(&last.to_string(), here);
    quote_spanned!(made()=> #(#path::)* #last)
}

/// Where an error of a generated call is shown: at the user's type, if the type is written there.
pub(super) fn at(ty: Span, other: Span) -> Span {
    let place = if ty.start().line == 0 { other } else { ty };
    Span::call_site().located_at(place)
}
