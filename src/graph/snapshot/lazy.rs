//! A part of a graph that is looked at when it is first needed.

use super::image::Image;
use super::{Fault, Reader, Writer};
use crate::graph::buffer::{Buffer, Plain};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// What can lie in a section.
pub trait Section: Default + Sized {
    fn write(&self, writer: &mut Writer<'_>);

    /// Reads a section whose checksum was right.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault>;
}

/// A value that is at hand, or lies in a section of a mapped file that is verified and read when it is first used. A
/// damaged section reads as the empty value; the image remembers the damage.
pub struct Lazy<T> {
    value: OnceLock<T>,
    source: Option<(Arc<Image>, usize)>,
}

impl<T: Section> Lazy<T> {
    /// The section of that kind and number; the empty value where there is none.
    pub fn of(image: &Arc<Image>, kind: u32, number: u32) -> Lazy<T> {
        match image.find(kind, number) {
            Some(place) => Lazy { value: OnceLock::new(), source: Some((image.clone(), place)) },
            None => Lazy::default(),
        }
    }

    /// The value, if it was needed before.
    pub fn opened(&self) -> Option<&T> {
        self.value.get()
    }

    #[cold]
    fn open(&self) -> &T {
        self.value.get_or_init(|| match &self.source {
            Some((image, place)) => image.open_section(*place, T::read).unwrap_or_default(),
            None => T::default(),
        })
    }
}

impl<T: Plain> Section for Buffer<T> {
    fn write(&self, writer: &mut Writer<'_>) {
        writer.array(self);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        reader.array()
    }
}

impl<T: Section> Section for Arc<T> {
    fn write(&self, writer: &mut Writer<'_>) {
        self.as_ref().write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        T::read(reader).map(Arc::new)
    }
}

impl<T: Section> Deref for Lazy<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match self.value.get() {
            Some(value) => value,
            None => self.open(),
        }
    }
}

impl<T> From<T> for Lazy<T> {
    fn from(value: T) -> Lazy<T> {
        Lazy { value: OnceLock::from(value), source: None }
    }
}

impl<T: Default> Default for Lazy<T> {
    fn default() -> Lazy<T> {
        Lazy::from(T::default())
    }
}

impl<T: Clone> Clone for Lazy<T> {
    fn clone(&self) -> Lazy<T> {
        Lazy { value: self.value.clone(), source: self.source.clone() }
    }
}

impl<T: std::fmt::Debug> std::fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.value.get() {
            Some(value) => value.fmt(f),
            None => f.write_str("(in the file)"),
        }
    }
}
