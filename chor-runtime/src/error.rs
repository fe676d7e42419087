//! How playing a role fails.

use crate::cause::{Cause, Reason};
use crate::place::{Place, Position};
use crate::protocol::Step;
use crate::transport::Fault;
use std::borrow::Cow;
use std::fmt::Write;

/// An error of any type, as [`Error::Failed`] carries it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A role's name.
type Name = Cow<'static, str>;

/// Why a role could not be played to its end.
///
/// [`cause`](Self::cause) names the first cause, however many roles passed it on: the role that
/// failed first, the reason and the place. A retry means a new session: this one is over.
///
/// ```
/// use chor_runtime::{Cause, Error};
///
/// fn report(error: &Error) -> String {
///     let cause: Cause = error.cause();
///     match error.downcast_ref::<std::num::ParseIntError>() {
///         Some(own) => format!("{} got a wrong number: {own}", cause.role()),
///         None => format!("{} failed because {cause}", error.role()),
///     }
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The role's own code failed: an `Err` or a `None` that met `?`. Its error is the source and can
    /// be [downcast](Error::downcast_ref).
    #[error("role `{role}` failed at {place}")]
    #[non_exhaustive]
    Failed {
        /// The role.
        role: Name,
        /// Where.
        place: Place,
        /// What its code failed with.
        source: BoxError,
    },
    /// A peer failed, and this role has a message to exchange with it.
    #[error("role `{role}` has lost `{peer}` at {place}")]
    #[non_exhaustive]
    Gone {
        /// The role.
        role: Name,
        /// The peer that it needs. Not always the one that failed first.
        peer: Name,
        /// The message.
        place: Place,
        /// The first cause.
        #[source]
        cause: Cause,
    },
    /// A peer finished without sending what this role expects: the two run different programs, or
    /// diverged on an agreement.
    #[error("role `{role}` expected {expected} from `{peer}`, which has finished{}", last_text(last.as_deref()))]
    #[non_exhaustive]
    Finished {
        /// The role.
        role: Name,
        /// The peer.
        peer: Name,
        /// Where this role is.
        expected: Box<Position>,
        /// The last message from the peer; `None` if there was none.
        last: Option<Box<Position>>,
    },
    /// A peer sent another message than this role expects: the two run different programs, or
    /// diverged on an agreement.
    #[error("role `{role}` expected {expected} from `{peer}` and found {found}")]
    #[non_exhaustive]
    Position {
        /// The role.
        role: Name,
        /// The peer.
        peer: Name,
        /// Where this role is.
        expected: Box<Position>,
        /// Where the peer was when it sent the message.
        found: Box<Position>,
    },
    /// A peer sent a value of another type: the two run with different type arguments.
    #[error("role `{role}` expected a `{expected}` from `{peer}` at {place} and found a `{found}`")]
    #[non_exhaustive]
    Type {
        /// The role.
        role: Name,
        /// The peer.
        peer: Name,
        /// The message.
        place: Box<Place>,
        /// The type that this role expects.
        expected: &'static str,
        /// The type that the peer sent.
        found: &'static str,
    },
    /// A message can't be encoded (this role is to blame) or decoded (the peer, or what is between).
    #[error("role `{role}` can't encode or decode a message with `{peer}` at {place}")]
    #[non_exhaustive]
    Codec {
        /// The role.
        role: Name,
        /// The peer.
        peer: Name,
        /// The message.
        place: Place,
        /// What the codec says.
        source: BoxError,
    },
    /// The way to a peer is broken, and nothing is known of the peer itself.
    #[error("role `{role}` has no way to `{peer}` at {place}")]
    #[non_exhaustive]
    Link {
        /// The role.
        role: Name,
        /// The peer.
        peer: Name,
        /// The message.
        place: Place,
        /// What the channel says.
        source: BoxError,
    },
    /// The roles' copies of an agreement that is verified are not equal: an assertion of `agree!`, or
    /// of whoever gave the roles their parameters, is wrong. Each role that compares fails with it.
    #[error("values of an agreement differ: {agreement}: {}", values_text(values))]
    #[non_exhaustive]
    Agreement {
        /// The role.
        role: Name,
        /// The expression and its place: `x at src/main.rs:12`.
        agreement: String,
        /// Each role with its copy, as `{:?}` prints it; `unknown` if it didn't tell.
        values: Vec<(Name, String)>,
        /// The message.
        place: Box<Place>,
    },
    /// A peer runs another choreography, or another version of it: the builds differ.
    #[error("role `{role}` runs another choreography than `{peer}`: {difference}")]
    #[non_exhaustive]
    Signature {
        /// The role.
        role: Name,
        /// The peer.
        peer: Name,
        /// The first difference between the two.
        difference: String,
        /// What this role runs: [`Protocol::normal`](crate::Protocol::normal).
        own: String,
        /// What the peer runs.
        other: String,
    },
    /// The role was given a transport on which it can't be played. The caller of
    /// [`play_role`](crate::play_role) is to blame.
    #[error("role `{role}` can't be played: {problem}")]
    #[non_exhaustive]
    Setup {
        /// The role.
        role: Name,
        /// What is wrong.
        problem: String,
    },
}

fn last_text(last: Option<&Position>) -> String {
    last.map_or_else(String::new, |last| format!(" after {last}"))
}

fn values_text(values: &[(Name, String)]) -> String {
    let values: Vec<String> =
        values.iter().map(|(role, value)| format!("{role} = {value}")).collect();
    values.join(", ")
}

