//! Programs with families of roles, concurrent parts and deadlines, with their outcomes.

mod anonymous;
mod at_once;
mod attacks;
mod bookseller;
mod cards;
mod crashes;
mod deadline;
mod delay;
mod extinction;
mod graphs;
mod killed;
mod processes;
pub mod replicated_log;
mod rings;
mod store;
mod votes;

#[path = "../support/seeds.rs"]
mod seeds;

use chor::{Choreography, Roles, play_together};
use seeds::Complete;
use std::fmt::Debug;

/// Runs what `make` makes over memory, between nodes, and then under each seed: with the same outcome.
///
/// # Panics
/// If an outcome is another, or if a role fails.
pub(crate) fn change_nothing<C, const N: usize>(make: impl Fn() -> C)
where
    C: Choreography<N>,
    C::Outcome: Debug + PartialEq,
    C::Roles: 'static,
    <C::Roles as Roles<N>>::Each: Complete<Outputs = <C::Roles as Roles<N>>::Outputs>,
{
    let expected =
        seeds::runtime().block_on(play_together(make())).expect("over memory it ends well");
    assert_eq!(seeds::between_nodes(make()), expected, "between nodes");
    seeds::change_nothing_to(&expected, make);
}

/// Something that lives as long as nodes do.
pub(crate) fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}
