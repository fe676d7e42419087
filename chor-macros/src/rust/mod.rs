//! What the macro has to know about plain Rust inside a choreography.
//!
//! Everything here works on syntax alone: which variables code reads and which names a pattern
//! binds, what code could do besides computing a value, and how types are taken apart, completed
//! and compared by their spelling. It knows no roles and no choreographic forms, resolves no
//! paths and infers no types; where syntax can't tell, it says so instead of guessing.

mod arguments;
mod awaits;
mod change;
mod facts;
mod format;
mod generics;
mod grouped;
mod lifetimes;
mod macros;
mod names;
mod normal;
mod numbers;
mod pattern;
mod place;
mod questions;
mod scope;
mod shape;
mod text;
mod tokens;
mod types;
mod walk;

#[cfg(test)]
mod tests;

pub use awaits::rewrite_awaits;
pub use change::{changed, replaced};
pub use facts::{Facts, StrayKind, examine};
pub use generics::{substitute, unify};
pub use grouped::keep_together;
pub use lifetimes::{name_impls, name_lifetimes};
pub use names::{field_name, mentions};
pub use normal::normal_text;
pub use numbers::{index_of, len_of, literal, number};
pub use pattern::{discard, examine_pattern};
pub use place::{assigned_place, is_given, is_passed, is_place, is_value};
pub use questions::{located_at, rewrite_questions};
pub use text::{full_text, text};
pub use tokens::MARK;
pub use types::{Unspeakable, is_primitive, is_std, literal_type, type_argument, unspeakable};
