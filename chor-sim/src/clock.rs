//! Virtual time: the paused clock of a `tokio` runtime, so that what roles' own code waits for with
//! `tokio::time` passes in no time either.
//!
//! Knows time; deliberately neither roles nor messages.

use std::panic::catch_unwind;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{Instant, Sleep, sleep_until};

/// The longest patience. Points in time have a limit that isn't the same everywhere, and is further away.
const LONGEST: Duration = Duration::from_hours(100 * 365 * 24);

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
    /// Starts now, which has to be on a runtime of [`Reused`].
    pub(crate) fn start(patience: Duration) -> Self {
        let (zero, patience) = (Duration::ZERO, patience.min(LONGEST));
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

/// A runtime for one run after the other: to start one takes longer than a short run.
#[derive(Debug, Default)]
pub(crate) struct Reused(Mutex<Option<Paused>>);

/// A runtime on one thread alone, whose clock moves only when all of its tasks wait.
#[derive(Debug)]
struct Paused {
    runtime: Runtime,
    epoch: Instant,
}

impl Clone for Reused {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Reused {
    /// Lets `act` have a runtime on which nothing of an earlier one is left, and whose time is that
    /// of the code in `act`.
    pub(crate) fn with<R>(&self, act: impl FnOnce(&Runtime) -> R) -> R {
        let kept = self.lock().take();
        let paused = kept.unwrap_or_else(Paused::start);
        let time = paused.runtime.enter();
        let result = act(&paused.runtime);
        let clean = paused.is_clean();
        drop(time);
        if clean {
            *self.lock() = Some(paused);
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Option<Paused>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Paused {
    fn start() -> Self {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime =
            runtime.unwrap_or_else(|error| panic!("no runtime could be started: {error}"));
        let epoch = runtime.block_on(async { Instant::now() });
        Self { runtime, epoch }
    }

    /// No task is left, and the clock stands where it rounds as it did at its start: timers have a
    /// resolution of a millisecond, counted from then. To be asked in the runtime's time.
    fn is_clean(&self) -> bool {
        let parts = Instant::now().duration_since(self.epoch).subsec_nanos() % 1_000_000;
        parts == 0 && self.runtime.metrics().num_alive_tasks() == 0
    }
}

/// Says what tokio's own panic doesn't: where to run a simulation instead.
///
/// # Panics
/// In a task of a runtime. A thread that only knows a runtime, or is one for blocking, may wait.
#[track_caller]
pub(crate) fn refuse_tasks() {
    let waits = Handle::try_current().is_err() || catch_unwind(Paused::start).is_ok();
    assert!(
        waits,
        "a simulation has time of its own and can't be run in a task of tokio: \
         use `#[test]` instead of `#[tokio::test]`, or `simulate`, which can"
    );
}
