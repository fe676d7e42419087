//! A codec whose messages people can read.

use super::{Codec, CodecError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// [JSON](https://www.rfc-editor.org/rfc/rfc8259), for traffic that people read or other programs write.
///
/// Not every value comes back from JSON, and a message has to: infinities and NaN become `null`, which
/// is no number; `Some(None)` and `Some(())` become `null`, which is `None`; the keys of a map have to
/// be text or numbers. Bytes are written as numbers, about four times as long, unless their type says
/// otherwise. A message can't be nested more than 127 deep.
///
/// ```
/// use chor_runtime::{Codec, Json};
///
/// let mut bytes = Vec::new();
/// Json.encode(&("TAPL", 50u32), &mut bytes)?;
/// assert_eq!(bytes, br#"["TAPL",50]"#);
/// # Ok::<(), chor_runtime::CodecError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl Codec for Json {
    type Error = CodecError;

    fn name(&self) -> &'static str {
        "json"
    }

    fn encode<M: Serialize>(&self, value: &M, bytes: &mut Vec<u8>) -> Result<(), CodecError> {
        let before = bytes.len();
        serde_json::to_writer(&mut *bytes, value).map_err(|error| {
            bytes.truncate(before);
            CodecError::Encode(error.into())
        })
    }

    fn decode<M: DeserializeOwned>(&self, bytes: &[u8]) -> Result<M, CodecError> {
        serde_json::from_slice(bytes).map_err(|error| CodecError::Decode(error.into()))
    }
}
