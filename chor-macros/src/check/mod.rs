//! From the syntax to the typed program: names and roles, located types, knowledge of choice.
//!
//! Reports every mistake of a block; what is unresolved becomes an `Error` node or type, which
//! fits everywhere, so that one mistake has one message.

mod actors;
mod answers;
mod assign;
mod bounds;
mod call;
mod choice;
mod chor;
mod code;
mod comm;
mod ends;
mod expr;
mod first;
mod jumps;
mod loops;
mod members;
mod names;
mod own;
mod par;
mod pattern;
mod result;
mod shape;
mod signature;
mod types;
mod verify;
mod watch;

pub use answers::is_recursive;
use names::RECURSIVE;
pub(crate) use shape::Shape;
pub use signature::signature;

use crate::ast;
use crate::error::Errors;
use crate::foreign::Foreign;
use crate::ir::{
    Agreement, Bound, FamilySize, Global, RoleId, RoleSet, Site, Step, Type, Var, VarId,
};
use crate::rust;
use crate::syntax;
use proc_macro2::{Ident, Span};
use std::collections::{BTreeMap, BTreeSet};
use verify::{Comparing, Verify};

/// What a caller knows of a choreography.
pub struct Signature {
    pub name: Ident,
    /// Where it is, if not in the same block.
    pub path: Option<syn::Path>,
    pub roles: Vec<Ident>,
    /// Which of the roles are families.
    pub families: Vec<Option<FamilySize>>,
    /// The names of its type and const parameters, in order.
    pub generics: Vec<String>,
    pub params: Vec<(Ident, Type)>,
    pub result: Type,
    /// The result type is written.
    pub returns: bool,
}

/// What is to be done with a choreography of the block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Check it and report its mistakes.
    Report,
    /// Check it: its mistakes are reported elsewhere.
    Check,
    /// Check it without the signatures of other blocks, and report its mistakes.
    Preview,
    /// Look at its header only.
    Skip,
}

/// A choreography with what was found out about it.
pub struct Checked {
    pub signature: Signature,
    pub global: Global,
    /// Its body was checked and has no mistake.
    pub sound: bool,
}

/// Reports the mistakes of a block's headers.
pub fn check_headers(source: &ast::Source, errors: &mut Errors) {
    names::check_attributes(&source.options, errors);
    verify::options(&source.options, errors);
    for item in &source.items {
        names::check_header(item, &source.items, errors);
        signature::signature(item, errors);
    }
}

/// Checks the choreographies of a block, in their order; those of other blocks come behind them.
pub fn check(
    source: &ast::Source,
    foreign: &[Foreign],
    task: impl Fn(usize) -> Task,
    errors: &mut Errors,
) -> Vec<Checked> {
    let mut quiet = Errors::new();
    let options = verify::options(&source.options, &mut quiet);
    let own = source.items.iter().map(|item| signature::signature(item, &mut quiet));
    let mut signatures: Vec<Signature> = own.collect();
    signatures.extend(foreign.iter().map(Foreign::signature));
    let items = source.items.iter().chain(foreign.iter().map(|foreign| &foreign.item));
    let mut globals: Vec<(Global, bool)> = items
        .zip(&signatures)
        .enumerate()
        .map(|(index, (item, signature))| {
            let task = if index < source.items.len() { task(index) } else { Task::Skip };
            let loud = matches!(task, Task::Report | Task::Preview);
            let errors = if loud { &mut *errors } else { &mut quiet };
            let before = errors.count();
            let global = check_item(item, signature, &signatures, &options, task, errors);
            (global, task != Task::Skip && errors.count() == before)
        })
        .collect();
    let own = &mut globals[..source.items.len()];
    answers::check_answers(source, own, task, errors);
    let checked = signatures.into_iter().zip(globals);
    checked
        .map(|(mut signature, (mut global, sound))| {
            names::rename_taken(&mut signature.roles, &signature.families);
            names::rename_taken(&mut global.roles, &global.families);
            Checked { signature, global, sound }
        })
        .collect()
}

fn check_item(
    item: &ast::Item,
    signature: &Signature,
    block: &[Signature],
    options: &verify::Options,
    task: Task,
    errors: &mut Errors,
) -> Global {
    let own_options = verify::options(&item.attrs, errors);
    let verify = Verify::new(options, &own_options, item, errors);
    let mut checker = Checker::new(signature, block, errors);
    checker.comparing = verify.agreement;
    checker.unbounded = unbounded(&item.generics);
    checker.preview = task == Task::Preview;
    checker.lifetimes = item.generics.lifetimes().map(|l| l.lifetime.to_string()).collect();
    let params = checker.check_params(item, signature);
    checker.verify_params(item);
    let shape =
        if signature.returns { Shape::of(&signature.result, None) } else { Shape::default() };
    checker.result = shape.clone();
    let nothing = ast::Block { span: item.body.span, stmts: Vec::new() };
    let body = if task == Task::Skip {
        checker.check_block(&nothing, &shape)
    } else {
        let mut body = checker.check_block(&item.body, &shape);
        checker.check_result(&body, signature);
        if signature.returns {
            checker.watch_tail(&mut body);
        }
        body
    };
    Global {
        roles: signature.roles.clone(),
        families: signature.families.clone(),
        params,
        result: signature.result.clone(),
        body,
        vars: checker.vars,
        steps: checker.steps,
        agreements: checker.agreements,
        sites: checker.sites,
        signature_verified: verify.signature,
    }
}

