//! What the library hands over, on its way to the value's own visitor.

use super::Bounds;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use std::fmt;

/// A visitor that is given parts with the bounds around.
pub(super) struct Inside<'l, V> {
    pub(super) visitor: V,
    pub(super) bounds: Bounds<'l>,
    /// The bytes say how many elements there are.
    pub(super) counted: bool,
}

impl<'l, V> Inside<'l, V> {
    /// The access to parts of which there are as many as `elements`, if the library knows.
    fn parts<A, E: de::Error>(&self, inner: A, elements: Option<usize>) -> Result<Parts<'l, A>, E> {
        let Self { bounds, counted, .. } = *self;
        if let Some(elements) = elements.filter(|_| counted) {
            bounds.limits.claim(elements)?;
        }
        Ok(Parts { inner, bounds, each: counted && elements.is_none() })
    }
}

macro_rules! plain {
    ($($method:ident: $ty:ty,)*) => {
        $(
            #[inline]
            fn $method<E: de::Error>(self, value: $ty) -> Result<V::Value, E> {
                self.visitor.$method(value)
            }
        )*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Inside<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    plain! {
        visit_bool: bool,
        visit_i8: i8,
        visit_i16: i16,
        visit_i32: i32,
        visit_i64: i64,
        visit_i128: i128,
        visit_u8: u8,
        visit_u16: u16,
        visit_u32: u32,
        visit_u64: u64,
        visit_u128: u128,
        visit_f32: f32,
        visit_f64: f64,
        visit_char: char,
        visit_str: &str,
        visit_borrowed_str: &'de str,
        visit_string: String,
        visit_bytes: &[u8],
        visit_borrowed_bytes: &'de [u8],
        visit_byte_buf: Vec<u8>,
    }

    fn visit_none<E: de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(self.bounds.deserializer(inner)?)
    }

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_newtype_struct(self.bounds.deserializer(inner)?)
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        let hint = inner.size_hint();
        let parts = self.parts(inner, hint)?;
        self.visitor.visit_seq(parts)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        let hint = inner.size_hint();
        let parts = self.parts(inner, hint)?;
        self.visitor.visit_map(parts)
    }

    #[inline]
    fn visit_enum<A: EnumAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_enum(Parts { inner, bounds: self.bounds, each: false })
    }
}

/// Access to the parts of a value.
struct Parts<'l, A> {
    inner: A,
    bounds: Bounds<'l>,
    /// Each element is claimed when it comes, since how many there are isn't known.
    each: bool,
}

impl<A> Parts<'_, A> {
    #[inline]
    fn claim<E: de::Error>(&self) -> Result<(), E> {
        if self.each { self.bounds.limits.claim(1) } else { Ok(()) }
    }

    /// Room is made for no more elements than there are bytes.
    fn hint(&self, elements: Option<usize>) -> Option<usize> {
        elements.map(|elements| elements.min(self.bounds.limits.length))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Parts<'_, A> {
    type Error = A::Error;

    #[inline]
    fn next_element_seed<T>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error>
    where
        T: DeserializeSeed<'de>,
    {
        self.claim()?;
        self.inner.next_element_seed(self.bounds.seed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.hint(self.inner.size_hint())
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Parts<'_, A> {
    type Error = A::Error;

    #[inline]
    fn next_key_seed<K>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error>
    where
        K: DeserializeSeed<'de>,
    {
        self.claim()?;
        self.inner.next_key_seed(self.bounds.seed(seed))
    }

    #[inline]
    fn next_value_seed<T>(&mut self, seed: T) -> Result<T::Value, A::Error>
    where
        T: DeserializeSeed<'de>,
    {
        self.inner.next_value_seed(self.bounds.seed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.hint(self.inner.size_hint())
    }
}

impl<'de, 'l, A: EnumAccess<'de>> EnumAccess<'de> for Parts<'l, A> {
    type Error = A::Error;
    type Variant = Parts<'l, A::Variant>;

    #[inline]
    fn variant_seed<T>(self, seed: T) -> Result<(T::Value, Self::Variant), A::Error>
    where
        T: DeserializeSeed<'de>,
    {
        let Self { inner, bounds, each } = self;
        let (value, inner) = inner.variant_seed(bounds.seed(seed))?;
        Ok((value, Parts { inner, bounds, each }))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Parts<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    #[inline]
    fn newtype_variant_seed<T>(self, seed: T) -> Result<T::Value, A::Error>
    where
        T: DeserializeSeed<'de>,
    {
        self.inner.newtype_variant_seed(self.bounds.seed(seed))
    }

    #[inline]
    fn tuple_variant<V>(self, length: usize, visitor: V) -> Result<V::Value, A::Error>
    where
        V: Visitor<'de>,
    {
        self.inner.tuple_variant(length, self.bounds.inside(visitor))
    }

    #[inline]
    fn struct_variant<V>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error>
    where
        V: Visitor<'de>,
    {
        self.inner.struct_variant(fields, self.bounds.inside(visitor))
    }
}

/// Takes text that the library lends, and hands over a copy of exactly its size.
pub(super) struct Text<V>(pub(super) V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Text<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<V::Value, E> {
        self.0.visit_string(text.to_owned())
    }
}

/// Takes bytes that the library lends, and hands over a copy of exactly their size.
pub(super) struct Bytes<V>(pub(super) V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Bytes<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<V::Value, E> {
        self.0.visit_byte_buf(bytes.to_vec())
    }
}
