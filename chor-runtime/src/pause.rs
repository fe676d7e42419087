//! Giving others their turn, whatever the executor.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Ends the turn of this task, which is woken at once.
#[cfg(feature = "conformance")]
pub(crate) async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// What the future gives within so many turns of this task.
pub(crate) async fn within<F: Future>(turns: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = turns;
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        let Some(fewer) = left.checked_sub(1) else { return Poll::Ready(None) };
        left = fewer;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}
