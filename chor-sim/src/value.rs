//! Values as text, for traces: `Order { title: "TAPL", budget: 50 }`.
//!
//! A message needs no `Debug`, but it can be serialised; this is a serializer that writes what a
//! derived `Debug` would. Knows data; deliberately not who sends it.

mod parts;

use parts::Parts;
use serde::Serialize;
use serde::ser::{self, Serializer};
use std::fmt::{self, Display, Write};

/// How much of a value is written, in bytes. The rest can't help a reader, and costs.
const LIMIT: usize = 1024;

/// Appends a value to `text`. What is too long ends in `…`; what can't be serialised says why.
pub(crate) fn write_value<M: Serialize>(value: &M, text: &mut String) {
    let mut writer = Writer { end: text.len() + LIMIT, text };
    match value.serialize(&mut writer) {
        Ok(()) => {}
        Err(Stop::Full) => text.push('…'),
        Err(Stop::Custom(why)) => {
            let _ = write!(text, "<{why}>");
        }
    }
}

/// Writes a value until there is no more room.
pub(crate) struct Writer<'t> {
    text: &'t mut String,
    end: usize,
}

/// Why a value was not written to its end.
#[derive(Debug)]
pub(crate) enum Stop {
    Full,
    Custom(String),
}

impl Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("the value is too long"),
            Self::Custom(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Stop {}

impl ser::Error for Stop {
    fn custom<T: Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}

impl Writer<'_> {
    fn put(&mut self, text: &str) -> Result<(), Stop> {
        let room = self.end.saturating_sub(self.text.len());
        if text.len() <= room {
            self.text.push_str(text);
            return Ok(());
        }
        self.text.push_str(&text[..text.floor_char_boundary(room)]);
        Err(Stop::Full)
    }

    /// Writes an integer.
    fn count(&mut self, number: impl itoa::Integer) {
        self.text.push_str(itoa::Buffer::new().format(number));
    }

    /// Writes what is short by nature, as [`count`](Self::count) does.
    fn show(&mut self, value: impl Display) {
        let _ = write!(self.text, "{value}");
    }
}

macro_rules! counted {
    ($($method:ident: $ty:ty),*) => {$(
        fn $method(self, value: $ty) -> Result<(), Stop> {
            self.count(value);
            Ok(())
        }
    )*};
}

macro_rules! debugged {
    ($($method:ident: $ty:ty),*) => {$(
        fn $method(self, value: $ty) -> Result<(), Stop> {
            self.show(format_args!("{value:?}"));
            Ok(())
        }
    )*};
}

impl<'w, 't> Serializer for &'w mut Writer<'t> {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = Parts<'w, 't>;
    type SerializeTuple = Parts<'w, 't>;
    type SerializeTupleStruct = Parts<'w, 't>;
    type SerializeTupleVariant = Parts<'w, 't>;
    type SerializeMap = Parts<'w, 't>;
    type SerializeStruct = Parts<'w, 't>;
    type SerializeStructVariant = Parts<'w, 't>;

    counted! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32,
        serialize_u64: u64, serialize_u128: u128
    }

    fn serialize_bool(self, value: bool) -> Result<(), Stop> {
        self.text.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    debugged! { serialize_f32: f32, serialize_f64: f64, serialize_char: char }

    fn serialize_str(self, value: &str) -> Result<(), Stop> {
        let room = value.floor_char_boundary(self.end.saturating_sub(self.text.len()));
        self.show(format_args!("{:?}", &value[..room]));
        if room < value.len() { Err(Stop::Full) } else { Ok(()) }
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<(), Stop> {
        self.put("None")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        self.serialize_newtype_struct("Some", value)
    }

    fn serialize_unit(self) -> Result<(), Stop> {
        self.put("()")
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), Stop> {
        self.put(name)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Stop> {
        self.put(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        self.put(name)?;
        self.put("(")?;
        value.serialize(&mut *self)?;
        self.put(")")
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        self.serialize_newtype_struct(variant, value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'w, 't>, Stop> {
        Parts::start(self, "", "[", "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'w, 't>, Stop> {
        Parts::start(self, "", "(", ")")
    }

    fn serialize_tuple_struct(self, name: &'static str, _: usize) -> Result<Parts<'w, 't>, Stop> {
        Parts::start(self, name, "(", ")")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'w, 't>, Stop> {
        Parts::start(self, variant, "(", ")")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'w, 't>, Stop> {
        Parts::start(self, "", "{", "}")
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'w, 't>, Stop> {
        Parts::start(self, name, " { ", " }")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'w, 't>, Stop> {
        Parts::start(self, variant, " { ", " }")
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Stop> {
        self.serialize_str(&value.to_string())
    }
}

impl Writer<'_> {
    pub(crate) fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        value.serialize(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;
    use std::collections::BTreeMap;

    fn text<M: Serialize>(value: &M) -> String {
        let mut text = String::new();
        write_value(value, &mut text);
        text
    }

    #[derive(Debug, Serialize)]
    struct Order {
        title: &'static str,
        budget: Option<u32>,
    }

    #[derive(Debug, Serialize)]
    enum Kind {
        Unit,
        Newtype(u8),
        Tuple(u8, char),
        Struct { a: f64 },
    }

    #[derive(Debug, Serialize)]
    struct Wrapped(Vec<i8>);

    #[test]
    fn reads_like_debug() {
        let order = Order { title: "a \"b\"\n", budget: Some(50) };
        assert_eq!(text(&order), format!("{order:?}"));
        let kinds = (Kind::Unit, Kind::Newtype(1), Kind::Tuple(2, 'x'), Kind::Struct { a: 1.0 });
        assert_eq!(text(&kinds), format!("{kinds:?}"));
        let least = (i8::MIN, i16::MIN, i32::MIN, i64::MIN, i128::MIN, false);
        assert_eq!(text(&least), format!("{least:?}"));
        let most = (u8::MAX, u16::MAX, u32::MAX, u64::MAX, u128::MAX, true);
        assert_eq!(text(&most), format!("{most:?}"));
        let map = BTreeMap::from([("a", vec![1, 2]), ("b", vec![])]);
        assert_eq!(text(&map), format!("{map:?}"));
        let wrapped = (Wrapped(vec![-1]), (), None::<u8>);
        assert_eq!(text(&wrapped), format!("{wrapped:?}"));
    }

    #[test]
    fn long_values_are_cut() {
        let long = "ä".repeat(LIMIT);
        let cut = text(&long);
        assert!(cut.len() <= LIMIT + 8, "{}", cut.len());
        assert!(cut.ends_with('…'));
        assert!(text(&vec![1000; LIMIT]).ends_with('…'));
    }

    #[test]
    fn what_cannot_be_serialised_says_why() {
        struct Never;
        impl Serialize for Never {
            fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(ser::Error::custom("never"))
            }
        }
        assert_eq!(text(&(1, Never)), "(1, <never>");
    }
}
