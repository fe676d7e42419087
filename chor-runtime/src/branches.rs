//! Several futures of different types as one value, each polled by its number.
//!
//! Knows how they are stored; deliberately not when each is polled, which is
//! [`together`](crate::together())'s.

use crate::fail::Fail;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What [`together`](crate::together()) takes: a tuple or a `Vec` of futures.
pub trait Futures {
    /// The futures, ready to be polled.
    #[doc(hidden)]
    type Branches: Branches;

    #[doc(hidden)]
    fn start(self) -> Self::Branches;
}

/// Futures with numbers, polled one by one.
pub trait Branches: Unpin {
    /// Their outputs.
    type Outputs;
    /// Their outputs as far as there are any, each an `Option`.
    type Finished;

    /// How many they are.
    fn count(&self) -> usize;

    /// Polls one, unless it is done; whether this finished it.
    fn poll_branch(&mut self, index: usize, cx: &mut Context<'_>) -> bool;

    /// Drops one that isn't done, which then never will be.
    fn drop_branch(&mut self, index: usize);

    /// The outputs, when all are done.
    ///
    /// # Panics
    /// If one is not done, or they have been taken.
    fn outputs(&mut self) -> Self::Outputs;

    /// The outputs of those that are done; drops the others.
    fn finished(&mut self) -> Self::Finished;
}

/// Branches that can fail.
pub trait Trying: Branches {
    /// What they give if none fails.
    type Values;

    /// What one failed with that is done; else it keeps its value.
    fn failure(&mut self, index: usize) -> Option<Fail>;

    /// What they give, when all are done and none failed.
    ///
    /// # Panics
    /// If one is not done or failed, or they have been taken.
    fn values(&mut self) -> Self::Values;
}

/// No futures, or no more.
impl Branches for () {
    type Outputs = ();
    type Finished = ();

    fn count(&self) -> usize {
        0
    }

    fn poll_branch(&mut self, _: usize, _: &mut Context<'_>) -> bool {
        false
    }

    fn drop_branch(&mut self, _: usize) {}

    fn outputs(&mut self) {}

    fn finished(&mut self) {}
}

impl Trying for () {
    type Values = ();

    fn failure(&mut self, _: usize) -> Option<Fail> {
        None
    }

    fn values(&mut self) {}
}

/// A future and those after it.
pub struct Running<F: Future, R> {
    first: Slot<F>,
    rest: R,
}

impl<F: Future, R> Running<F, R> {
    pub(crate) fn new(first: F, rest: R) -> Self {
        Self { first: Slot::new(first), rest }
    }
}

impl<F: Future, R: Branches> Branches for Running<F, R> {
    type Outputs = (F::Output, R::Outputs);
    type Finished = (Option<F::Output>, R::Finished);

    fn count(&self) -> usize {
        1 + self.rest.count()
    }

    #[inline]
    fn poll_branch(&mut self, index: usize, cx: &mut Context<'_>) -> bool {
        match index {
            0 => self.first.poll(cx),
            _ => self.rest.poll_branch(index - 1, cx),
        }
    }

    fn drop_branch(&mut self, index: usize) {
        match index {
            0 => self.first.drop_running(),
            _ => self.rest.drop_branch(index - 1),
        }
    }

    fn outputs(&mut self) -> Self::Outputs {
        (self.first.take(), self.rest.outputs())
    }

    fn finished(&mut self) -> Self::Finished {
        (self.first.take_done(), self.rest.finished())
    }
}

impl<F, V, R> Trying for Running<F, R>
where
    F: Future<Output = Result<V, Fail>>,
    R: Trying,
{
    type Values = (V, R::Values);

    fn failure(&mut self, index: usize) -> Option<Fail> {
        match index {
            0 => self.first.failure(),
            _ => self.rest.failure(index - 1),
        }
    }

    fn values(&mut self) -> Self::Values {
        (self.first.value(), self.rest.values())
    }
}

/// Futures of one type, and those after them.
pub(crate) struct Group<F: Future, R> {
    own: Several<F>,
    rest: R,
}

impl<F: Future, R> Group<F, R> {
    pub(crate) fn new(own: impl Iterator<Item = F>, rest: R) -> Self {
        Self { own: Several(own.map(Slot::new).collect()), rest }
    }
}

impl<F: Future, R: Branches> Branches for Group<F, R> {
    type Outputs = (Vec<F::Output>, R::Outputs);
    type Finished = (Vec<Option<F::Output>>, R::Finished);

