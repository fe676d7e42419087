//! The default codec. No type of the library shows, so that it can be replaced.

use super::bulk::{self, Out};
use super::{Codec, CodecError};
use bincode::config::{self, Configuration};
use bincode::enc::write::Writer;
use bincode::error::EncodeError;
use bincode::serde::{encode_into_writer, seed_decode_from_slice};
use serde::Serialize;
use serde::de::DeserializeOwned;

const FORMAT: Configuration = config::standard();

/// The default codec: [bincode](https://docs.rs/bincode/2.0.1) in its standard configuration, which is
/// compact and not self-describing.
///
/// `Vec<u8>`, `Box<[u8]>` and `bytes::Bytes` are copied in one piece, wherever they stand in a message.
/// A message can't be nested more than 128 deep.
///
/// The library is complete but no longer maintained ([RUSTSEC-2025-0141]); nothing of it shows in an
/// interface, and `Postcard` does the same in a similar format.
///
/// [RUSTSEC-2025-0141]: https://rustsec.org/advisories/RUSTSEC-2025-0141.html
#[derive(Clone, Copy, Debug, Default)]
pub struct Bincode;

impl Codec for Bincode {
    type Error = CodecError;

    fn name(&self) -> &'static str {
        "bincode"
    }

    #[inline]
    fn encode<M: Serialize>(&self, value: &M, bytes: &mut Vec<u8>) -> Result<(), CodecError> {
        bulk::encode(value, bytes, |value, out| encode_into_writer(value, out, FORMAT))
    }

    #[inline]
    fn decode<M: DeserializeOwned>(&self, bytes: &[u8]) -> Result<M, CodecError> {
        bulk::decode(bytes, |seed| {
            let (value, read) = seed_decode_from_slice(seed, bytes, FORMAT)?;
            Ok::<_, bincode::error::DecodeError>((value, bytes.len() - read))
        })
    }
}

impl Writer for Out<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.append(bytes);
        Ok(())
    }
}
