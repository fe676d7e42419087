//! Some of a choreography's roles, to be simulated while others are real.

use super::border::Borders;
use super::stand_in::StandIn;
use chor_runtime::__private::Branches;
use chor_runtime::{Error, Projection, Protocol, Roles};
use std::pin::Pin;
use std::task::Context;

/// Some roles of a choreography with `N` roles: a tuple of up to eight of its roles' types, in any
/// order, as in `(ask::Buyer::new("TAPL"),)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tuple of roles of one choreography",
    label = "not a tuple of roles",
    note = "pass the simulated roles as a tuple, also a single one: `(ask::Buyer::new(\"TAPL\"),)`"
)]
pub trait SomeRoles<const N: usize>: Sized {
    /// What each of them has at the end, or why it has nothing: a tuple of `Result`s.
    type Results;
    #[doc(hidden)]
    type Nested: Roles<N>;

    /// Each role's number and choreography.
    #[doc(hidden)]
    fn describe() -> Vec<(usize, &'static Protocol)>;

    #[doc(hidden)]
    fn nested(self) -> Self::Nested;

    #[doc(hidden)]
    fn results(each: <Self::Nested as Roles<N>>::Each) -> Self::Results;
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => {$(
        impl<const N: usize, $($name: Projection<N>),+> SomeRoles<N> for ($($name,)+) {
            type Results = ($(Result<$name::Output, Error>,)+);
            type Nested = tuples!(@nested $($name)+);

            fn describe() -> Vec<(usize, &'static Protocol)> {
                vec![$(($name::ROLE, $name::PROTOCOL)),+]
            }

            #[allow(non_snake_case)] // each variable is named for its type
            fn nested(self) -> Self::Nested {
                let ($($name,)+) = self;
                tuples!(@nested $($name)+)
            }

            #[allow(non_snake_case)] // each variable is named for its type
            fn results(each: <Self::Nested as Roles<N>>::Each) -> Self::Results {
                let tuples!(@nested $($name)+) = each;
                ($($name,)+)
            }
        }
    )*};
    (@nested) => { () };
    (@nested $first:ident $($rest:ident)*) => { ($first, tuples!(@nested $($rest)*)) };
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
