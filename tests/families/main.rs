//! Programs with families of roles, concurrent parts and deadlines, with their outcomes.

mod anonymous;
mod at_once;
mod bookseller;
mod cards;
mod deadline;
mod graphs;
mod over_nodes;
pub mod replicated_log;
mod rings;
mod store;
mod votes;

#[path = "../support/seeds.rs"]
mod seeds;
