//! What codecs encode comes back, byte strings travel in one piece, and no bytes ask for too much.

mod bulk;
mod hostile;
mod values;

use chor_runtime::{Codec, CodecError};
use serde::{Deserialize, Serialize};

fn encoded<M: Serialize>(codec: &impl Codec, value: &M) -> Vec<u8> {
    let mut bytes = Vec::new();
    codec.encode(value, &mut bytes).unwrap();
    bytes
}

/// One of everything that serde knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Any {
    Unit,
    Newtype(Box<Any>),
    Tuple(u8, i64, char),
    Struct { name: String, rest: Vec<Any>, maybe: Option<Box<Any>> },
    Bytes(Vec<u8>),
    Map(std::collections::BTreeMap<String, i128>),
    Floats(f32, f64),
    Flags([bool; 3], (), Wrapper),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wrapper(u128);

fn source(error: &CodecError) -> String {
    std::error::Error::source(error).map(ToString::to_string).unwrap_or_default()
}
