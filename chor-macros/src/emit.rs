//! A role's share as Rust: one line for each message, the user's code in between.

use crate::foreign::{self, Spelling};
use crate::ir::{
    Arg, Code, Input, Local, LocalAnonymous, LocalArm, LocalBlock, LocalCall, LocalHead,
    LocalInstance, LocalLink, LocalPattern, LocalStmt, Payload, RoleId, Send, Var, VarId,
};
use crate::layout::made;
use crate::rust;
use crate::syntax;
use crate::walk::{Part, walk_local};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::{BTreeMap, BTreeSet};
use syn::spanned::Spanned;

/// What emitting needs to know besides the share itself.
pub struct Emitter<'a> {
    /// `$crate::__private`
    pub private: &'a TokenStream,
    /// The choreography's module, which has the steps.
    pub module: &'a Ident,
    pub vars: &'a [Var],
    /// The agreements that this role assigns.
    pub assigned: &'a BTreeSet<VarId>,
    /// The variables that this role uses, and those that any role uses.
    pub uses: &'a BTreeSet<VarId>,
    pub elsewhere: &'a BTreeSet<VarId>,
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
    fn emit_braces(&self, first: Option<&TokenStream>, block: &LocalBlock) -> TokenStream {
        let inner = self.emit_block(block);
        let here = block.span.map_or(made(), |span| made().located_at(span));
        quote_spanned!(here=> { #first #inner })
    }

    pub fn emit_stmts(&self, block: &LocalBlock) -> TokenStream {
        block.stmts.iter().map(|stmt| self.emit_stmt(stmt)).collect()
    }

    fn emit_stmt(&self, stmt: &LocalStmt) -> TokenStream {
        match stmt {
            LocalStmt::Let { attrs, pattern, init, otherwise } => {
                let (pat, ty) = self.emit_pattern(pattern);
                let here = end(&pat, init.as_ref());
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
                    let inner = self.emit_block(block);
                    quote_spanned!(made()=> else { #inner })
                });
                quote_spanned!(here=> #(#attrs)* let #pat #ty #init #otherwise;)
            }
            LocalStmt::Item(item) => unlinted(item.to_token_stream()),
            LocalStmt::Expr(expr) => {
                let expr = self.emit_expr(expr);
                quote_spanned!(made()=> #expr;)
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
            Local::Recv { from, step, ty, span } => self.emit_recv(*from, *step, ty, *span),
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
                let target = self.emit_code(target);
                let value = quote_spanned!(made()=> let __value = #value);
                quote_spanned!(made()=> { #value; #target #operator __value; })
            }
            Local::If { site, guard, then, otherwise } => {
                self.emit_if(*site, guard, then, otherwise.as_deref())
            }
            Local::Match { site, scrutinee, arms } => self.emit_match(*site, scrutinee, arms),
            Local::Loop { label, site, head, body } => {
                self.emit_loop(label.as_ref(), *site, head, body)
            }
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
    fn emit_code(&self, code: &Code) -> TokenStream {
        let inner = self.emit_inner(code);
        let holds = code.holds(self.vars);
        if holds.is_empty() {
            return inner;
        }
        let (before, after) = holding(&holds);
        quote_spanned!(made()=> { #before let __result = { #inner }; #after __result })
    }

    fn emit_inner(&self, code: &Code) -> TokenStream {
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

    fn emit_send(&self, send: &Send) -> TokenStream {
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

    fn emit_recv(&self, from: RoleId, step: usize, ty: &syn::Type, span: Span) -> TokenStream {
        let (from, step) = (from.index(), self.emit_step(step));
        let got = emit_transfer("recv", &quote_spanned!(made()=> #from, #step), span);
        let here = made().located_at(span);
        let bound = self.emit_typed(&quote_spanned!(here=> __message), false, ty, &got);
        quote_spanned!(here=> { #bound __message })
    }

    /// `let name: T = value;`, where `T` may be a type that only another module can write.
    fn emit_typed(
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

    fn emit_agree(
        &self,
        value: &Local,
        site: Option<usize>,
        verified: Option<usize>,
    ) -> TokenStream {
        let at = match value {
            Local::Code(code) => code.span,
            _ => made(),
        };
        let (private, module, mut value) = (self.private, self.module, self.emit_expr(value));
        if let Some(agreement) = verified {
            let agreement = quote_spanned!(made()=> &#module::__AGREEMENTS[#agreement]);
            value = emit_transfer("verify", &quote_spanned!(made()=> #agreement, #value), at);
        }
        let Some(site) = site else { return value };
        // The value's mistakes are shown at it.
        let (here, name) = (made().located_at(at), Ident::new("__agreed", at));
        quote_spanned!(here=> {
            let #name = #value;
            {
                use #private::{Hidden as _, Shown as _};
                (&&#private::Seen(&#name)).show(__ep, &#module::__SITES[#site]);
            }
            #name
        })
    }

    /// Tells what the role came to where others come to the same.
    fn emit_agreed(&self, site: Option<usize>, value: impl ToTokens) -> Option<TokenStream> {
        let (site, module) = (site?, self.module);
        Some(quote_spanned!(made()=> __ep.agreed(&#module::__SITES[#site], &#value);))
    }

    fn emit_step(&self, step: usize) -> TokenStream {
        let module = self.module;
        quote_spanned!(made()=> &#module::__STEPS[#step])
    }

    fn emit_call(&self, call: &LocalCall) -> TokenStream {
        let Callee { new, arguments, boxed } = (self.callee)(call);
        let (path, private) = (&call.path, self.private);
        let roles = call.roles.iter().map(|role| role.index());
        let roles = quote_spanned!(made()=> __ep.roles([#(#roles),*]));
        let place = at(path.span(), call.span);
        let (new, start) = (emit_new(&new, place), Ident::new("__run", place));
        self.emit_sequence(&call.args, |args| {
            let run = quote_spanned!(made()=> #path::#new #arguments(#(#args),*).#start(#roles));
            if boxed {
                quote_spanned!(made()=> #private::Box::pin(#run).await?)
            } else {
                quote_spanned!(made()=> #run.await?)
            }
        })
    }

    fn emit_apply(&self, value: &Code, args: &[Arg]) -> TokenStream {
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
    fn emit_instance(&self, instance: &LocalInstance) -> TokenStream {
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
            let Callee { new, arguments, boxed } = (self.callee)(call);
            let path = &call.path;
            let args = instance
                .inputs
                .iter()
                .zip(&names)
                .filter(|(input, _)| input.passed)
                .map(|(_, name)| name);
            let roles = call.roles.iter().map(|role| role.index());
            let place = at(path.span(), call.span);
            let (new, start) = (emit_new(&new, place), Ident::new("__run", place));
            let run = quote_spanned!(made()=> #path::#new #arguments(#(#args),*)
                .#start(__ep.in_lane_of(__call).roles([#(#roles),*])));
            let run = if boxed { quote_spanned!(made()=> #private::Box::pin(#run)) } else { run };
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
    fn emit_inputs(
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

    fn emit_anonymous(&self, node: &LocalAnonymous) -> TokenStream {
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
    fn captured(&self, node: &LocalAnonymous) -> Vec<Ident> {
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
    fn emit_sequence(
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

    fn emit_take(&self, value: &Local, wanted: &[bool]) -> TokenStream {
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

    fn emit_if(
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
    fn emit_guard(&self, guard: &[LocalLink]) -> (TokenStream, TokenStream, TokenStream) {
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
    fn emit_place(&self, value: &Local, holds: &mut Vec<Ident>) -> TokenStream {
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

    fn emit_match(&self, site: Option<usize>, scrutinee: &Local, arms: &[LocalArm]) -> TokenStream {
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

    fn emit_loop(
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

/// A call of the endpoint and its `.await` stand at the payload: this place shows at both ends what
/// can't cross, and rustc doesn't repeat itself. The type stands beside it, at a `let`.
fn emit_transfer(method: &str, args: &TokenStream, payload: Span) -> TokenStream {
    let method = Ident::new(method, payload);
    let endpoint = quote_spanned!(made()=> __ep);
    quote_spanned!(payload=> (#endpoint).#method(#args).await?)
}

/// Keeps shared borrows of `names` alive between the first and the second part.
fn holding(names: &[Ident]) -> (TokenStream, TokenStream) {
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

fn held(before: &TokenStream, inner: TokenStream, after: &TokenStream) -> TokenStream {
    if before.is_empty() {
        return inner;
    }
    quote_spanned!(made()=> { #before let __result = #inner; #after __result })
}

/// The place behind which rustc proposes to add something to a `let` or an arm.
fn end(pat: &TokenStream, value: Option<&Local>) -> Span {
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

/// `Buyer::new`, of which rustc shows the last part where it says what is wrong with the arguments.
fn emit_new(path: &[Ident], here: Span) -> TokenStream {
    let (last, path) = path.split_last().expect("a name");
    let last = Ident::new(&last.to_string(), here);
    quote_spanned!(made()=> #(#path::)* #last)
}

/// Where an error of a generated call is shown: at the user's type, if the type is written there.
fn at(ty: Span, other: Span) -> Span {
    let place = if ty.start().line == 0 { other } else { ty };
    Span::call_site().located_at(place)
}

/// The same tokens, but as far as lints are concerned the macro's: each role has its copy of an
/// item, used or not.
fn unlinted(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut tree| {
            if let TokenTree::Group(group) = &tree {
                let mut inner = Group::new(group.delimiter(), unlinted(group.stream()));
                inner.set_span(group.span().resolved_at(made()));
                return TokenTree::Group(inner);
            }
            tree.set_span(tree.span().resolved_at(made()));
            tree
        })
        .collect()
}

/// No name is in it.
fn is_constant(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().all(|tree| match tree {
        TokenTree::Ident(_) => false,
        TokenTree::Group(group) => is_constant(&group.stream()),
        TokenTree::Literal(_) | TokenTree::Punct(_) => true,
    })
}

/// A label, which a role may not use that leaves out an inner loop.
fn unlinted_label(label: &syn::Label) -> syn::Label {
    syn::Label { name: unlinted_lifetime(&label.name), ..label.clone() }
}

fn unlinted_lifetime(label: &syn::Lifetime) -> syn::Lifetime {
    let mut label = label.clone();
    label.set_span(label.span().resolved_at(Span::call_site()));
    label
}

/// The same tokens, where lints see no assignment of these variables: that a role doesn't read what
/// it assigns says nothing of the others.
///
/// The names are the macro's then, at each of their places alike; so are those that stand in one
/// format string with them.
pub fn unlinted_names(tokens: TokenStream, mut names: BTreeSet<String>) -> TokenStream {
    if names.is_empty() {
        return tokens;
    }
    let mut strings = Vec::new();
    inline_names(&tokens, &mut strings);
    loop {
        let before = names.len();
        for inline in &strings {
            if !inline.is_disjoint(&names) {
                names.extend(inline.iter().cloned());
            }
        }
        if names.len() == before {
            return rename(tokens, &names);
        }
    }
}

/// The names that each string literal may show.
fn inline_names(tokens: &TokenStream, found: &mut Vec<BTreeSet<String>>) {
    for tree in tokens.clone() {
        match tree {
            TokenTree::Literal(literal) => {
                let names = shown(&literal);
                if !names.is_empty() {
                    found.push(names);
                }
            }
            TokenTree::Group(group) => inline_names(&group.stream(), found),
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

fn shown(literal: &proc_macro2::Literal) -> BTreeSet<String> {
    let text = literal.to_string();
    let word = |part: &str| -> String {
        part.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect()
    };
    if !text.contains('"') {
        return BTreeSet::new();
    }
    // Behind `{`, and widths and precisions before `$`.
    let opened = text.split('{').skip(1).map(word);
    let counted = text
        .split('$')
        .map(|part| word(part.rsplit([':', '.', '<', '>', '^', '0']).next().unwrap_or("")));
    opened.chain(counted).filter(|name| !name.is_empty()).collect()
}

fn rename(tokens: TokenStream, names: &BTreeSet<String>) -> TokenStream {
    let unlint = |tree| match tree {
        TokenTree::Ident(mut name) if names.contains(&syntax::name(&name)) => {
            name.set_span(name.span().resolved_at(Span::call_site()));
            TokenTree::Ident(name)
        }
        TokenTree::Literal(mut literal) if !shown(&literal).is_disjoint(names) => {
            literal.set_span(literal.span().resolved_at(Span::call_site()));
            TokenTree::Literal(literal)
        }
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), rename(group.stream(), names));
            inner.set_span(group.span());
            TokenTree::Group(inner)
        }
        other => other,
    };
    tokens.into_iter().map(unlint).collect()
}

/// An identifier that names an item of the module: found by the user's paths, unseen by lints.
pub fn exported(name: &Ident) -> Ident {
    let mut name = name.clone();
    name.set_span(name.span().resolved_at(made()));
    name
}

/// Documentation of something generated.
pub fn doc(text: &str) -> TokenStream {
    quote!(#[doc = #text])
}
