//! The first cause of a failure: who failed, why, and where. Every role that fails because of it
//! passes it on unchanged.

use crate::place::Place;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt::{self, Write};
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
    /// A cause from its parts. It travels to every role that it concerns, so of a text of more than
    /// 16 KiB it keeps the start; the failed role's own error has all of it.
    pub fn new(role: impl Into<Cow<'static, str>>, reason: Reason, place: Place) -> Self {
        Self(Arc::new(Parts { role: role.into(), reason: reason.cut(LONGEST), place }))
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
    // What comes from a peer may be anything.
    fn from(Parts { role, reason, place: Place { code, message } }: Parts) -> Self {
        let short = |text: Cow<'static, str>| cut(text.into_owned(), SHORT).into();
        let place = Place { code: code.map(short), message: message.map(short) };
        // With what was written behind the start of one that was cut before it was sent.
        let reason = reason.cut(LONGEST + CUT);
        Self(Arc::new(Parts { role: short(role), reason, place }))
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

/// The longest text of a reason, in bytes.
const LONGEST: usize = 16 * 1024;
/// What is written behind it is shorter.
const CUT: usize = 64;
/// The longest name and the longest place that a peer may tell.
const SHORT: usize = 4 * 1024;

impl Reason {
    fn cut(self, longest: usize) -> Self {
        match self {
            Self::Error(text) => Self::Error(cut(text, longest)),
            Self::Panic(text) => Self::Panic(cut(text, longest)),
            Self::Lost(text) => Self::Lost(cut(text, longest)),
            Self::Cancelled => Self::Cancelled,
        }
    }
}

fn cut(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        let more = text.len() - text.floor_char_boundary(longest);
        text.truncate(text.floor_char_boundary(longest));
        text.shrink_to_fit();
        let _ = write!(text, ".. ({more} bytes more)");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let cause = |text: &str| {
            let text = Reason::Panic(text.to_owned());
            Cause::new("A", text, Place::default()).to_string()
        };
        assert!(cause("short").ends_with(": short"));
        let long = cause(&"\u{e9}".repeat(LONGEST));
        assert!(long.len() < LONGEST + 100, "{} bytes", long.len());
        assert!(long.ends_with("\u{e9}.. (16384 bytes more)"), "{}", &long[long.len() - 40..]);
    }

    #[test]
    fn what_a_peer_tells_is_cut_and_what_was_cut_stays_as_it_is() {
        let long = "x".repeat(5 * LONGEST);
        let cut = Cause::new("A", Reason::Error(long.clone()), Place::default());
        assert_eq!(Cause::from(Parts::from(cut.clone())), cut);
        let text = || Cow::Owned(long.clone());
        let place = Place { code: Some(text()), message: Some(text()) };
        let told = Cause::from(Parts { role: text(), reason: Reason::Lost(long.clone()), place });
        let length = told.to_string().len();
        assert!(length < LONGEST + 3 * SHORT + 300, "{length} bytes");
    }
}
