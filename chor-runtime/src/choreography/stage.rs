//! The participants of a choreography one by one, each played where its caller wants it.

use super::{Members, Roles};
use crate::branches::{Branches, Group, Running};
use crate::error::Error;
use crate::role::Projection;
use crate::together::Together;

/// Where single participants of a choreography with `N` roles are played: in tasks, in threads, on nodes.
///
/// A program that doesn't name its roles, such as a test that runs any choreography over the network,
/// can do nothing with [`Choreography::roles`](crate::Choreography::roles) but hand them to a stage, with
/// [`Roles::play_on`].
pub trait Stage<const N: usize> {
    /// Plays a role as participant number `participant`: first come those of the choreography's first
    /// role, in the order of their members, then those of the second, and so on.
    ///
    /// It is called for all participants, in order, before the first of the futures is polled.
    fn play<P: Projection<N> + 'static>(
        &self,
        participant: usize,
        role: P,
    ) -> impl Future<Output = Result<P::Output, Error>> + Send;
}

/// Plays roles on a stage, all at once.
///
/// # Errors
/// What a family brings differs in length, so that it can't be played.
pub(super) async fn play_on<R, S, const N: usize>(roles: R, stage: &S) -> Result<R::Each, Error>
where
    R: Roles<N> + 'static,
    S: Stage<N>,
{
    match roles.problem() {
        Some(problem) => Err(problem),
        None => Ok(Together::new(roles.staged(stage, 0)).await),
    }
}

pub(super) fn one<P, R, S, const N: usize>(
    (role, rest): (P, R),
    stage: &S,
    participant: usize,
) -> impl Branches<Outputs = (Result<P::Output, Error>, R::Each)>
where
    P: Projection<N> + 'static,
    R: Roles<N> + 'static,
    S: Stage<N>,
{
    Running::new(stage.play(participant, role), rest.staged(stage, participant + 1))
}

pub(super) fn several<P, R, S, const N: usize>(
    (family, rest): (Members<P>, R),
    stage: &S,
    first: usize,
) -> impl Branches<Outputs = (Vec<Result<P::Output, Error>>, R::Each)>
where
    P: Projection<N> + 'static,
    R: Roles<N> + 'static,
    S: Stage<N>,
{
    let next = first + family.members.len();
    let members = (first..).zip(family.members);
    let own: Vec<_> = members.map(|(participant, role)| stage.play(participant, role)).collect();
    Group::new(own.into_iter(), rest.staged(stage, next))
}
