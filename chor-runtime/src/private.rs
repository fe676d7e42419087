//! What generated code calls. Not for people, and without promises: it changes with the macro.

pub use crate::agreement::Agreement;
pub use crate::branches::Branches;
pub use crate::chor::Chor;
pub use crate::choreography::{Choreography, Roles};
pub use crate::endpoint::Endpoint;
pub use crate::error::Error;
pub use crate::fail::{Fail, Missing, OrFail, early, failed, finish};
pub use crate::message::Message;
pub use crate::protocol::{Node, Protocol, Step};
pub use crate::role::Projection;
pub use crate::signature::{Param, Signature};
pub use crate::transport::Transport;
pub use std::boxed::Box;
pub use std::sync::Arc;
