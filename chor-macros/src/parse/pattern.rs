//! Patterns: Rust's own, but what they bind can be neither a role nor a reserved word.

use super::Parser;
use crate::ast::Type;
use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::visit::{self, Visit};
use syn::{Pat, Result};

impl Parser<'_> {
    /// The pattern of a match arm, an `if let` or a `for`, with alternatives.
    pub(super) fn parse_pattern(&mut self, input: ParseStream<'_>) -> Result<Pat> {
        let pat = Pat::parse_multi_with_leading_vert(input)?;
        self.check_pattern(&pat);
        Ok(pat)
    }

    /// The pattern of a `let` or a parameter, and the type that a misplaced location stands for.
    pub(super) fn parse_binding(&mut self, input: ParseStream<'_>) -> Result<(Pat, Option<Type>)> {
        let mut pat = Pat::parse_single(input)?;
        let misplaced = self.refuse_misplaced_location(&mut pat);
        self.check_pattern(&pat);
        Ok((pat, misplaced.then_some(Type::Error)))
    }

    /// `let x @ [A, B] = ..` is a pattern, but means a type without its first half.
    fn refuse_misplaced_location(&mut self, pat: &mut Pat) -> bool {
        let Pat::Ident(binding) = pat else { return false };
        let Some((at, sub)) = &binding.subpat else { return false };
        let Some(roles) = pattern_names(sub) else { return false };
        if roles.is_empty() || !roles.iter().all(|role| self.is_role(role)) {
            return false;
        }
        let names: Vec<String> = roles.iter().map(ToString::to_string).collect();
        let location = match sub.as_ref() {
            Pat::Slice(_) => format!("[{}]", names.join(", ")),
            _ => names.join(", "),
        };
        let help = format!("write `{}: Type @ {location}`", binding.ident);
        self.report(at.span, "a location stands after a type", help);
        binding.subpat = None;
        true
    }

    fn check_pattern(&mut self, pat: &Pat) {
        let mut names = Names::default();
        names.visit_pat(pat);
        for name in names.found {
            self.refuse_reserved(name);
            self.refuse_role(name);
        }
    }

    /// Reports a variable that would hide a role.
    pub(super) fn refuse_role(&mut self, name: &Ident) {
        if self.is_role(name) {
            self.report(
                name.span(),
                format!(
                    "`{name}` is a role of `{}` and can't be a variable or a constant here",
                    self.name
                ),
                "rename the variable, or write the path of the constant: `self::NAME`",
            );
        }
    }
}

/// `A` or `[A, B]` as a pattern.
fn pattern_names(pat: &Pat) -> Option<Vec<&Ident>> {
    match pat {
        Pat::Ident(name) if name.subpat.is_none() => Some(vec![&name.ident]),
        Pat::Slice(slice) => slice
            .elems
            .iter()
            .map(|elem| match elem {
                Pat::Ident(name) if name.subpat.is_none() => Some(&name.ident),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

#[derive(Default)]
struct Names<'p> {
    found: Vec<&'p Ident>,
}

impl<'p> Visit<'p> for Names<'p> {
    fn visit_pat_ident(&mut self, pat: &'p syn::PatIdent) {
        self.found.push(&pat.ident);
        visit::visit_pat_ident(self, pat);
    }

    fn visit_expr(&mut self, _: &'p syn::Expr) {}
}
