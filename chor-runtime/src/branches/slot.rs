//! One of the futures of several branches: while it runs, and what it gave.

use crate::fail::Fail;
use std::pin::Pin;
use std::task::{Context, Poll};

/// One future, boxed: so it can be polled without pinning what holds it.
pub(super) enum Slot<F: Future> {
    Running(Pin<Box<F>>),
    Done(F::Output),
    Taken,
}

// The future is pinned in its box, and nothing else is ever pinned.
impl<F: Future> Unpin for Slot<F> {}

impl<F: Future> Slot<F> {
    pub(super) fn new(future: F) -> Self {
        Self::Running(Box::pin(future))
    }

    /// Whether this poll finished it.
    #[inline]
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let Self::Running(future) = self else { return false };
        let Poll::Ready(output) = future.as_mut().poll(cx) else { return false };
        *self = Self::Done(output);
        true
    }

    pub(super) fn take(&mut self) -> F::Output {
        self.take_done().unwrap_or_else(|| unreachable!("polled again after it was ready"))
    }

    pub(super) fn take_done(&mut self) -> Option<F::Output> {
        match std::mem::replace(self, Self::Taken) {
            Self::Done(output) => Some(output),
            Self::Running(_) | Self::Taken => None,
        }
    }

    pub(super) fn drop_running(&mut self) {
        if let Self::Running(_) = self {
            *self = Self::Taken;
        }
    }
}

impl<F: Future<Output = Result<V, Fail>>, V> Slot<F> {
    pub(super) fn failure(&mut self) -> Option<Fail> {
        if !matches!(self, Self::Done(Err(_))) {
            return None;
        }
        self.take_done()?.err()
    }

    pub(super) fn value(&mut self) -> V {
        self.take().unwrap_or_else(|_| unreachable!("a branch that failed ended all"))
    }
}
