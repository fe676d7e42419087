//! Vectors of bytes: who decodes one, and how it is handed over.

use castaway::cast;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::any::type_name;
use std::fmt;

/// Whether it is the visitor with which serde itself decodes a `Vec<u8>`. Not everything that makes a
/// `Vec<u8>` of a sequence is: it may change the elements, or expect others.
#[inline]
pub(super) fn is_of_bytes<'de, V: Visitor<'de>>() -> bool {
    let mut value = None::<V::Value>;
    cast!(&mut value, &mut Option<Vec<u8>>).is_ok()
        && Vec::<u8>::deserialize(Ask).is_err_and(|Name(name)| name == type_name::<V>())
}

/// The bytes as a `T`, if that is a `Vec<u8>`.
#[inline]
pub(super) fn value<T>(bytes: Vec<u8>) -> Option<T> {
    let mut value = None;
    if let Ok(value) = cast!(&mut value, &mut Option<Vec<u8>>) {
        *value = Some(bytes);
    }
    value
}

/// Makes a vector of what the library gives.
pub(super) struct Copied;

impl Visitor<'_> for Copied {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    #[inline]
    fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
        Ok(bytes)
    }
}

/// Learns the name of the visitor, which is private to serde, by being asked to decode.
struct Ask;

#[derive(Debug, thiserror::Error)]
#[error("only asked")]
struct Name(&'static str);

impl de::Error for Name {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("")
    }
}

impl<'de> Deserializer<'de> for Ask {
    type Error = Name;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Name> {
        Err(Name(type_name::<V>()))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
