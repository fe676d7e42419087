//! Branches of one role that run at the same time: all of them, until each is done or one fails.

use crate::branches::{Branches, Futures, Trying};
use crate::fail::Fail;
use crate::together::Polling;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Runs branches at once until all are done, in the task of their role; each is polled only when it was
/// woken. Takes a `Vec` of futures, or a tuple, and gives their values in that order.
///
/// # Errors
/// The first that a branch fails with; the others are dropped.
pub fn join<F: Futures<Branches: Trying>>(branches: F) -> Join<F::Branches> {
    let branches = branches.start();
    let live = branches.count();
    Join { branches, live, polling: Polling::new(live) }
}

/// As [`join`], of two.
pub fn join_pair<A, B, V, W>(one: A, other: B) -> impl Future<Output = Result<(V, W), Fail>>
where
    A: Future<Output = Result<V, Fail>>,
    B: Future<Output = Result<W, Fail>>,
{
    join((one, other))
}

/// What the one branch gave that had something to give.
///
/// # Panics
/// If none had.
pub fn own<V>(branches: Vec<Option<V>>) -> V {
    branches.into_iter().flatten().next().expect("one of the members is this participant")
}

/// The future of [`join`].
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Join<B> {
    branches: B,
    live: usize,
    polling: Polling,
}

impl<B: Trying> Future for Join<B> {
    type Output = Result<B::Values, Fail>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { branches, live, polling } = &mut *self;
        if *live == 0 {
            return Poll::Ready(Ok(branches.values()));
        }
        let ended = polling.poll(cx, |index, cx| {
            if !branches.poll_branch(index, cx) {
                return ControlFlow::Continue(());
            }
            *live -= 1;
            match branches.failure(index) {
                Some(fail) => ControlFlow::Break(Err(fail)),
                None if *live == 0 => ControlFlow::Break(Ok(())),
                None => ControlFlow::Continue(()),
            }
        });
        ended.map(|result| result.map(|()| branches.values()))
    }
}