impl Error {
    /// The role whose playing failed.
    pub fn role(&self) -> &str {
        match self {
            Self::Failed { role, .. }
            | Self::Gone { role, .. }
            | Self::Finished { role, .. }
            | Self::Position { role, .. }
            | Self::Type { role, .. }
            | Self::Agreement { role, .. }
            | Self::Codec { role, .. }
            | Self::Link { role, .. }
            | Self::Signature { role, .. }
            | Self::Setup { role, .. } => role,
        }
    }

    /// The other end of the message that failed; `None` if the failure is not one of a message.
    pub fn peer(&self) -> Option<&str> {
        match self {
            Self::Failed { .. } | Self::Agreement { .. } | Self::Setup { .. } => None,
            Self::Gone { peer, .. }
            | Self::Finished { peer, .. }
            | Self::Position { peer, .. }
            | Self::Type { peer, .. }
            | Self::Codec { peer, .. }
            | Self::Link { peer, .. }
            | Self::Signature { peer, .. } => Some(peer),
        }
    }

    /// Where this role was when it failed. Where the first one failed says [`cause`](Self::cause).
    pub fn place(&self) -> Place {
        match self {
            Self::Failed { place, .. }
            | Self::Gone { place, .. }
            | Self::Codec { place, .. }
            | Self::Link { place, .. } => place.clone(),
            Self::Type { place, .. } | Self::Agreement { place, .. } => (**place).clone(),
            Self::Finished { expected, .. } | Self::Position { expected, .. } => {
                Place { code: None, message: Some(expected.step.clone()) }
            }
            Self::Signature { .. } | Self::Setup { .. } => Place::default(),
        }
    }

    /// The first cause: the role that failed first, why and where. This role itself, unless another
    /// one's failure reached it.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Gone { cause, .. } => cause.clone(),
            Self::Failed { source, .. } => self.own_cause(chain(source.as_ref())),
            Self::Link { peer, place, source, .. } => {
                Cause::new(peer.clone(), Reason::Lost(chain(source.as_ref())), place.clone())
            }
            Self::Finished { .. }
            | Self::Position { .. }
            | Self::Type { .. }
            | Self::Agreement { .. }
            | Self::Codec { .. }
            | Self::Signature { .. }
            | Self::Setup { .. } => self.own_cause(chain(self)),
        }
    }

    fn own_cause(&self, reason: String) -> Cause {
        Cause::new(self.role().to_owned(), Reason::Error(reason), self.place())
    }

    /// The error that the role's own code failed with, if it is an `E`.
    pub fn downcast_ref<E: std::error::Error + 'static>(&self) -> Option<&E> {
        match self {
            Self::Failed { source, .. } => source.downcast_ref(),
            _ => None,
        }
    }

    /// The error that the role's own code failed with, if it is an `E`, by value.
    ///
    /// # Errors
    /// This error itself, if it is not.
    pub fn downcast<E: std::error::Error + 'static>(self) -> Result<E, Self> {
        match self {
            Self::Failed { role, place, source } => match source.downcast() {
                Ok(own) => Ok(*own),
                Err(source) => Err(Self::Failed { role, place, source }),
            },
            other => Err(other),
        }
    }

    /// The failure comes from another role of the same session.
    pub(crate) fn is_echo(&self) -> bool {
        matches!(self, Self::Gone { .. })
    }

    /// A fault between these roles before the first message.
    pub(crate) fn of_start(role: Name, peer: Name, fault: Fault) -> Self {
        let place = Place::default();
        match fault {
            Fault::Gone(cause) => Self::Gone { role, peer, place, cause },
            Fault::Link(source) => Self::Link { role, peer, place, source },
            Fault::Codec(source) => Self::Codec { role, peer, place, source },
            Fault::Signature { difference, own, other } => {
                Self::Signature { role, peer, difference, own, other }
            }
            Fault::Finished { .. }
            | Fault::Position { .. }
            | Fault::Type { .. }
            | Fault::Sizes { .. }
            | Fault::Used => Self::Setup { role, problem: fault.to_string() },
        }
    }

    /// A fault of the message `step` between the role and its peer.
    pub(crate) fn of_message(role: Name, peer: Name, step: &'static Step, fault: Fault) -> Self {
        let place = || Place::of(step);
        match fault {
            Fault::Gone(cause) => Self::Gone { role, peer, place: place(), cause },
            Fault::Finished { expected, last } => Self::Finished { role, peer, expected, last },
            Fault::Position { expected, found } => Self::Position { role, peer, expected, found },
            Fault::Type { expected, found } => {
                Self::Type { role, peer, place: Box::new(place()), expected, found }
            }
            Fault::Codec(source) => Self::Codec { role, peer, place: place(), source },
            Fault::Link(source) => Self::Link { role, peer, place: place(), source },
            Fault::Signature { difference, own, other } => {
                Self::Signature { role, peer, difference, own, other }
            }
            Fault::Sizes { .. } | Fault::Used => Self::Setup { role, problem: fault.to_string() },
        }
    }

    /// Names the role, where the error was made by code that doesn't know it.
    pub(crate) fn in_role(mut self, name: &Name) -> Self {
        if let Self::Failed { role, .. } = &mut self
            && role.is_empty()
        {
            role.clone_from(name);
        }
        self
    }
}

/// An error's text with those of its sources.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}
