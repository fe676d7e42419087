//! What code does, as far as its syntax shows.

use super::{shape, walk};
use proc_macro2::{Ident, Span};
use syn::{Expr, Lifetime};

/// What a piece of local code reads and does.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "independent facts, each asked for by itself")]
pub struct Facts {
    /// The single-segment identifiers in value position that the code itself does not bind, each
    /// occurrence, in source order. Inline arguments of format strings stand here with the span
    /// of their literal.
    pub free: Vec<Ident>,
    /// Identifiers that may or may not be such uses: in macro arguments that are no Rust
    /// expressions, inline in the strings of unknown macros, in a local `macro_rules!`, and names
    /// that a `use` inside the code may have imported as values.
    pub maybe: Vec<Ident>,
    /// Nothing that could have an effect: literals, paths, operators, fields, indexing, tuples,
    /// arrays, struct literals, constructor calls (`Some(x)`), casts, shared references, ranges,
    /// closures and async blocks, and `if`, `match`, `let` and blocks of such.
    pub pure: bool,
    /// `.await` outside nested closures and async blocks, or a macro known to wait (`join!`).
    pub awaits: bool,
    /// `?` outside nested closures, async and `try` blocks; also inside macro arguments.
    pub questions: bool,
    /// What would leave the code for something around it.
    pub stray: Vec<Stray>,
    /// A call of a macro that is not known to be harmless, or code that syn does not understand:
    /// it may hide a `break`, a `return` and an `.await`.
    pub opaque_macro: bool,
    /// The whole code ends in a panic, an exit or an endless loop: it never has a value.
    pub diverges: bool,
    /// The root variable if the whole code is an assignment: `x = ..`, `x.f[i] += ..`, `*x = ..`.
    pub assigned: Option<Ident>,
    /// All root variables on the left of such an assignment: two for `(x, y.f) = ..`.
    pub targets: Vec<Ident>,
    /// The whole code is `x`.
    pub variable: Option<Ident>,
    /// The whole code is `&x`.
    pub reference: Option<Ident>,
    /// The whole code is `&mut x` or `&mut x.f[i]`: the root variable, and the span of `&mut ..`.
    pub mutable_reference: Option<(Ident, Span)>,
}

/// A `return`, or a `break` or `continue` to a loop or block around the code.
#[derive(Clone, Debug)]
pub struct Stray {
    /// The keyword's.
    pub span: Span,
    pub kind: StrayKind,
    /// `'outer` of `break 'outer`.
    pub label: Option<Lifetime>,
}

/// The keyword of a `Stray`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StrayKind {
    Return,
    Break,
    Continue,
}

/// Examines an expression, or the condition of an `if` with its `let`s.
pub fn examine(expr: &Expr) -> Facts {
    let mut facts = walk::walk(expr);
    facts.pure = shape::is_pure(expr);
    facts.diverges = shape::diverges(expr);
    facts.targets = shape::targets(expr);
    facts.assigned = shape::assigned(expr);
    facts.variable = shape::variable(expr).cloned();
    facts.reference = shape::reference(expr);
    facts.mutable_reference = shape::mutable_reference(expr);
    facts
}
