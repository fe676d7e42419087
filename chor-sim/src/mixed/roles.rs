//! Some of a choreography's roles, to be simulated while others are real.

use super::border::Borders;
use super::stand_in::StandIn;
use chor_runtime::__private::Branches;
use chor_runtime::{Error, Members, Projection, Protocol, Roles};
use std::pin::Pin;
use std::task::Context;

/// The simulated members of a family, in their order: all, or those that aren't real.
///
/// # Examples
/// As one of the simulated roles of a mixed run, whose leader is real:
/// ```
/// # use chor::prelude::*;
/// # chor! {
/// #     chor squares[Leader, Workers[..]](jobs: Vec<u64> @ Leader) -> Vec<u64> @ Leader {
/// #         each w in Workers {
/// #             let job: u64 = Leader -> w: jobs[w.index()];
/// #             w -> Leader: job * job
/// #         }
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), chor::Error> {
/// use chor::sim::{Family, Simulation};
///
/// let mut ends = chor::memory::session_of(&[1, 2]);
/// let leader = ends.remove(0);
/// let jobs = vec![3, 4];
/// let real = tokio::spawn(async move { play_role(squares::Leader::new(jobs), &leader).await });
///
/// let mixed = Simulation::new().real(&["Leader"], ends);
/// let workers = || Family(vec![squares::Workers::new(), squares::Workers::new()]);
/// let run = mixed.run(|| (workers(),)).await;
/// assert!(run.results.0.iter().all(Result::is_ok));
/// assert_eq!(real.await.unwrap()?, [9, 16]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Family<P>(pub Vec<P>);

/// A simulated role, or a [`Family`] of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a role nor a `Family` of roles",
    label = "not a role",
    note = "the simulated members of a family are passed as one: `Family(vec![..])`"
)]
pub trait OneOrMore<const N: usize>: Sized {
    #[doc(hidden)]
    type Role: Projection<N>;
    /// What it has at the end, or why it has nothing: a `Result`, of a family a `Vec` of them.
    type Result;
    #[doc(hidden)]
    type Nested<R: Roles<N>>: Roles<N, Each = (Self::Result, R::Each)>;

    #[doc(hidden)]
    fn count(&self) -> usize;

    #[doc(hidden)]
    fn nested<R: Roles<N>>(self, rest: R) -> Self::Nested<R>;
}

impl<const N: usize, P: Projection<N>> OneOrMore<N> for P {
    type Role = P;
    type Result = Result<P::Output, Error>;
    type Nested<R: Roles<N>> = (P, R);

    fn count(&self) -> usize {
        1
    }

    fn nested<R: Roles<N>>(self, rest: R) -> (P, R) {
        (self, rest)
    }
}

impl<const N: usize, P: Projection<N>> OneOrMore<N> for Family<P> {
    type Role = P;
    type Result = Vec<Result<P::Output, Error>>;
    type Nested<R: Roles<N>> = (Members<P>, R);

    fn count(&self) -> usize {
        self.0.len()
    }

    fn nested<R: Roles<N>>(self, rest: R) -> (Members<P>, R) {
        (Members::new(self.0), rest)
    }
}

/// A role's number and choreography, and how many participants are simulated that play it.
pub(crate) type Simulated = (usize, &'static Protocol, usize);

/// Some roles of a choreography with `N` roles: a tuple of up to eight of its roles' types, in any
/// order, as in `(ask::Buyer::new("TAPL"),)`. The members of a family are a [`Family`] of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tuple of roles of one choreography",
    label = "not a tuple of roles",
    note = "pass the simulated roles as a tuple, also a single one: `(ask::Buyer::new(\"TAPL\"),)`"
)]
pub trait SomeRoles<const N: usize>: Sized {
    /// What each of them has at the end, or why it has nothing: a tuple of `Result`s, of a family a `Vec`
    /// of them.
    type Results;
    #[doc(hidden)]
    type Nested: Roles<N>;

    /// Each role's number and choreography, and how many participants play it here.
    #[doc(hidden)]
    fn describe(&self) -> Vec<(usize, &'static Protocol, usize)>;

    #[doc(hidden)]
    fn nested(self) -> Self::Nested;

    #[doc(hidden)]
    fn results(each: <Self::Nested as Roles<N>>::Each) -> Self::Results;
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => {$(
        impl<const N: usize, $($name: OneOrMore<N>),+> SomeRoles<N> for ($($name,)+) {
            type Results = ($($name::Result,)+);
            type Nested = tuples!(@nested $($name)+);

            #[allow(non_snake_case)] // each variable is named for its type
            fn describe(&self) -> Vec<Simulated> {
                let ($($name,)+) = self;
                vec![$(($name::Role::ROLE, $name::Role::PROTOCOL, $name.count())),+]
            }

            #[allow(non_snake_case)] // each variable is named for its type
            fn nested(self) -> Self::Nested {
                let ($($name,)+) = self;
                tuples!(@value $($name)+)
            }

            #[allow(non_snake_case)] // each variable is named for its type
            fn results(each: <Self::Nested as Roles<N>>::Each) -> Self::Results {
                let tuples!(@pair $($name)+) = each;
                ($($name,)+)
            }
        }
    )*};
    (@nested) => { () };
    (@nested $first:ident $($rest:ident)*) => { $first::Nested<tuples!(@nested $($rest)*)> };
    (@value) => { () };
    (@value $first:ident $($rest:ident)*) => { $first.nested(tuples!(@value $($rest)*)) };
    (@pair) => { () };
    (@pair $first:ident $($rest:ident)*) => { ($first, tuples!(@pair $($rest)*)) };
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}

/// Who plays a role.
pub(crate) enum Seat<B: Borders> {
    /// It is simulated: its number among those that are.
    Simulated(usize),
    /// It is real; its stand-in, unless that is done.
    Real(Option<StandIn<B>>),
}

/// All roles by number: the simulated ones, and stand-ins for the others. The roles come first, so that
/// they are dropped first and the stand-ins can tell how they ended.
pub(crate) struct Mixture<R, B: Borders> {
    pub(crate) roles: R,
    pub(crate) seats: Vec<Seat<B>>,
}

impl<R: Branches, B: Borders> Branches for Mixture<R, B> {
    type Outputs = R::Outputs;
    type Finished = R::Finished;

    fn count(&self) -> usize {
        self.seats.len()
    }

    fn poll_branch(&mut self, index: usize, cx: &mut Context<'_>) -> bool {
        match &mut self.seats[index] {
            Seat::Simulated(role) => self.roles.poll_branch(*role, cx),
            Seat::Real(stand_in) => {
                let ended = stand_in.as_mut().is_some_and(|it| Pin::new(it).poll(cx).is_ready());
                if ended {
                    *stand_in = None;
                }
                ended
            }
        }
    }

    fn drop_branch(&mut self, index: usize) {
        // A stand-in stays, to tell how those ended that are dropped after it.
        if let Seat::Simulated(role) = self.seats[index] {
            self.roles.drop_branch(role);
        }
    }

    fn outputs(&mut self) -> R::Outputs {
        self.roles.outputs()
    }

    fn finished(&mut self) -> R::Finished {
        self.roles.finished()
    }
}
