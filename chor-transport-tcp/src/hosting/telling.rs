//! Whose end a node has still to tell those who serve the role.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

/// The roles that are played because somebody invited them, until it is told how they ended: a while
/// longer than they take part in their sessions.
#[derive(Default)]
pub(crate) struct Telling {
    untold: AtomicUsize,
    told: Notify,
}

impl Telling {
    /// One more is played; it is told of when this is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> Untold {
        self.untold.fetch_add(1, Ordering::SeqCst);
        Untold(Arc::clone(self))
    }

    /// Waits until all are told of.
    pub(crate) async fn done(&self) {
        loop {
            let told = self.told.notified();
            if self.untold.load(Ordering::SeqCst) == 0 {
                return;
            }
            told.await;
        }
    }
}

pub(crate) struct Untold(Arc<Telling>);

impl Drop for Untold {
    fn drop(&mut self) {
        self.0.untold.fetch_sub(1, Ordering::SeqCst);
        self.0.told.notify_waiters();
    }
}
