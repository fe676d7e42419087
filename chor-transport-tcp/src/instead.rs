//! Who came instead of a participant that is waited for: the last of those who were refused.

use crate::link::Link;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The last one, as text.
#[derive(Debug, Default)]
pub(crate) struct Instead(Mutex<Option<String>>);

impl Instead {
    /// A peer on this link was refused.
    pub(crate) fn refused(&self, link: &Link, reason: &str) {
        *self.lock() = Some(format!("{} was refused: {reason}", link.peer));
    }

    /// A link is over.
    pub(crate) fn lost(&self, link: &Link) {
        let Some(error) = link.over() else { return };
        let first: &dyn std::error::Error = &error;
        let all = std::iter::successors(Some(first), |error| error.source());
        let reasons: Vec<String> = all.map(ToString::to_string).collect();
        *self.lock() = Some(reasons.join(": "));
    }

    pub(crate) fn last(&self) -> Option<String> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
