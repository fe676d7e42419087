//! `w.index()`, `me.index()` and `F.len()` in local code, which become variables.
//!
//! Later passes see numbers like any other. In the arguments of macros, whose grammar isn't known,
//! the tokens are looked at.

use super::Parser;
use super::roles::Sort;
use crate::rust::{self, index_of, len_of};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall};

impl Parser<'_> {
    /// The code with variables for numbers; a role that it uses otherwise has been reported.
    pub(super) fn with_numbers(&mut self, mut code: Expr) -> Expr {
        if !self.has_numbers() {
            return code;
        }
        let mut numbers = Numbers { parser: self, hidden: Vec::new() };
        numbers.visit_expr_mut(&mut code);
        for name in numbers.hidden {
            self.refuse_role(&name);
        }
        for name in rust::examine(&code).free {
            self.refuse_use(&name);
        }
        code
    }

    /// Reports a member or a family that stands for a value in code.
    fn refuse_use(&mut self, name: &Ident) {
        match self.sort(name) {
            Some(Sort::Member | Sort::Lost) => self.report(
                name.span(),
                format_args!("`{name}` is a role"),
                format_args!("for its number write `{name}.index()`"),
            ),
            Some(Sort::Family) => self.report(
                name.span(),
                format_args!("`{name}` is a family of roles"),
                format_args!("for the number of its members write `{name}.len()`"),
            ),
            None if name == "me" => self.report(
                name.span(),
                format_args!(
                    "`me` is the member that runs the code of `each {}: code`, and this is none",
                    self.members_on_offer()
                ),
                format_args!(
                    "name the member, `each w in {} {{ .. }}`, and write `w.index()`",
                    self.members_on_offer()
                ),
            ),
            Some(Sort::One) | None => {}
        }
    }
}

struct Numbers<'p, 'e> {
    parser: &'p Parser<'e>,
    /// Roles that the code hides by variables of its own.
    hidden: Vec<Ident>,
}

impl Numbers<'_, '_> {
    /// The variable that stands for `name.method()`.
    fn variable(&self, name: &Ident, method: &Ident) -> Option<Ident> {
        match self.parser.sort(name)? {
            Sort::Member | Sort::Lost if method == "index" => Some(index_of(name)),
            Sort::Family if method == "len" => Some(len_of(name)),
            Sort::One | Sort::Family | Sort::Member | Sort::Lost => None,
        }
    }

    fn call(&self, node: &ExprMethodCall) -> Option<Ident> {
        let mut receiver = &*node.receiver;
        // Around what a `macro_rules!` was given.
        while let Expr::Group(group) = receiver {
            receiver = &group.expr;
        }
        let Expr::Path(receiver) = receiver else { return None };
        let plain = node.args.is_empty() && node.turbofish.is_none() && receiver.qself.is_none();
        self.variable(receiver.path.get_ident().filter(|_| plain)?, &node.method)
    }

    fn is_ours(&self, name: &Ident) -> bool {
        self.parser.sort(name).is_some_and(|sort| sort != Sort::One)
    }

    fn tokens(&mut self, tokens: TokenStream) -> TokenStream {
        let before: Vec<TokenTree> = tokens.into_iter().collect();
        let mut after: Vec<TokenTree> = Vec::new();
        let mut at = 0;
        while at < before.len() {
            let (token, used) = self.token(&before, at);
            after.push(token);
            at += used;
        }
        after.into_iter().collect()
    }

    /// What stands for the tokens from here on, and for how many.
    fn token(&mut self, tokens: &[TokenTree], at: usize) -> (TokenTree, usize) {
        match &tokens[at] {
            TokenTree::Group(group) => {
                let mut inner =
                    proc_macro2::Group::new(group.delimiter(), self.tokens(group.stream()));
                inner.set_span(group.span());
                (inner.into(), 1)
            }
            TokenTree::Ident(name) if !is_part(&tokens[..at]) => match &tokens[at + 1..] {
                [TokenTree::Punct(dot), TokenTree::Ident(method), TokenTree::Group(args), ..]
                    if dot.as_char() == '.'
                        && args.delimiter() == Delimiter::Parenthesis
                        && args.stream().is_empty() =>
                {
                    match self.variable(name, method) {
                        Some(variable) => (variable.into(), 4),
                        None => (tokens[at].clone(), 1),
                    }
                }
                rest => {
                    if self.is_ours(name) && binds(&tokens[..at], rest) {
                        self.hidden.push(name.clone());
                    }
                    (tokens[at].clone(), 1)
                }
            },
            other => (other.clone(), 1),
        }
    }
}

/// Behind `.` or `::`: a field, a method or a segment, not behind the `..` of a range.
fn is_part(before: &[TokenTree]) -> bool {
    let sign = |back: usize| match before.len().checked_sub(back).map(|at| &before[at]) {
        Some(TokenTree::Punct(punct)) => Some(punct.as_char()),
        _ => None,
    };
    match (sign(2), sign(1)) {
        (Some('.'), Some('.')) => false,
        (_, Some('.')) | (Some(':'), Some(':')) => true,
        _ => false,
    }
}

/// `let w`, `|w|`, `|x, w: T|`: what a role is hidden by in a macro.
fn binds(before: &[TokenTree], after: &[TokenTree]) -> bool {
    let sign = |token: Option<&TokenTree>, signs: &str| matches!(token, Some(TokenTree::Punct(punct)) if signs.contains(punct.as_char()));
    let declared =
        matches!(before.last(), Some(TokenTree::Ident(word)) if word == "let" || word == "mut");
    declared
        || sign(before.last(), "|") && sign(after.first(), "|,:")
        || sign(before.last(), ",") && sign(after.first(), "|")
}

impl VisitMut for Numbers<'_, '_> {
    fn visit_expr_mut(&mut self, node: &mut Expr) {
        if let Expr::MethodCall(call) = node
            && let Some(variable) = self.call(call)
        {
            *node =
                Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path: variable.into() });
            return;
        }
        if let Expr::Verbatim(tokens) = node {
            *tokens = self.tokens(std::mem::take(tokens));
            return;
        }
        visit_mut::visit_expr_mut(self, node);
    }

    fn visit_macro_mut(&mut self, node: &mut syn::Macro) {
        node.tokens = self.tokens(std::mem::take(&mut node.tokens));
    }

    fn visit_pat_ident_mut(&mut self, node: &mut syn::PatIdent) {
        if self.is_ours(&node.ident) {
            self.hidden.push(node.ident.clone());
        }
        visit_mut::visit_pat_ident_mut(self, node);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
}
