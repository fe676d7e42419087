//! Which items are bytes, and what they are.

use serde::ser::{self, Impossible, Serialize, Serializer};
use std::any::type_name;
use std::fmt;

/// Whether items of this type are bytes. The compiler knows, so nothing of it is left at run time.
///
/// Types that aren't `'static` have no `TypeId`, but a name, and nothing else is named as a primitive
/// type is. Should the names change one day, then bytes are written one by one as everything else.
#[inline]
pub(super) fn is_byte<T>() -> bool {
    matches!(type_name::<T>(), "u8" | "&u8")
}

/// The byte that an item is.
#[inline]
pub(super) fn byte<T: Serialize>(item: &T) -> u8 {
    item.serialize(Byte).unwrap_or_default()
}

struct Byte;

#[derive(Debug, thiserror::Error)]
#[error("not a byte")]
struct NoByte;

impl ser::Error for NoByte {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! refuse {
    ($($method:ident($($ty:ty),*) $(-> $ok:ty)?;)*) => {
        $(refuse! { @ $method($($ty),*) $($ok)? })*
    };
    (@ $method:ident($($ty:ty),*)) => { refuse! { @ $method($($ty),*) u8 } };
    (@ $method:ident() $ok:ty) => {
        fn $method(self) -> Result<$ok, NoByte> { Err(NoByte) }
    };
    (@ $method:ident($a:ty) $ok:ty) => {
        fn $method(self, _: $a) -> Result<$ok, NoByte> { Err(NoByte) }
    };
    (@ $method:ident($a:ty, $b:ty) $ok:ty) => {
        fn $method(self, _: $a, _: $b) -> Result<$ok, NoByte> { Err(NoByte) }
    };
    (@ $method:ident($a:ty, $b:ty, $c:ty) $ok:ty) => {
        fn $method(self, _: $a, _: $b, _: $c) -> Result<$ok, NoByte> { Err(NoByte) }
    };
    (@ $method:ident($a:ty, $b:ty, $c:ty, $d:ty) $ok:ty) => {
        fn $method(self, _: $a, _: $b, _: $c, _: $d) -> Result<$ok, NoByte> { Err(NoByte) }
    };
}

type Never = Impossible<u8, NoByte>;
type Name = &'static str;

impl Serializer for Byte {
    type Ok = u8;
    type Error = NoByte;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    #[inline]
    fn serialize_u8(self, byte: u8) -> Result<u8, NoByte> {
        Ok(byte)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<u8, NoByte> {
        Err(NoByte)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: Name, _: &T) -> Result<u8, NoByte> {
        Err(NoByte)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: Name,
        _: u32,
        _: Name,
        _: &T,
    ) -> Result<u8, NoByte> {
        Err(NoByte)
    }

    refuse! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_str(&str);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(Name);
        serialize_unit_variant(Name, u32, Name);
        serialize_seq(Option<usize>) -> Never;
        serialize_tuple(usize) -> Never;
        serialize_tuple_struct(Name, usize) -> Never;
        serialize_tuple_variant(Name, u32, Name, usize) -> Never;
        serialize_map(Option<usize>) -> Never;
        serialize_struct(Name, usize) -> Never;
        serialize_struct_variant(Name, u32, Name, usize) -> Never;
    }
}
