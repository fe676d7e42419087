//! The simplest run: in the caller's task, without faults and without a trace.

use crate::driver::Driver;
use crate::end::{End, Shared};
use crate::random::Numbers;
use crate::scheduler::{FirstCome, Policy, Random};
use crate::session::Session;
use chor_runtime::{Choreography, Error, Roles};
use std::sync::atomic::AtomicUsize;

/// Runs all roles of a choreography together, in this task, and gives what each role has at the end.
///
/// Runs on any executor, in its time, and in the order in which roles can go on; in a test under
/// [seeds](crate::under_seeds), in one that follows from the seed. For seeds, faults, virtual time and traces there is
/// [`Simulation`](crate::Simulation).
///
/// # Errors
/// The failure that was first: of the roles that failed by themselves, not because another did, the
/// one that ended first. Its own error can be [downcast](Error::downcast_ref). Roles that wait for each
/// other for ever fail with [`Halt`](crate::Halt), if none waits for anything else than a message; so
/// do roles that hold different values of an agreement.
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
    let roles = choreography.roles();
    if let Some(error) = roles.problem() {
        return Err(error);
    }
    let sizes = roles.sizes();
    let participants = sizes.iter().sum();
    let mut session = Session::new(participants, policy());
    session.timeless = true;
    let shared = Shared::new(session, sizes);
    let ends = End::all(&shared, participants);
    let number = AtomicUsize::new(0);
    let branches = roles.play(&ends, &number);
    let mut driver = Driver::new(&shared, branches, None, u64::MAX);
    driver.run().await;
    if let Some((role, halt)) =
        (0..participants).find_map(|role| Some((role, driver.halt(role)?.clone())))
    {
        return Err(halt.into_error(shared.with(|session| session.role(role))));
    }
    let mut failure = None;
    match (C::Roles::outputs(driver.outputs(), &mut failure), failure) {
        (_, Some((_, error))) => Err(error),
        (Some(outputs), None) => Ok(C::outcome(outputs)),
        (None, None) => unreachable!("without a failure there are outputs"),
    }
}

/// First come, unless a whole test is under a seed.
fn policy() -> Box<dyn Policy> {
    match Numbers::order() {
        None => Box::new(FirstCome),
        Some(seed) => Box::new(Random::new(seed)),
    }
}
