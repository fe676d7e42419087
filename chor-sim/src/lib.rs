//! Runs choreographies in one process, for tests and first steps.
//!
//! [`simulate`] runs all roles of a choreography together.

use chor_runtime::{Choreography, Error, play_together};

/// Runs all roles of a choreography together, in this task, over memory, and gives what each role
/// has at the end.
///
/// # Errors
/// The failure that was first: of the roles that failed by themselves, not because another did, the
/// one that ended first. Its own error can be [downcast](Error::downcast_ref).
///
/// # Panics
/// If a role's code panics: the panic goes on, so that a failed assertion in a choreography fails its
/// test as everywhere else, and `#[should_panic]` sees its text. The other roles are dropped.
///
/// # Cancel safety
/// Dropping the future cancels all roles.
///
/// # Examples
/// With a choreography `buy_book`: `simulate(buy_book::Choreography::new(order, catalogue)).await?`.
pub async fn simulate<C, const N: usize>(choreography: C) -> Result<C::Outcome, Error>
where
    C: Choreography<N>,
{
    play_together(choreography).await
}
