//! The length and a digest of any value that serde can serialise, whatever codec a session uses.
//!
//! Values that differ give different bytes: each is preceded by what it is, and by its length where
//! that varies.

use serde::ser::{self, Serialize, Serializer};
use std::fmt::{self, Display};

/// FNV-1a, 128 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>. It tells apart values that differ
/// by accident, not by an attacker's choice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    pub(crate) length: u64,
    pub(crate) digest: u128,
}

impl Fingerprint {
    const NOTHING: Self = Self { length: 0, digest: 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d };

    /// That of a value; `None` if the value refuses to be serialised.
    pub(crate) fn of<T: Serialize + ?Sized>(value: &T) -> Option<Self> {
        let mut taken = Self::NOTHING;
        value.serialize(&mut taken).ok()?;
        Some(taken)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        for byte in bytes {
            let mixed = self.digest ^ u128::from(*byte);
            self.digest = mixed.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }

    fn tagged(&mut self, tag: u8, bytes: &[u8]) {
        self.bytes(&[tag]);
        self.bytes(bytes);
    }

    fn counted(&mut self, tag: u8, bytes: &[u8]) {
        self.tagged(tag, &(bytes.len() as u64).to_le_bytes());
        self.bytes(bytes);
    }

    fn open(&mut self, tag: u8, variant: u32) -> &mut Self {
        self.tagged(tag, &variant.to_le_bytes());
        self
    }
}

/// `17 bytes, digest 62c0ffee..`
impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, digest {:032x}", self.length, self.digest)
    }
}

/// A map on its way. Its entries count in any order: equal maps may have different ones.
pub(crate) struct Map<'f> {
    whole: &'f mut Fingerprint,
    entry: Fingerprint,
    entries: u128,
}

impl Map<'_> {
    fn next(&mut self) {
        self.entries = self.entries.wrapping_add(self.entry.digest);
        self.whole.length += self.entry.length;
        self.entry = Fingerprint::NOTHING;
    }
}

/// The value's own code refuses to serialise it.
#[derive(Debug)]
pub(crate) struct Refused;

impl Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value can't be serialised")
    }
}

impl std::error::Error for Refused {}

impl ser::Error for Refused {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

const UNIT: u8 = 0;
const INTEGER: u8 = 1;
const FLOAT: u8 = 2;
const TEXT: u8 = 3;
const BYTES: u8 = 4;
const NONE: u8 = 5;
const SOME: u8 = 6;
const VARIANT: u8 = 7;
const OPEN: u8 = 8;
const NEXT: u8 = 9;
const CLOSE: u8 = 10;

macro_rules! numbers {
    ($($method:ident: $number:ty as $tag:ident,)*) => {$(
        fn $method(self, value: $number) -> Result<(), Refused> {
            self.tagged($tag, &value.to_le_bytes());
            Ok(())
        }
    )*};
}

impl<'f> Serializer for &'f mut Fingerprint {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Map<'f>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers! {
        serialize_i8: i8 as INTEGER,
        serialize_i16: i16 as INTEGER,
        serialize_i32: i32 as INTEGER,
        serialize_i64: i64 as INTEGER,
        serialize_i128: i128 as INTEGER,
        serialize_u8: u8 as INTEGER,
        serialize_u16: u16 as INTEGER,
        serialize_u32: u32 as INTEGER,
        serialize_u64: u64 as INTEGER,
        serialize_u128: u128 as INTEGER,
        serialize_f32: f32 as FLOAT,
        serialize_f64: f64 as FLOAT,
    }