    fn count(&self) -> usize {
        self.own.count() + self.rest.count()
    }

    fn poll_branch(&mut self, index: usize, cx: &mut Context<'_>) -> bool {
        match index.checked_sub(self.own.count()) {
            None => self.own.poll_branch(index, cx),
            Some(after) => self.rest.poll_branch(after, cx),
        }
    }

    fn drop_branch(&mut self, index: usize) {
        match index.checked_sub(self.own.count()) {
            None => self.own.drop_branch(index),
            Some(after) => self.rest.drop_branch(after),
        }
    }

    fn outputs(&mut self) -> Self::Outputs {
        (self.own.outputs(), self.rest.outputs())
    }

    fn finished(&mut self) -> Self::Finished {
        (self.own.finished(), self.rest.finished())
    }
}

/// The branches of a `Vec` of futures.
pub struct Several<F: Future>(Vec<Slot<F>>);

impl<F: Future> Branches for Several<F> {
    type Outputs = Vec<F::Output>;
    type Finished = Vec<Option<F::Output>>;

    fn count(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn poll_branch(&mut self, index: usize, cx: &mut Context<'_>) -> bool {
        self.0[index].poll(cx)
    }

    fn drop_branch(&mut self, index: usize) {
        self.0[index].drop_running();
    }

    fn outputs(&mut self) -> Self::Outputs {
        self.0.iter_mut().map(Slot::take).collect()
    }

    fn finished(&mut self) -> Self::Finished {
        self.0.iter_mut().map(Slot::take_done).collect()
    }
}

impl<F: Future<Output = Result<V, Fail>>, V> Trying for Several<F> {
    type Values = Vec<V>;

    fn failure(&mut self, index: usize) -> Option<Fail> {
        self.0[index].failure()
    }

    fn values(&mut self) -> Self::Values {
        self.0.iter_mut().map(Slot::value).collect()
    }
}

impl<F: Future> Several<F> {
    /// What one gives that is done.
    pub(crate) fn take(&mut self, index: usize) -> Option<F::Output> {
        self.0[index].take_done()
    }
}

impl<F: Future> Futures for Vec<F> {
    type Branches = Several<F>;

    fn start(self) -> Self::Branches {
        Several(self.into_iter().map(Slot::new).collect())
    }
}

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

/// One future, boxed: so it can be polled without pinning what holds it.
enum Slot<F: Future> {
    Running(Pin<Box<F>>),
    Done(F::Output),
    Taken,
}

// The future is pinned in its box, and nothing else is ever pinned.
impl<F: Future> Unpin for Slot<F> {}

impl<F: Future> Slot<F> {
    fn new(future: F) -> Self {
        Self::Running(Box::pin(future))
    }

    /// Whether this poll finished it.
    #[inline]
    fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let Self::Running(future) = self else { return false };
        let Poll::Ready(output) = future.as_mut().poll(cx) else { return false };
        *self = Self::Done(output);
        true
    }

    fn take(&mut self) -> F::Output {
        self.take_done().unwrap_or_else(|| unreachable!("polled again after it was ready"))
    }

    fn take_done(&mut self) -> Option<F::Output> {
        match std::mem::replace(self, Self::Taken) {
            Self::Done(output) => Some(output),
            Self::Running(_) | Self::Taken => None,
        }
    }

    fn drop_running(&mut self) {
        if let Self::Running(_) = self {
            *self = Self::Taken;
        }
    }
}

impl<F: Future<Output = Result<V, Fail>>, V> Slot<F> {
    fn failure(&mut self) -> Option<Fail> {
        if !matches!(self, Self::Done(Err(_))) {
            return None;
        }
        self.take_done()?.err()
    }

    fn value(&mut self) -> V {
        self.take().unwrap_or_else(|_| unreachable!("a branch that failed ended all"))
    }
}
