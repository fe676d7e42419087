//! A deserializer around a library's own. It reads a sequence of bytes for a vector of bytes in one
//! piece, borrows what the library would copy, keeps to the limits, and passes on all else.

mod vector;
mod visitor;

use super::Refused;
use serde::de::{self, DeserializeSeed, Deserializer, Error as _, Visitor};
use std::cell::Cell;
use visitor::{Bytes, Inside, Text};

/// How many elements of no size a message may have beyond its bytes.
const EMPTY: usize = 0x1_0000;

/// What all parts of one message share.
pub(in crate::codec) struct Limits {
    length: usize,
    /// How many elements of sequences and maps may still come.
    left: Cell<usize>,
    refused: Cell<Option<Refused>>,
}

impl Limits {
    pub(super) fn new(length: usize) -> Self {
        let left = Cell::new(length.saturating_add(EMPTY));
        Self { length, left, refused: Cell::new(None) }
    }

    pub(super) fn refused(&self) -> Option<Refused> {
        self.refused.get()
    }

    #[inline]
    fn claim<E: de::Error>(&self, elements: usize) -> Result<(), E> {
        let left = self.left.get().checked_sub(elements);
        self.left.set(left.ok_or_else(|| self.refuse(Refused::Many(elements)))?);
        Ok(())
    }

    #[cold]
    fn refuse<E: de::Error>(&self, refused: Refused) -> E {
        self.refused.set(Some(refused));
        E::custom(refused)
    }
}

/// What is passed on from part to part.
#[derive(Clone, Copy)]
struct Bounds<'l> {
    limits: &'l Limits,
    depth: u8,
}

impl<'l> Bounds<'l> {
    fn inside<V>(self, visitor: V) -> Inside<'l, V> {
        Inside { visitor, bounds: self, counted: false }
    }

    fn counted<V>(self, visitor: V) -> Inside<'l, V> {
        Inside { visitor, bounds: self, counted: true }
    }

    fn seed<T>(self, seed: T) -> Seed<'l, T> {
        Seed { seed, bounds: self }
    }

    /// The deserializer of a part, one deeper.
    fn deserializer<D, E: de::Error>(self, inner: D) -> Result<Around<'l, D>, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Around { inner, bounds: Bounds { depth, ..self } }),
            None => Err(self.limits.refuse(Refused::Deep)),
        }
    }
}

/// A value that the library is to decode, without seeing it except through this.
pub(in crate::codec) struct Seed<'l, T> {
    seed: T,
    bounds: Bounds<'l>,
}

impl<'l, T> Seed<'l, T> {
    pub(super) fn new(limits: &'l Limits, seed: T, depth: u8) -> Self {
        Self { seed, bounds: Bounds { limits, depth } }
    }
}

impl<'de, T: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<'_, T> {
    type Value = T::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<T::Value, D::Error> {
        self.seed.deserialize(self.bounds.deserializer(inner)?)
    }
}

/// The library's deserializer for a part of the message.
struct Around<'l, D> {
    inner: D,
    bounds: Bounds<'l>,
}

macro_rules! pass {
    ($($method:ident($($arg:ident: $ty:ty),*);)*) => {
        $(
            #[inline]
            fn $method<V: Visitor<'de>>(
                self,
                $($arg: $ty,)*
                visitor: V,
            ) -> Result<V::Value, D::Error> {
                self.inner.$method($($arg,)* self.bounds.inside(visitor))
            }
        )*
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Around<'_, D> {
    type Error = D::Error;

    pass! {
        deserialize_any();
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_bytes();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_tuple(length: usize);
        deserialize_tuple_struct(name: &'static str, length: usize);
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
        deserialize_ignored_any();
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_str(Text(visitor))
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_bytes(Bytes(visitor))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        if vector::is_of_bytes::<V>() {
            let bytes = self.inner.deserialize_bytes(Bytes(vector::Copied))?;
            return vector::value::<V::Value>(bytes).ok_or_else(|| D::Error::custom("no bytes"));
        }
        self.inner.deserialize_seq(self.bounds.counted(visitor))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_map(self.bounds.counted(visitor))
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}
