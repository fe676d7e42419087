//! Tuples of futures, which inside are nested pairs: so what is true of pairs holds for all lengths.

use super::{Branches, Futures, Running, Trying};
use crate::fail::Fail;
use std::task::Context;

/// The branches of a tuple of futures: nested pairs inside, a tuple outside.
#[derive(Debug)]
pub struct Tuple<B>(B);

impl<B: Branches<Outputs: Flatten>> Branches for Tuple<B> {
    type Outputs = <B::Outputs as Flatten>::Tuple;
    type Finished = B::Finished;

    fn count(&self) -> usize {
        self.0.count()
    }

    #[inline]
    fn poll_branch(&mut self, index: usize, cx: &mut Context<'_>) -> bool {
        self.0.poll_branch(index, cx)
    }

    fn drop_branch(&mut self, index: usize) {
        self.0.drop_branch(index);
    }

    fn outputs(&mut self) -> Self::Outputs {
        self.0.outputs().flatten()
    }

    fn finished(&mut self) -> Self::Finished {
        self.0.finished()
    }
}

impl<B: Trying + Branches<Outputs: Flatten>> Trying for Tuple<B>
where
    B::Values: Flatten,
{
    type Values = <B::Values as Flatten>::Tuple;

    fn failure(&mut self, index: usize) -> Option<Fail> {
        self.0.failure(index)
    }

    fn values(&mut self) -> Self::Values {
        self.0.values().flatten()
    }
}

/// Nested pairs, which are a tuple.
pub trait Flatten {
    /// The tuple.
    type Tuple;

    /// As a tuple.
    fn flatten(self) -> Self::Tuple;
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => {$(
        impl<$($name: Future),+> Futures for ($($name,)+) {
            type Branches = Tuple<tuples!(@type $($name)+)>;

            #[allow(non_snake_case)] // each variable is named for its type
            fn start(self) -> Self::Branches {
                let ($($name,)+) = self;
                Tuple(tuples!(@start $($name)+))
            }
        }

        impl<$($name),+> Flatten for tuples!(@pairs $($name)+) {
            type Tuple = ($($name,)+);

            #[allow(non_snake_case)] // each variable is named for its type
            fn flatten(self) -> Self::Tuple {
                let tuples!(@pairs $($name)+) = self;
                ($($name,)+)
            }
        }
    )*};
    (@type) => { () };
    (@type $first:ident $($rest:ident)*) => { Running<$first, tuples!(@type $($rest)*)> };
    (@start) => { () };
    (@start $first:ident $($rest:ident)*) => { Running::new($first, tuples!(@start $($rest)*)) };
    (@pairs) => { () };
    (@pairs $first:ident $($rest:ident)*) => { ($first, tuples!(@pairs $($rest)*)) };
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
