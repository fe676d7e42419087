//! Virtual time: the paused clock of a `tokio` runtime, so that what roles' own code waits for with
//! `tokio::time` passes in no time either.
//!
//! Knows time; deliberately neither roles nor messages.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::time::{Instant, Sleep, sleep_until};

/// The time of one run, from its start.
pub(crate) struct Clock {
    start: Instant,
    now: Duration,
    /// How long nothing may happen before the run counts as stuck.
    patience: Duration,
    /// When something happened last.
    progress: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Clock {
    /// Starts now, which has to be in a runtime of [`paused_runtime`].
    pub(crate) fn start(patience: Duration) -> Self {
        let zero = Duration::ZERO;
        Self { start: Instant::now(), now: zero, patience, progress: zero, sleep: None }
    }

    pub(crate) fn now(&mut self) -> Duration {
        self.now = self.start.elapsed();
        self.now
    }

    pub(crate) fn note_progress(&mut self) {
        self.progress = self.now;
    }

    /// Waits until `due`; gives the time, or nothing if the patience has ended before.
    pub(crate) fn poll_until(
        &mut self,
        due: Option<Duration>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Duration>> {
        let limit = self.progress.saturating_add(self.patience);
        let target = due.map_or(limit, |due| due.min(limit));
        while self.now() < target {
            if self.poll_sleep(target, cx).is_pending() {
                return Poll::Pending;
            }
        }
        Poll::Ready(due.filter(|due| *due <= self.now).map(|_| self.now))
    }

    fn poll_sleep(&mut self, target: Duration, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.start + target;
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() != deadline {
            sleep.as_mut().reset(deadline);
        }
        sleep.as_mut().poll(cx)
    }
}

/// A runtime on this thread alone, whose clock moves only when all of its tasks wait.
pub(crate) fn paused_runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.unwrap_or_else(|error| panic!("no runtime could be started: {error}"))
}
