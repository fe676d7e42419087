//! A serializer around a library's own. It writes sequences of bytes in one piece, and passes on all
//! else.

mod byte;

use super::{Out, Refused};
use byte::{byte, is_byte};
use serde::ser::{self, Error as _, Serialize, SerializeSeq, Serializer};
use std::fmt;

/// A value on its way to the library, which doesn't see it without the serializer around.
pub(in crate::codec) struct Wrapped<'v, T: ?Sized> {
    pub(super) value: &'v T,
    pub(super) out: Out<'v>,
    pub(super) depth: u8,
}

impl<T: Serialize + ?Sized> Serialize for Wrapped<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, inner: S) -> Result<S::Ok, S::Error> {
        let Some(depth) = self.depth.checked_sub(1) else {
            self.out.0.refused.set(Some(Refused::Deep));
            return Err(S::Error::custom(Refused::Deep));
        };
        self.value.serialize(Around { inner, out: self.out, depth })
    }
}

/// A part of the library's serializer, with what is passed on to the values inside.
pub(in crate::codec) struct Around<'v, S> {
    inner: S,
    out: Out<'v>,
    depth: u8,
}

impl<'v, S> Around<'v, S> {
    fn value<'w, T: ?Sized>(&self, value: &'w T) -> Wrapped<'w, T>
    where
        'v: 'w,
    {
        Wrapped { value, out: self.out, depth: self.depth }
    }
}

macro_rules! plain {
    ($($method:ident: $ty:ty,)*) => {
        $(
            #[inline]
            fn $method(self, value: $ty) -> Result<S::Ok, S::Error> {
                self.inner.$method(value)
            }
        )*
    };
}

macro_rules! compound {
    ($($method:ident -> $ty:ident($($arg:ident: $arg_ty:ty),*);)*) => {
        $(
            #[inline]
            fn $method(self, $($arg: $arg_ty),*) -> Result<Self::$ty, S::Error> {
                let Self { inner, out, depth } = self;
                Ok(Around { inner: inner.$method($($arg),*)?, out, depth })
            }
        )*
    };
}

impl<'v, S: Serializer> Serializer for Around<'v, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Around<'v, S::SerializeSeq>;
    type SerializeTuple = Around<'v, S::SerializeTuple>;
    type SerializeTupleStruct = Around<'v, S::SerializeTupleStruct>;
    type SerializeTupleVariant = Around<'v, S::SerializeTupleVariant>;
    type SerializeMap = Around<'v, S::SerializeMap>;
    type SerializeStruct = Around<'v, S::SerializeStruct>;
    type SerializeStructVariant = Around<'v, S::SerializeStructVariant>;

    plain! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_f32: f32,
        serialize_f64: f64,
        serialize_char: char,
        serialize_str: &str,
        serialize_bytes: &[u8],
        serialize_unit_struct: &'static str,
    }

    compound! {
        serialize_seq -> SerializeSeq(length: Option<usize>);
        serialize_tuple -> SerializeTuple(length: usize);
        serialize_tuple_struct -> SerializeTupleStruct(name: &'static str, length: usize);
        serialize_tuple_variant -> SerializeTupleVariant(
            name: &'static str, index: u32, variant: &'static str, length: usize
        );
        serialize_map -> SerializeMap(length: Option<usize>);
        serialize_struct -> SerializeStruct(name: &'static str, length: usize);
        serialize_struct_variant -> SerializeStructVariant(
            name: &'static str, index: u32, variant: &'static str, length: usize
        );
    }

    fn serialize_none(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        let value = self.value(value);
        self.inner.serialize_some(&value)
    }

    fn serialize_unit(self) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<S::Ok, S::Error> {
        self.inner.serialize_unit_variant(name, index, variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let value = self.value(value);
        self.inner.serialize_newtype_struct(name, &value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let value = self.value(value);
        self.inner.serialize_newtype_variant(name, index, variant, &value)
    }

    fn collect_seq<I>(self, items: I) -> Result<S::Ok, S::Error>
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        let mut items = items.into_iter();
        let length = exact(&items);
        if let Some(length) = length
            && is_byte::<I::Item>()
        {
            let sequence = self.inner.serialize_seq(Some(length))?;
            self.out.0.bytes.borrow_mut().extend(items.take(length).map(|item| byte(&item)));
            return sequence.end();
        }
        let mut sequence = self.serialize_seq(length)?;
        items.try_for_each(|item| sequence.serialize_element(&item))?;
        sequence.end()
    }

    // Some libraries can't; it costs them a copy.
    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.serialize_str(&value.to_string())
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

fn exact(items: &impl Iterator) -> Option<usize> {
    let (least, most) = items.size_hint();
    most.filter(|most| *most == least)
}

macro_rules! elements {
    ($($compound:ident: $($method:ident($($key:ident: $key_ty:ty)?)),+;)*) => {
        $(
            impl<C: ser::$compound> ser::$compound for Around<'_, C> {
                type Ok = C::Ok;
                type Error = C::Error;

                $(
                    #[inline]
                    fn $method<T: Serialize + ?Sized>(
                        &mut self,
                        $($key: $key_ty,)?
                        value: &T,
                    ) -> Result<(), C::Error> {
                        let value = self.value(value);
                        self.inner.$method($($key,)? &value)
                    }
                )+

                fn end(self) -> Result<C::Ok, C::Error> {
                    self.inner.end()
                }
            }
        )*
    };
}

elements! {
    SerializeSeq: serialize_element();
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeMap: serialize_key(), serialize_value();
    SerializeStruct: serialize_field(key: &'static str);
    SerializeStructVariant: serialize_field(key: &'static str);
}
