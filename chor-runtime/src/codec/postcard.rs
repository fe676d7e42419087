//! A compact codec whose format has a specification.

use super::bulk::{self, Out};
use super::{Codec, CodecError};
use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed};

/// [Postcard](https://postcard.jamesmunns.com): compact, not self-describing, with a specified format.
///
/// `Vec<u8>`, `Box<[u8]>` and `bytes::Bytes` are copied in one piece, wherever they stand in a message.
/// A message can't be nested more than 128 deep.
///
/// ```
/// use chor_runtime::{Codec, Postcard};
///
/// let mut bytes = Vec::new();
/// Postcard.encode(&("TAPL", 50u32), &mut bytes)?;
/// assert_eq!(bytes, *b"\x04TAPL\x32");
/// # Ok::<(), chor_runtime::CodecError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Postcard;

impl Codec for Postcard {
    type Error = CodecError;

    fn name(&self) -> &'static str {
        "postcard"
    }

    fn encode<M: Serialize>(&self, value: &M, bytes: &mut Vec<u8>) -> Result<(), CodecError> {
        bulk::encode(value, bytes, |value, out| postcard::serialize_with_flavor(value, out))
    }

    fn decode<M: DeserializeOwned>(&self, bytes: &[u8]) -> Result<M, CodecError> {
        bulk::decode(bytes, |seed| {
            let mut deserializer = postcard::Deserializer::from_bytes(bytes);
            let value = seed.deserialize(&mut deserializer)?;
            Ok::<_, postcard::Error>((value, deserializer.finalize()?.len()))
        })
    }
}

impl Flavor for Out<'_> {
    type Output = ();

    #[inline]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.push(byte);
        Ok(())
    }

    #[inline]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.append(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}
