//! The elements and fields of a value, and what stands between them.

use super::{Stop, Writer};
use serde::Serialize;
use serde::ser;

/// A value whose parts are being written.
pub(crate) struct Parts<'w, 't> {
    writer: &'w mut Writer<'t>,
    first: bool,
    close: &'static str,
}

impl<'w, 't> Parts<'w, 't> {
    pub(super) fn start(
        writer: &'w mut Writer<'t>,
        name: &str,
        open: &str,
        close: &'static str,
    ) -> Result<Self, Stop> {
        writer.put(name)?;
        writer.put(open)?;
        Ok(Self { writer, first: true, close })
    }

    fn part<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Stop> {
        self.comma()?;
        if !name.is_empty() {
            self.writer.put(name)?;
            self.writer.put(": ")?;
        }
        self.writer.element(value)
    }

    fn comma(&mut self) -> Result<(), Stop> {
        if std::mem::replace(&mut self.first, false) { Ok(()) } else { self.writer.put(", ") }
    }

    fn finish(self) -> Result<(), Stop> {
        self.writer.put(self.close)
    }
}

macro_rules! elements {
    ($($kind:ident $method:ident),*) => {$(
        impl ser::$kind for Parts<'_, '_> {
            type Ok = ();
            type Error = Stop;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
                self.part("", value)
            }

            fn end(self) -> Result<(), Stop> {
                self.finish()
            }
        }
    )*};
}

elements! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
}

macro_rules! fields {
    ($($kind:ident),*) => {$(
        impl ser::$kind for Parts<'_, '_> {
            type Ok = ();
            type Error = Stop;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Stop> {
                self.part(name, value)
            }

            fn end(self) -> Result<(), Stop> {
                self.finish()
            }
        }
    )*};
}

fields! { SerializeStruct, SerializeStructVariant }

impl ser::SerializeMap for Parts<'_, '_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        self.comma()?;
        self.writer.element(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        self.writer.put(": ")?;
        self.writer.element(value)
    }

    fn end(self) -> Result<(), Stop> {
        self.finish()
    }
}
