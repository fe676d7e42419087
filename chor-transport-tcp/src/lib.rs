//! The TCP transport of `chor`: sessions between processes and machines.
//!
//! | item | what it is |
//! |---|---|
//! | [`Node`] | start here: listens, dials, serves roles and opens sessions |
//! | [`fixed`] | one session between fixed addresses |
//! | [`from_streams`] | a session over connections that you have, each a [`Stream`] |
//! | [`Participant`] | which participant of such a session an end is; for families |
//! | [`Security`] | how connections are secured: there is no default |
//! | `Tls` | certificates, and which roles they may play; with the feature `tls` |
//! | [`Identity`] | who a peer is |
//! | [`Tcp`] | a role's end of a session, for [`play_role`](chor_runtime::play_role) |
//! | [`Options`] | limits and times |
//! | [`LinkError`], [`ChannelError`] | what goes wrong between two nodes |

mod accept;
mod budget;
mod channel;
mod dial;
mod driver;
mod error;
mod fixed;
mod frame;
mod handshake;
mod hosting;
mod identity;
mod inbound;
mod instead;
mod lanes;
mod late;
mod link;
mod meeting;
mod node;
mod options;
mod out;
mod outgoing;
mod participant;
mod reader;
mod room;
mod security;
mod sending;
mod session;
mod silent;
mod sizes;
mod sorted;
mod stream;
mod streams;
mod taken;
#[cfg(test)]
mod tests;
#[cfg(feature = "tls")]
mod tls;
mod tray;
mod way;
mod woken;

#[cfg(fuzzing)]
#[doc(hidden)]
#[path = "fuzz.rs"]
pub mod __fuzz;

pub use error::{ChannelError, LinkError};
pub use fixed::{fixed, fixed_with};
pub use frame::FrameError;
pub use handshake::GreetingError;
pub use hosting::Invited;
pub use identity::{Denied, Identity, Part};
pub use node::{Node, Session, Unfinished};
pub use options::Options;
pub use participant::Participant;
pub use security::Security;
pub use session::{Parcel, Tcp};
pub use stream::Stream;
pub use streams::{from_streams, from_streams_with};
#[cfg(feature = "tls")]
pub use tls::{Tls, TlsError};
