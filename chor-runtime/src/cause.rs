//! The first cause of a failure: who failed, why, and where. Every role that fails because of it
//! passes it on unchanged.

use crate::place::Place;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The first cause of a failure, as data: cheap to clone, and able to cross a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Parts", into = "Parts")]
pub struct Cause(Arc<Parts>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Parts {
    role: Cow<'static, str>,
    reason: Reason,
    place: Place,
}

impl Cause {
    /// A cause from its parts.
    pub fn new(role: impl Into<Cow<'static, str>>, reason: Reason, place: Place) -> Self {
        Self(Arc::new(Parts { role: role.into(), reason, place }))
    }

    /// The role that failed first.
    pub fn role(&self) -> &str {
        &self.0.role
    }

    /// Why it failed.
    pub fn reason(&self) -> &Reason {
        &self.0.reason
    }

    /// Where it failed.
    pub fn place(&self) -> &Place {
        &self.0.place
    }
}

impl From<Parts> for Cause {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl From<Cause> for Parts {
    fn from(cause: Cause) -> Self {
        Arc::unwrap_or_clone(cause.0)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { role, reason, place } = &*self.0;
        match reason {
            Reason::Error(text) => write!(f, "role `{role}` failed at {place}: {text}"),
            Reason::Panic(text) => write!(f, "role `{role}` panicked at {place}: {text}"),
            Reason::Cancelled => write!(f, "role `{role}` was cancelled at {place}"),
            Reason::Lost(text) => write!(f, "role `{role}` was lost at {place}: {text}"),
        }
    }
}

impl std::error::Error for Cause {}

/// Why a role failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Reason {
    /// An error of its own code or of the session; its text, with those of its sources.
    Error(String),
    /// A panic; its message.
    Panic(String),
    /// Its future was dropped before it was done.
    Cancelled,
    /// Its machine, process or connection is gone; what is known of it.
    Lost(String),
}
