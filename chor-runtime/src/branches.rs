//! Several futures of different types as one value, each polled by its number.
//!
//! Knows how they are stored; deliberately not when each is polled, which is
//! [`together`](crate::together())'s.

mod slot;
mod tuple;

use crate::fail::Fail;
use slot::Slot;
use std::task::Context;

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
