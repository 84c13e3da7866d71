//! The one array type of the base.

use std::ops::Deref;

/// A contiguous read-only array. Everything the base holds lies in buffers, so that where an array's bytes live is
/// decided in one place.
#[derive(Clone, Debug)]
pub struct Buffer<T>(Box<[T]>);

impl<T> Default for Buffer<T> {
    fn default() -> Self {
        Buffer(Box::default())
    }
}

impl<T> Deref for Buffer<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> From<Vec<T>> for Buffer<T> {
    fn from(values: Vec<T>) -> Self {
        Buffer(values.into_boxed_slice())
    }
}

impl<T> FromIterator<T> for Buffer<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Buffer(values.into_iter().collect())
    }
}

impl<T> Buffer<T> {
    /// Bytes held.
    pub fn bytes(&self) -> usize {
        std::mem::size_of_val::<[T]>(&self.0)
    }
}
