//! What can go wrong between two nodes. Each error says with which peer and in which phase.

use crate::frame::FrameError;
use crate::handshake::GreetingError;
use crate::identity::Denied;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Why there is no link to a peer, or none any more. It is the source of
/// [`Error::Link`](chor_runtime::Error::Link), where it can be downcast to.
///
/// To retry is to start a new session, which dials anew. A link whose peer has hung up since it was used
/// last is dialled anew by itself, before anything of a session is sent over it.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// Connecting: nobody answers at the address, or it is no address.
    #[error("{peer} can't be reached")]
    #[non_exhaustive]
    Dial {
        /// The address.
        peer: String,
        /// What the system says.
        source: Arc<io::Error>,
    },
    /// Securing: the two ends don't come to a connection that both trust.
    #[error("{peer} can't be spoken with securely: {reason}")]
    #[non_exhaustive]
    Tls {
        /// The peer's address.
        peer: String,
        /// Why not: what is wrong with the peer's certificate, or what it says of this end's.
        reason: String,
    },
    /// Opening: the peer may not play its role.
    #[error("{peer} is not let play: {denied}")]
    #[non_exhaustive]
    Denied {
        /// The peer's address.
        peer: String,
        /// Who it is, and what it may play.
        denied: Box<Denied>,
    },
    /// Greeting: the peer is no node, or one that this end can't speak with.
    #[error("{peer} can't be spoken with")]
    #[non_exhaustive]
    Greeting {
        /// The peer's address.
        peer: String,
        /// Why not.
        source: GreetingError,
    },
    /// Greeting or opening: the peer did not answer in time.
    #[error("{peer} has not answered within {limit:?}{}", what_came(instead.as_deref()))]
    #[non_exhaustive]
    Unanswered {
        /// The peer's address.
        peer: String,
        /// [`Options::handshake`](crate::Options::handshake).
        limit: Duration,
        /// With [`fixed`](crate::fixed), who came last without taking part, and why.
        instead: Option<String>,
    },
    /// Dialling: nobody has answered at the address lately, and a session that can begin without has not
    /// waited for it.
    #[error("{peer} has not answered lately, and was not waited for")]
    #[non_exhaustive]
    Skipped {
        /// The address.
        peer: String,
    },
    /// Opening: the peer doesn't take part in this session.
    #[error("{peer} refuses: {reason}")]
    #[non_exhaustive]
    Refused {
        /// The peer's address.
        peer: String,
        /// What it says.
        reason: String,
    },
    /// Running: the system reports that the connection broke.
    #[error("the connection to {peer} broke")]
    #[non_exhaustive]
    Broken {
        /// The peer's address.
        peer: String,
        /// What the system says.
        source: Arc<io::Error>,
    },
    /// Running: the peer closed the connection although sessions were under way.
    #[error("{peer} closed the connection")]
    #[non_exhaustive]
    Closed {
        /// The peer's address.
        peer: String,
    },
    /// Running: nothing came from the peer, not even an answer to the question whether it lives.
    #[error("{peer} has been silent for {limit:?}")]
    #[non_exhaustive]
    Silent {
        /// The peer's address.
        peer: String,
        /// [`Options::keep_alive`](crate::Options::keep_alive).
        limit: Duration,
    },
    /// Running: what the peer sent is no frame, so that nothing after it can be trusted.
    #[error("{peer} sent what is no frame")]
    #[non_exhaustive]
    Frame {
        /// The peer's address.
        peer: String,
        /// Why not.
        source: FrameError,
    },
    /// Running: the peer sent a frame that has no place on this link.
    #[error("{peer} broke the protocol: {problem}")]
    #[non_exhaustive]
    Protocol {
        /// The peer's address.
        peer: String,
        /// Which frame, and why.
        problem: String,
    },
    /// Running: the peer doesn't read, and too much waits for it.
    #[error("{peer} doesn't read: {waiting} bytes wait for it")]
    #[non_exhaustive]
    Stuck {
        /// The peer's address.
        peer: String,
        /// How many bytes wait.
        waiting: usize,
    },
    /// Running: the peer sent more than it was told that this end has room for.
    #[error("{peer} sent more than may wait for all sessions: {limit} bytes")]
    #[non_exhaustive]
    Budget {
        /// The peer's address.
        peer: String,
        /// The part of [`Options::memory`](crate::Options::memory) that sessions share.
        limit: u64,
    },
    /// Closing: this end was shut down.
    #[error("the link to {peer} was shut down here")]
    #[non_exhaustive]
    Shutdown {
        /// The peer's address.
        peer: String,
    },
}

