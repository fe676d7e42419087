//! How two ends of a link greet.
//!
//! Pure functions; deliberately no input, no output and no clock.
//!
//! A greeting is the magic `chor`, the version of the wire (2 bytes), the length of what follows
//! (2 bytes, all little-endian), and a [`Greeting`] in bincode. Both ends send theirs at once. Of the
//! rest only the magic and the version are fixed for ever.

use chor_runtime::{Bincode, Codec, CodecError};
use serde::{Deserialize, Serialize};

const MAGIC: [u8; 4] = *b"chor";
/// The version of everything behind it.
const VERSION: u16 = 1;
const FIXED: usize = 8;
/// How TLS begins: with a hello, or with what is wrong with what came.
const TLS: [u8; 2] = [22, 21];

/// What an end of a link says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Greeting {
    /// The name of the codec of all messages.
    pub(crate) codec: String,
    /// Bytes that may be sent to it in each lane before it gives credit.
    pub(crate) window: u64,
    /// Bytes that a message to it may have.
    pub(crate) max_message: u64,
    /// Bytes that may wait there for all sessions together before it gives room.
    pub(crate) shared: u64,
}

/// Why a greeting is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GreetingError {
    /// The peer is no node of `chor`.
    #[error("it doesn't speak the protocol of `chor`")]
    Magic,
    /// The peer speaks TLS, which this end doesn't.
    #[error("it speaks TLS, and this end plaintext")]
    Tls,
    /// The peer speaks another version of the wire protocol.
    #[error("it speaks version {0} of the wire protocol, this end version {VERSION}")]
    Version(u16),
    /// The greeting can't be read; what the decoder says.
    #[error("its greeting can't be read: {0}")]
    Unreadable(String),
    /// The two ends encode messages differently.
    #[error("it encodes messages with `{other}`, this end with `{own}`")]
    #[non_exhaustive]
    Codec {
        /// The codec of this end.
        own: String,
        /// The peer's codec.
        other: String,
    },
}

/// Appends the greeting.
pub(crate) fn encode(greeting: &Greeting, bytes: &mut Vec<u8>) {
    let mut body = Vec::new();
    if Bincode.encode(greeting, &mut body).is_err() {
        // Text and numbers, which bincode can always express.
        body.clear();
    }
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(u16::try_from(body.len()).unwrap_or(u16::MAX).to_le_bytes());
    bytes.extend(body);
}

/// The greeting at the start of `bytes` and its length; `None` if it is not all there. What can't
/// become one is refused at its first wrong byte.
pub(crate) fn decode(bytes: &[u8]) -> Result<Option<(Greeting, usize)>, GreetingError> {
    if bytes.first().is_some_and(|byte| TLS.contains(byte)) {
        return Err(GreetingError::Tls);
    }
    let known = bytes.len().min(MAGIC.len());
    if bytes[..known] != MAGIC[..known] {
        return Err(GreetingError::Magic);
    }
    let Some(&[_, _, _, _, v0, v1, l0, l1]) = bytes.first_chunk::<FIXED>() else { return Ok(None) };
    let version = u16::from_le_bytes([v0, v1]);
    if version != VERSION {
        return Err(GreetingError::Version(version));
    }
    let end = FIXED + usize::from(u16::from_le_bytes([l0, l1]));
    let Some(body) = bytes.get(FIXED..end) else { return Ok(None) };
    let unreadable = |error: CodecError| GreetingError::Unreadable(error.to_string());
    Ok(Some((Bincode.decode(body).map_err(unreadable)?, end)))
}

/// Whether this end can speak with one that greets so.
pub(crate) fn compare(own: &Greeting, other: &Greeting) -> Result<(), GreetingError> {
    if own.codec == other.codec {
        return Ok(());
    }
    Err(GreetingError::Codec { own: own.codec.clone(), other: other.codec.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn greeting() -> Greeting {
        Greeting { codec: "Bincode".to_owned(), window: 7, max_message: 8, shared: 9 }
    }

    fn encoded() -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(&greeting(), &mut bytes);
        bytes
    }

    #[test]
    fn a_greeting_comes_back_when_all_of_it_is_there() {
        let bytes = encoded();
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length]), Ok(None));
        }
        let more = [bytes.as_slice(), b"more"].concat();
        assert_eq!(decode(&more), Ok(Some((greeting(), bytes.len()))));
    }

    #[test]
    fn another_protocol_is_refused_at_its_first_byte() {
        assert_eq!(decode(b"G"), Err(GreetingError::Magic));
        assert_eq!(decode(b"chOr"), Err(GreetingError::Magic));
    }

    #[test]
    fn tls_is_told_from_other_protocols() {
        assert_eq!(decode(&[22, 3, 1]), Err(GreetingError::Tls));
        assert_eq!(decode(&[21]), Err(GreetingError::Tls));
    }

    #[test]
    fn another_version_is_named() {
        let mut bytes = encoded();
        bytes[4] = 9;
        let error = decode(&bytes).unwrap_err();
        let text = "it speaks version 9 of the wire protocol, this end version 1";
        assert_eq!(error.to_string(), text);
    }

    #[test]
    fn two_codecs_are_named() {
        let other = Greeting { codec: "Postcard".to_owned(), ..greeting() };
        let text = "it encodes messages with `Postcard`, this end with `Bincode`";
        assert_eq!(compare(&greeting(), &other).unwrap_err().to_string(), text);
        assert_eq!(compare(&greeting(), &greeting()), Ok(()));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_greeting_or_an_error(bytes in any::<Vec<u8>>()) {
            let _ = decode(&bytes);
            let _ = decode(&[encoded().as_slice(), bytes.as_slice()].concat());
            let _ = decode(&[&encoded()[..FIXED], bytes.as_slice()].concat());
        }
    }
}
