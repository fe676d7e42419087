//! Choreographies as values: what a role has of one.

use crate::endpoint::Endpoint;
use crate::fail::Fail;

/// One role's share of a choreography that is passed as a value: `Args` are the role's own arguments.
///
/// Implemented for the closures that `chor!` makes. An own trait, not `AsyncFn`: of that the compiler
/// can't be told that the future may move between threads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no choreography that fits here",
    label = "not a choreography of this type"
)]
pub trait Chor<T, Args>: Sync {
    /// What the role has of its result.
    type Output;

    /// Runs the share in the caller's lane.
    fn run(
        &self,
        caller: Endpoint<T, 0>,
        args: Args,
    ) -> impl Future<Output = Result<Self::Output, Fail>> + Send;
}

impl<T, Args, F, Run, O> Chor<T, Args> for F
where
    F: Fn(Endpoint<T, 0>, Args) -> Run + Sync,
    Run: Future<Output = Result<O, Fail>> + Send,
{
    type Output = O;

    fn run(
        &self,
        caller: Endpoint<T, 0>,
        args: Args,
    ) -> impl Future<Output = Result<O, Fail>> + Send {
        self(caller, args)
    }
}
