//! How long participants take to answer.

use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::sleep;

/// What is waited for before an answer: a time for the simulator's clock, an event where time is real.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Delay {
    Millis(u64),
    Until(&'static Notify),
}

impl Delay {
    pub(crate) const NONE: Self = Self::Millis(0);

    pub(crate) async fn before<T>(self, value: T) -> T {
        match self {
            Self::Millis(millis) => sleep(Duration::from_millis(millis)).await,
            Self::Until(event) => event.notified().await,
        }
        value
    }
}
