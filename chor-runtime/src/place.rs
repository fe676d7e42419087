//! Where in a choreography something happened, as data that people read and that can cross a network.
//!
//! Also keeps which message the role that is being polled began last: a panic and a cancellation
//! have no other way to tell.

use crate::lane::Lane;
use crate::protocol::Step;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::panic::Location;

/// A place in a choreography: the code that failed, where it is known, and the message that its role
/// began to send or to receive last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Place {
    /// `file:line:column` of the code.
    pub code: Option<Cow<'static, str>>,
    /// The message, as a [`Step`] displays itself; `None` before the role's first.
    pub message: Option<Cow<'static, str>>,
}

impl Place {
    /// The place of a message.
    pub fn of(step: &'static Step) -> Self {
        Self { code: None, message: Some(step.to_string().into()) }
    }

    pub(crate) fn after(step: Option<&'static Step>) -> Self {
        step.map(Self::of).unwrap_or_default()
    }

    pub(crate) fn code(location: &Location<'_>) -> Self {
        Self { code: Some(location.to_string().into()), ..Self::after(current()) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, &self.message) {
            (Some(code), Some(message)) => write!(f, "{code}, after {message}"),
            (Some(place), None) | (None, Some(place)) => f.write_str(place),
            (None, None) => f.write_str("the start"),
        }
    }
}

/// The position of a message in its queue: what both ends of a transport have to agree on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Position {
    /// The lane that the queue belongs to.
    pub lane: Lane,
    /// How many messages of the queue come before it.
    pub count: u64,
    /// The message: its label, type and place in the source.
    pub step: Cow<'static, str>,
}

impl Position {
    /// The position of message number `count` (from 0) of a lane's queue.
    pub fn new(lane: Lane, count: u64, step: impl Into<Cow<'static, str>>) -> Self {
        Self { lane, count, step: step.into() }
    }
}

/// ``"`title`: String (message 1 of `buy_book`, src/main.rs:12:30) as number 3 of its queue"``.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as number {} of its queue", self.step, self.count.saturating_add(1))?;
        if self.lane == Lane::ROOT { Ok(()) } else { write!(f, " ({})", self.lane) }
    }
}

thread_local! {
    /// A thread-local, saved and restored around each poll of a role: much cheaper than shared state
    /// behind a lock for every message.
    static CURRENT: Cell<Option<&'static Step>> = const { Cell::new(None) };
}

/// The message that the role being polled began last.
pub(crate) fn current() -> Option<&'static Step> {
    CURRENT.get()
}

/// Notes that the role being polled begins a message.
#[inline]
pub(crate) fn begin(step: &'static Step) {
    // Not `set`, which the compiler doesn't inline.
    let _ = CURRENT.try_with(|current| current.set(Some(step)));
}

/// Makes `step` the current one and gives back the one before.
#[inline]
pub(crate) fn replace(step: Option<&'static Step>) -> Option<&'static Step> {
    CURRENT.replace(step)
}
