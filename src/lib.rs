//! Choreographic programming: one program for all the participants of a distributed protocol.
//!
//! A choreography is written once, from the viewpoint of everybody. [`chor!`] checks where every
//! value lives and projects the program to one async function per role; [`play_role`] runs a role
//! over a [`Transport`]. Mismatched messages, deadlocks, and a role that acts on what it can't know
//! are ruled out when the program is compiled.
//!
//! ```
//! use chor::prelude::*;
//!
//! chor! {
//!     /// `A` asks `B` for the double of a number.
//!     chor double[A, B](x: u32 @ A) -> u32 @ A {
//!         let x: u32 = A -> B: x;
//!         B -> A: x * 2
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let outcome = chor::sim::simulate(double::Choreography::new(21)).await?;
//! assert_eq!(outcome.a, 42);
//! # Ok(())
//! # }
//! ```
//!
//! # Map
//!
//! | | |
//! |---|---|
//! | [`chor!`] | **start here**: the language |
//! | [`sim::simulate`] | runs all roles in one task, for tests and first steps |
//! | [`sim`], [`macro@test`] | deterministic runs under faults and seeds, and tests of them; `docs/simulator.md` |
//! | [`play_role`] | runs one role over a transport |
//! | [`open_role`] | the same where the role's result is a choreography, to be called |
//! | [`memory`] | the transport within one process |
//! | [`tcp`] | the transport between processes and machines; how to [deploy](https://github.com/chor-rs/chor/blob/main/docs/deployment.md) roles |
//! | [`bytes`] | makes a transport of any channel that carries bytes |
//! | [`Codec`] | how messages become bytes: `Bincode`, `Postcard`, `Json` |
//! | [`Transport`], [`Codec`] | what to implement for channels and encodings of one's own |
//! | `conformance` | checks whether a transport keeps the contract, with the feature of that name |
//! | [`Error`], [`Cause`] | how a role fails, and which failure was first |
//!
//! # Features
//!
//! `sim` (default): [`sim`]. `tcp` (default): [`tcp`]. `bincode` (default, and with `tcp`), `postcard` and
//! `json`: the [`Codec`] of that name. `tls`: encrypted connections for [`tcp`], between peers that are
//! known by their certificates.

mod doctests;

pub use chor_runtime::*;

#[cfg(feature = "sim")]
pub use chor_macros::test;

/// Runs choreographies in one process.
#[cfg(feature = "sim")]
pub use chor_sim as sim;

/// The transport between processes and machines.
#[cfg(feature = "tcp")]
pub use chor_transport_tcp as tcp;

/// What a choreography's module needs in scope.
pub mod prelude {
    pub use crate::{Error, Lost, Member, Message, agree, chor, play_role};
}

#[doc = include_str!("chor.md")]
#[macro_export]
macro_rules! chor {
    ($($tokens:tt)*) => { $crate::__private::chor_impl! { $crate ; $($tokens)* } };
}

/// Belongs inside [`chor!`]: `agree!(A: x, B: y)` asserts that the roles' values are equal.
#[macro_export]
macro_rules! agree {
    ($($tokens:tt)*) => {
        ::core::compile_error!(
            "`agree!` is a form of `chor!`: write it in the body of a choreography"
        )
    };
}

#[doc(hidden)]
pub mod __private {
    pub use chor_macros::{chor_impl, chor_resume};
    pub use chor_runtime::__private::*;
}