fn what_came(instead: Option<&str>) -> String {
    instead.map_or_else(String::new, |it| format!("; what came instead: {it}"))
}

impl LinkError {
    /// The peer is gone, as far as it can be told from here. What it says, or what this end was told to do
    /// or may not, is no loss.
    pub(crate) fn is_loss(&self) -> bool {
        match self {
            // No address, or none that can be read.
            Self::Dial { source, .. } => source.kind() != io::ErrorKind::InvalidInput,
            Self::Unanswered { .. }
            | Self::Skipped { .. }
            | Self::Broken { .. }
            | Self::Closed { .. }
            | Self::Silent { .. } => true,
            Self::Tls { .. }
            | Self::Denied { .. }
            | Self::Greeting { .. }
            | Self::Refused { .. }
            | Self::Frame { .. }
            | Self::Protocol { .. }
            | Self::Stuck { .. }
            | Self::Budget { .. }
            | Self::Shutdown { .. } => false,
        }
    }

    /// Nobody has answered, and whoever tries again waits as long.
    pub(crate) fn is_silence(&self) -> bool {
        use io::ErrorKind::{HostUnreachable, NetworkUnreachable, TimedOut};
        match self {
            Self::Unanswered { .. } => true,
            Self::Dial { source, .. } => {
                matches!(source.kind(), HostUnreachable | NetworkUnreachable | TimedOut)
            }
            _ => false,
        }
    }
}

/// Why a peer's messages can't be trusted, in one session. It is the source of
/// [`Error::Codec`](chor_runtime::Error::Codec), where it can be downcast to. Other sessions on the
/// same link go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChannelError {
    /// A message came twice, or one is missing.
    #[error("byte {found} of lane {lane:x} came instead of byte {expected}")]
    #[non_exhaustive]
    Offset {
        /// The lane.
        lane: u64,
        /// How many bytes came before.
        expected: u64,
        /// What the peer counts.
        found: u64,
    },
    /// What came as messages can't be taken apart.
    #[error("what came in lane {lane:x} is no message")]
    #[non_exhaustive]
    Record {
        /// The lane.
        lane: u64,
    },
    /// A message is longer than allowed.
    #[error("a message has {length} bytes, more than {limit}")]
    #[non_exhaustive]
    Long {
        /// Its length.
        length: u64,
        /// [`Options::max_message`](crate::Options::max_message) of the receiver.
        limit: u64,
    },
    /// The peer sent more than it was given credit for.
    #[error("more was sent in lane {lane:x} than there was credit for")]
    #[non_exhaustive]
    Credit {
        /// The lane.
        lane: u64,
    },
    /// A lane was said to be of rounds after something else had come in it, or of those of no root or of
    /// several.
    #[error("lane {lane:x} was said to be of rounds, which it isn't")]
    #[non_exhaustive]
    Rounds {
        /// The lane.
        lane: u64,
    },
    /// A part of a large message came where it doesn't belong.
    #[error("a part of a message in lane {lane:x} doesn't fit")]
    #[non_exhaustive]
    Part {
        /// The lane.
        lane: u64,
    },
    /// The peer used too many lanes, in this session or in all of its link.
    #[error("more than {0} lanes were used")]
    Lanes(usize),
    /// More waits for all sessions of the link than may; the link is over.
    #[error("more was sent than may wait for all sessions")]
    Budget,
    /// A message after the peer's part had ended.
    #[error("a message came after the end")]
    Ended,
}