    fn serialize_bool(self, value: bool) -> Result<(), Refused> {
        self.tagged(INTEGER, &[u8::from(value)]);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Refused> {
        self.tagged(INTEGER, &u32::from(value).to_le_bytes());
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Refused> {
        self.counted(TEXT, value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Refused> {
        self.counted(BYTES, value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Refused> {
        self.tagged(NONE, &[]);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refused> {
        self.tagged(SOME, &[]);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Refused> {
        self.tagged(UNIT, &[]);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Refused> {
        self.tagged(UNIT, &[]);
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
    ) -> Result<(), Refused> {
        self.tagged(VARIANT, &variant.to_le_bytes());
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        value.serialize(self.open(VARIANT, variant))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Refused> {
        Ok(self.open(OPEN, 0))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Refused> {
        Ok(self.open(OPEN, 0))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Refused> {
        Ok(self.open(OPEN, 0))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Refused> {
        Ok(self.open(OPEN, variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Map<'f>, Refused> {
        let whole = self.open(OPEN, 0);
        Ok(Map { whole, entry: Fingerprint::NOTHING, entries: 0 })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Refused> {
        Ok(self.open(OPEN, 0))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Refused> {
        Ok(self.open(OPEN, variant))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! elements {
    ($($kind:ident::$method:ident($($key:ty)?),)*) => {$(
        impl ser::$kind for &mut Fingerprint {
            type Ok = ();
            type Error = Refused;

            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $(_: $key,)?
                value: &T,
            ) -> Result<(), Refused> {
                self.tagged(NEXT, &[]);
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Refused> {
                self.tagged(CLOSE, &[]);
                Ok(())
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element(),
    SerializeTuple::serialize_element(),
    SerializeTupleStruct::serialize_field(),
    SerializeTupleVariant::serialize_field(),
    SerializeStruct::serialize_field(&'static str),
    SerializeStructVariant::serialize_field(&'static str),
}

impl ser::SerializeMap for Map<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        key.serialize(&mut self.entry)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        value.serialize(&mut self.entry)?;
        self.next();
        Ok(())
    }

    fn end(self) -> Result<(), Refused> {
        self.whole.tagged(NEXT, &self.entries.to_le_bytes());
        self.whole.tagged(CLOSE, &[]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, HashMap};

    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    enum Shape {
        Nothing,
        Number(i64),
        Pair(u8, Option<String>),
        Named { texts: Vec<String>, bytes: Vec<u8> },
        Nested(BTreeMap<String, Vec<Option<u16>>>, ()),
    }

    fn shape() -> impl Strategy<Value = Shape> {
        let text = || "[ab]{0,3}";
        prop_oneof![
            Just(Shape::Nothing),
            any::<i64>().prop_map(Shape::Number),
            (any::<u8>(), proptest::option::of(text())).prop_map(|(a, b)| Shape::Pair(a, b)),
            (proptest::collection::vec(text(), 0..3), any::<Vec<u8>>())
                .prop_map(|(texts, bytes)| Shape::Named { texts, bytes }),
            proptest::collection::btree_map(
                text(),
                proptest::collection::vec(proptest::option::of(0u16..3), 0..3),
                0..3
            )
            .prop_map(|map| Shape::Nested(map, ())),
        ]
    }

    proptest! {
        #[test]
        fn values_are_equal_if_and_only_if_their_fingerprints_are(one in shape(), other in shape()) {
            let same = Fingerprint::of(&one) == Fingerprint::of(&other);
            prop_assert_eq!(one == other, same);
            prop_assert_eq!(Fingerprint::of(&one), Fingerprint::of(&one.clone()));
        }
    }

    #[test]
    fn where_a_text_ends_makes_a_difference() {
        assert_ne!(Fingerprint::of(&("ab", "c")), Fingerprint::of(&("a", "bc")));
        assert_ne!(
            Fingerprint::of(&vec![vec![1u8], vec![]]),
            Fingerprint::of(&vec![vec![], vec![1u8]])
        );
        assert_ne!(Fingerprint::of(&Some(())), Fingerprint::of(&None::<()>));
    }

    #[test]
    fn the_order_of_a_map_makes_no_difference() {
        let map = |keys: &[u8]| keys.iter().map(|key| (*key, key + 1)).collect::<HashMap<_, _>>();
        for _ in 0..10 {
            assert_eq!(Fingerprint::of(&map(&[1, 2, 3])), Fingerprint::of(&map(&[3, 2, 1])));
            assert_ne!(Fingerprint::of(&map(&[1, 2, 3])), Fingerprint::of(&map(&[1, 2, 4])));
        }
    }

    #[test]
    fn a_value_that_refuses_has_none() {
        struct Refuses;
        impl serde::Serialize for Refuses {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(serde::ser::Error::custom("no"))
            }
        }
        assert_eq!(Fingerprint::of(&Refuses), None);
    }
}
