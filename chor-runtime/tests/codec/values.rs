//! Values that come back, in the format of the library.

use crate::{Any, Wrapper, encoded};
use chor_runtime::{Bincode, Codec, CodecError, Json, Postcard};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::time::Duration;

fn any_value() -> impl Strategy<Value = Any> {
    let finite = any::<(f32, f64)>()
        .prop_filter("JSON has no others", |(a, b)| a.is_finite() && b.is_finite());
    let leaf = prop_oneof![
        Just(Any::Unit),
        any::<(u8, i64, char)>().prop_map(|(a, b, c)| Any::Tuple(a, b, c)),
        any::<Vec<u8>>().prop_map(Any::Bytes),
        prop::collection::btree_map(any::<String>(), any::<i128>(), 0..4).prop_map(Any::Map),
        finite.prop_map(|(a, b)| Any::Floats(a, b)),
        any::<([bool; 3], u128)>().prop_map(|(a, b)| Any::Flags(a, (), Wrapper(b))),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        let rest = prop::collection::vec(inner, 0..4);
        prop_oneof![
            boxed.clone().prop_map(Any::Newtype),
            (any::<String>(), rest, prop::option::of(boxed))
                .prop_map(|(name, rest, maybe)| Any::Struct { name, rest, maybe }),
        ]
    })
}

fn comes_back(codec: &impl Codec<Error = CodecError>, value: &Any) {
    let mut bytes = b"before".to_vec();
    codec.encode(value, &mut bytes).unwrap();
    assert!(bytes.starts_with(b"before"), "what stands there stays");
    assert_eq!(&codec.decode::<Any>(&bytes[6..]).unwrap(), value, "{}", codec.name());
    bytes.push(b'1');
    assert!(codec.decode::<Any>(&bytes[6..]).is_err(), "{} takes what is left", codec.name());
    for length in 6..bytes.len() - 1 {
        assert!(codec.decode::<Any>(&bytes[6..length]).is_err(), "{} is cut off", codec.name());
    }
}

proptest! {
    #[test]
    fn values_come_back(value in any_value()) {
        comes_back(&Bincode, &value);
        comes_back(&Postcard, &value);
        comes_back(&Json, &value);
    }

    #[test]
    fn the_format_is_that_of_the_library(value in any_value()) {
        let bincode = bincode::serde::encode_to_vec(&value, bincode::config::standard()).unwrap();
        prop_assert_eq!(encoded(&Bincode, &value), bincode);
        prop_assert_eq!(encoded(&Postcard, &value), postcard::to_allocvec(&value).unwrap());
    }
}

#[test]
fn the_names_differ() {
    assert_eq!([Bincode.name(), Postcard.name(), Json.name()], ["bincode", "postcard", "json"]);
}

/// A type that writes itself as text for people and otherwise, and one that is displayed.
#[test]
fn types_with_two_forms_keep_to_one() {
    fn twice<M: Serialize + for<'de> Deserialize<'de> + PartialEq + std::fmt::Debug>(value: &M) {
        assert_eq!(&Bincode.decode::<M>(&encoded(&Bincode, value)).unwrap(), value);
        assert_eq!(&Postcard.decode::<M>(&encoded(&Postcard, value)).unwrap(), value);
        assert_eq!(&Json.decode::<M>(&encoded(&Json, value)).unwrap(), value);
    }
    twice(&std::net::Ipv4Addr::LOCALHOST);
    twice(&Duration::new(1, 2));
    twice(&Displayed(7));
}

#[derive(Debug, PartialEq)]
struct Displayed(u32);

impl Serialize for Displayed {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Displayed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// A value that fails when it is encoded leaves nothing behind.
#[test]
fn a_value_without_encoding_writes_nothing() {
    struct Fails;

    impl Serialize for Fails {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not this one"))
        }
    }

    fn check(codec: &impl Codec<Error = CodecError>) {
        let mut bytes = b"before".to_vec();
        let error = codec.encode(&("begun", Fails), &mut bytes).unwrap_err();
        assert!(matches!(error, CodecError::Encode(_)), "{error}");
        assert_eq!(bytes, b"before");
    }
    check(&Bincode);
    check(&Postcard);
    check(&Json);
}
