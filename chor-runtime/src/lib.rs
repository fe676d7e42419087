//! The runtime of `chor`: what a choreography's projections run on.
//!
//! Most people never name this crate: use `chor`, whose macro makes the projections. Here is what
//! those need, and what to build on for a transport or a codec of one's own.
//!
//! | module or item | what it is |
//! |---|---|
//! | [`play_role`] | start here: plays one role over a transport |
//! | [`memory`] | the transport within one process |
//! | [`bytes`] | makes a transport of any channel that carries bytes |
//! | [`Transport`] | the contract of all transports |
//! | `conformance` | checks whether a transport keeps it; with the feature of that name |
//! | [`Message`] | what can be sent |
//! | [`Codec`] | how it becomes bytes: `Bincode`, `Postcard`, `Json`, or your own |
//! | [`play_together`], [`together`] | several roles in one task |
//! | [`Error`], [`Cause`] | how a role fails, and which failure was first |
//! | [`Protocol`], [`Signature`] | a choreography as data |
//!
//! The runtime needs no executor of its own and spawns nothing: every role is a future. It logs
//! through [`tracing`] under the target `chor`: a span for each role's run (debug) and an event for
//! each message (trace).

pub mod bytes;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod memory;

mod agreement;
mod branches;
mod cause;
mod chor;
mod choreography;
mod codec;
mod endpoint;
mod error;
mod fail;
mod fingerprint;
mod first;
mod frame;
mod join;
mod lane;
mod lost;
mod message;
mod normal;
mod open;
mod pause;
mod place;
mod protocol;
mod role;
mod rounds;
mod seat;
mod sends;
mod share;
mod signature;
mod size;
mod spot;
mod together;
mod transport;
mod until;
mod watch;

#[cfg(fuzzing)]
#[doc(hidden)]
#[path = "fuzz.rs"]
pub mod __fuzz;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use agreement::{Agreement, Verified};
pub use branches::Futures;
pub use cause::{Cause, Reason};
pub use choreography::{Choreography, Members, Roles, Stage, play_together};
#[cfg(feature = "bincode")]
pub use codec::Bincode;
#[cfg(feature = "json")]
pub use codec::Json;
#[cfg(feature = "postcard")]
pub use codec::Postcard;
pub use codec::{Codec, CodecError, DefaultCodec};
pub use endpoint::{Coincide, Endpoint, OutOfRange};
pub use error::{BoxError, Error};
pub use lane::Lane;
pub use lost::{Lost, Member, TooFew};
pub use message::Message;
pub use open::{OpenRole, Opening, open_role};
pub use place::{Place, Position};
pub use protocol::{Node, Protocol, Step};
pub use role::{Projection, play_role};
pub use rounds::Rounds;
pub use signature::{Param, Signature};
pub use size::Size;
pub use together::{Together, together};
pub use transport::{Address, End, Fault, Transport};
pub use watch::Site;
