//! The TCP transport of `chor`: sessions between processes and machines.
//!
//! | item | what it is |
//! |---|---|
//! | [`from_streams`] | a session over connections that you have |
//! | [`Tcp`] | a role's end of a session, for [`play_role`](chor_runtime::play_role) |
//! | [`Options`] | limits and times |
//! | [`LinkError`], [`ChannelError`] | what goes wrong between two nodes |

mod channel;
mod digest;
mod driver;
mod error;
mod frame;
mod handshake;
mod inbound;
mod link;
mod meeting;
mod options;
mod outgoing;
mod reader;
mod session;
mod stream;
mod streams;
mod way;
mod woken;

pub use error::{ChannelError, LinkError};
pub use frame::FrameError;
pub use handshake::GreetingError;
pub use options::Options;
pub use session::{Parcel, Tcp};
pub use streams::{from_streams, from_streams_with};
