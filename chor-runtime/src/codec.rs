//! How messages become bytes, for transports that carry bytes.
//!
//! Knows values and bytes; deliberately not where they go. One file for each format, each a feature
//! of its own; what the compact formats share is in `bulk`.

#[cfg(feature = "bincode")]
mod bincode;
#[cfg(any(feature = "bincode", feature = "postcard"))]
mod bulk;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "postcard")]
mod postcard;

#[cfg(feature = "bincode")]
pub use self::bincode::Bincode;
#[cfg(feature = "json")]
pub use self::json::Json;
#[cfg(feature = "postcard")]
pub use self::postcard::Postcard;

use crate::error::BoxError;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The codec where none is named. To change it, change this line.
#[cfg(feature = "bincode")]
pub type DefaultCodec = Bincode;

/// There is no default codec without the feature `bincode`: name one.
#[cfg(not(feature = "bincode"))]
pub type DefaultCodec = std::convert::Infallible;

/// A way to turn messages into bytes and back, for transports that carry bytes.
///
/// Both ends of a session use the same one. `decode` is given exactly what one `encode` appended, or,
/// from a peer that misbehaves, anything at all: it reports that as an error. It never panics, and
/// reserves no more memory than that many bytes can fill.
///
/// ```
/// use chor_runtime::{Bincode, Codec};
///
/// let mut bytes = Vec::new();
/// Bincode.encode(&("TAPL", 50u32), &mut bytes)?;
/// assert_eq!(Bincode.decode::<(String, u32)>(&bytes)?, ("TAPL".to_owned(), 50));
/// # Ok::<(), chor_runtime::CodecError>(())
/// ```
pub trait Codec: Send + Sync {
    /// Why a value can't be encoded, or bytes can't be decoded.
    type Error: std::error::Error + Send + Sync + 'static;

    /// What the format is called. Two ends can talk if their codecs have the same name, so it changes
    /// with the encoding: transports compare it before the first message.
    fn name(&self) -> &str;

    /// Appends the encoding of `value` to `bytes`, or leaves them as they are.
    ///
    /// # Errors
    /// The value can't be expressed in this format. A retry gives the same.
    fn encode<M: Serialize>(&self, value: &M, bytes: &mut Vec<u8>) -> Result<(), Self::Error>;

    /// The value that all of `bytes` encode.
    ///
    /// # Errors
    /// The bytes are no `M`, or more than one. The peer is to blame; a retry gives the same.
    fn decode<M: DeserializeOwned>(&self, bytes: &[u8]) -> Result<M, Self::Error>;
}

/// Why a codec of this crate can't encode a value or decode bytes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CodecError {
    /// The value has no encoding.
    #[error("the value can't be encoded")]
    Encode(#[source] BoxError),
    /// The bytes encode no such value.
    #[error("the bytes encode no such value")]
    Decode(#[source] BoxError),
    /// The value ends before the bytes do; the number of bytes left.
    #[error("{0} bytes are left after the value")]
    Rest(usize),
}
