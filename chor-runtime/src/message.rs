//! What can be sent between roles, and how it becomes bytes where it has to.
//!
//! Knows values and bytes; deliberately not where they go.

use crate::error::BoxError;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value that can be sent from one role to another.
///
/// Every type that can be cloned, serialised, and handed to another thread is one: derive `Clone`,
/// [`serde::Serialize`] and [`serde::Deserialize`]. There is nothing else to implement.
///
/// In memory a message is moved or cloned, never serialised; over bytes a [`Codec`] serialises it.
/// Decoding an encoded value has to give an equal value back.
///
/// ```
/// use chor_runtime::Message;
///
/// #[derive(Clone, serde::Serialize, serde::Deserialize)]
/// struct Order {
///     title: String,
///     budget: u32,
/// }
///
/// fn can_be_sent<M: Message>() {}
/// can_be_sent::<Order>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent between roles",
    label = "this value crosses from one role to another",
    note = "a message is `Clone + Send + Sync + 'static` and serialisable",
    note = "add `#[derive(Clone, serde::Serialize, serde::Deserialize)]` to the type"
)]
pub trait Message: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Message for T {}

/// A way to turn messages into bytes and back, for transports that carry bytes.
///
/// Both ends of a session use the same one. `decode` is given exactly what one `encode` appended, or,
/// from a peer that misbehaves, anything at all: it reports that as an error and never panics.
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

    /// Appends the encoding of `value` to `bytes`.
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

/// The default codec: [bincode](https://docs.rs/bincode/2.0.1) in its standard configuration, which
/// is compact and not self-describing. A message may have up to 2 GiB.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bincode;

impl Codec for Bincode {
    type Error = CodecError;

    fn encode<M: Serialize>(&self, value: &M, bytes: &mut Vec<u8>) -> Result<(), CodecError> {
        bincode::serde::encode_into_std_write(value, bytes, bincode::config::standard())
            .map_err(|error| CodecError::Encode(error.into()))?;
        Ok(())
    }

    fn decode<M: DeserializeOwned>(&self, bytes: &[u8]) -> Result<M, CodecError> {
        let (value, read) =
            decode_claiming(bytes).map_err(|error| CodecError::Decode(error.into()))?;
        if read == bytes.len() { Ok(value) } else { Err(CodecError::Rest(bytes.len() - read)) }
    }
}

/// Decodes with a limit to what lengths in the bytes may claim, since room is made before it is seen
/// whether the rest is there: a hostile peer could have gigabytes reserved with a few bytes.
///
/// A byte of an honest encoding claims at most sixteen: a small `u128`. The limit is a constant to
/// bincode, so it comes in steps.
fn decode_claiming<M: DeserializeOwned>(
    bytes: &[u8],
) -> Result<(M, usize), bincode::error::DecodeError> {
    fn within<M: DeserializeOwned, const LIMIT: usize>(
        bytes: &[u8],
    ) -> Result<(M, usize), bincode::error::DecodeError> {
        bincode::serde::decode_from_slice(bytes, bincode::config::standard().with_limit::<LIMIT>())
    }
    match bytes.len() {
        0..0x1000 => within::<M, 0x1_0000>(bytes),
        0x1000..0x1_0000 => within::<M, 0x10_0000>(bytes),
        0x1_0000..0x10_0000 => within::<M, 0x100_0000>(bytes),
        0x10_0000..0x100_0000 => within::<M, 0x1000_0000>(bytes),
        _ => within::<M, 0x7fff_ffff>(bytes),
    }
}

/// Why [`Bincode`] can't encode a value or decode bytes.
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