fn unbounded(generics: &syn::Generics) -> BTreeSet<String> {
    let clause = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let bounded: Vec<String> = clause
        .filter_map(|predicate| match predicate {
            syn::WherePredicate::Type(predicate) => Some(rust::text(&predicate.bounded_ty)),
            _ => None,
        })
        .collect();
    let free = generics.type_params().filter(|param| param.bounds.is_empty());
    free.map(|param| param.ident.to_string()).filter(|name| !bounded.contains(name)).collect()
}

/// Why the census is what it is.
#[derive(Clone)]
struct Knowledge {
    known_to: RoleSet,
    /// The guard as written.
    text: String,
    sender: Option<RoleId>,
}

/// A loop or a labelled block that can be left.
struct Exit {
    label: Option<String>,
    /// `break` without a label stops here.
    is_loop: bool,
    takes_value: bool,
    shape: Shape,
    /// The number of variables before it.
    first_var: usize,
    /// The number of jumps to each exit around it, before it.
    before: Vec<usize>,
    jumps: Vec<Jump>,
    values: Vec<Type>,
}

/// A branch that runs at once with others: nothing may leave it.
#[derive(Clone, Copy)]
struct Fence {
    /// `each` or `par`
    word: &'static str,
    /// The loops and blocks around it.
    exits: usize,
    /// The number of variables before it.
    first_var: usize,
}

struct Jump {
    census: RoleSet,
    /// The guards that it depends on.
    reasons: Vec<Knowledge>,
    span: Span,
    word: &'static str,
}

pub(crate) struct Checker<'a> {
    errors: &'a mut Errors,
    own: &'a Signature,
    block: &'a [Signature],
    all: RoleSet,
    census: RoleSet,
    knowledge: Vec<Knowledge>,
    vars: Vec<Var>,
    scopes: Vec<BTreeMap<String, VarId>>,
    exits: Vec<Exit>,
    steps: Vec<Step>,
    /// The members of families that names are bound to, from outside in.
    bounds: Vec<Bound>,
    /// The concurrent parts around, from outside in.
    fences: Vec<Fence>,
    /// The number of places where concurrent parts begin.
    places: usize,
    /// How agreements are verified, and which.
    comparing: Option<Comparing>,
    agreements: Vec<Agreement>,
    sites: Vec<Site>,
    /// The roles that `return` ends, and the result that it gives.
    whole: RoleSet,
    result_type: Option<Type>,
    result: Shape,
    lifetimes: BTreeSet<String>,
    /// The type parameters of which nothing is demanded.
    unbounded: BTreeSet<String>,
    /// Choreographies of other blocks may be called that aren't known yet.
    preview: bool,
}

impl<'a> Checker<'a> {
    /// What the user calls a role.
    fn role(&self, role: RoleId) -> String {
        let bound = self.bounds.iter().find(|bound| bound.role == role);
        let own = || self.own.roles.get(role.index()).map(ToString::to_string);
        bound.map(|bound| bound.text.clone()).or_else(own).unwrap_or_default()
    }

    fn new(own: &'a Signature, block: &'a [Signature], errors: &'a mut Errors) -> Self {
        let all = RoleSet::first(own.roles.len());
        Self {
            errors,
            own,
            block,
            all,
            census: all,
            knowledge: Vec::new(),
            vars: Vec::new(),
            scopes: vec![BTreeMap::new()],
            exits: Vec::new(),
            steps: Vec::new(),
            bounds: Vec::new(),
            fences: Vec::new(),
            places: 0,
            comparing: None,
            agreements: Vec::new(),
            sites: Vec::new(),
            whole: all,
            result_type: own.returns.then(|| own.result.clone()),
            result: Shape::default(),
            lifetimes: BTreeSet::new(),
            unbounded: BTreeSet::new(),
            preview: false,
        }
    }

    /// Runs `inside` with a narrower census, for the reason given.
    fn knowing<R>(&mut self, reason: Knowledge, inside: impl FnOnce(&mut Self) -> R) -> R {
        let outer = self.census;
        self.census = outer & reason.known_to;
        self.knowledge.push(reason);
        self.scopes.push(BTreeMap::new());
        let result = inside(self);
        self.scopes.pop();
        self.knowledge.pop();
        self.census = outer;
        result
    }

    /// Runs `inside` with a narrower census, which is no matter of knowledge.
    fn among<R>(&mut self, census: RoleSet, inside: impl FnOnce(&mut Self) -> R) -> R {
        let outer = std::mem::replace(&mut self.census, census);
        self.scopes.push(BTreeMap::new());
        let result = inside(self);
        self.scopes.pop();
        self.census = outer;
        result
    }

    fn declare(&mut self, name: &Ident, ty: Type) -> VarId {
        let var = VarId(self.vars.len());
        self.vars.push(Var { name: name.clone(), ty, mutable: false, site: None });
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(syntax::name(name), var);
        }
        var
    }

    fn lookup(&self, name: &Ident) -> Option<VarId> {
        let name = syntax::name(name);
        self.scopes.iter().rev().find_map(|scope| scope.get(&name)).copied()
    }

    fn check_params(&mut self, item: &ast::Item, signature: &Signature) -> Vec<crate::ir::Pattern> {
        item.params
            .iter()
            .zip(&signature.params)
            .map(|(param, (name, ty))| self.declare_param(param.mutability, name, ty))
            .collect()
    }

    fn declare_param(
        &mut self,
        mutability: Option<syn::Token![mut]>,
        name: &Ident,
        ty: &Type,
    ) -> crate::ir::Pattern {
        let var = self.declare(name, ty.clone());
        self.vars[var.0].mutable = mutability.is_some();
        let at = self.holders(ty) & self.all;
        crate::ir::Pattern::One {
            pat: syn::parse_quote!(#mutability #name),
            ty: None,
            at,
            vars: vec![var],
        }
    }
}
