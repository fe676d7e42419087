//! The two intermediate representations: the typed global program, and one role's share of it.
//!
//! `check` makes a [`Global`], in which every node carries its type and the roles that act in it;
//! `project` makes a [`Local`] for each role.

mod families;
mod global;
mod local;
mod roles;
mod types;

pub use families::*;
pub use global::*;
pub use local::*;
pub use roles::*;
pub use types::*;
